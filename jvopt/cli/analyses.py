"""A command for each analysis, made from its declaration."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from jvopt.cli.common import (
    INTERRUPTED,
    NO_PLAN,
    Lang,
    Source,
    answer_of,
    end_unsolved,
    kind_of,
    read,
    refuse_output,
    seconds,
    share,
    write,
)
from jvopt.cli.terminal import note, out, show_findings, show_warnings, show_written
from jvopt.core.analyses import ANALYSES, Analysis, Option
from jvopt.core.analyses.explain import EXPLAIN
from jvopt.core.language import word
from jvopt.core.phrases import Voice
from jvopt.service.runner import Run
from jvopt.service.task import Task

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="OUT", help="The whole report: .xlsx or .json."),
]
_ENDS = (
    "Ctrl-C ends it with what was found so far; a second one ends at once.\n\n"
    "Ends with 0 if there is an answer, 2 if the case has mistakes,{no_plan} 130 if nothing was "
    "found before the end."
)


def add_commands(app: typer.Typer) -> None:
    """Give an app a command for each analysis."""
    for analysis in ANALYSES.values():
        # For a case without a plan, why that is so is an answer.
        ends = _ENDS.format(no_plan="" if analysis is EXPLAIN else " 3 if it has no plan,")
        help_text = f"{analysis.question}\n\n{ends}"
        app.command(analysis.name, help=help_text)(_command(analysis))


def _command(analysis: Analysis) -> Callable[..., None]:
    """Make the function of a command; typer reads options from its signature."""

    def command(
        source: Path, output: Path | None, time_limit: float | None, lang: Any, **given: Any
    ) -> None:
        _run(analysis, source, output, time_limit, lang, given)

    keyword = inspect.Parameter.KEYWORD_ONLY
    fixed = (("source", Source, inspect.Parameter.empty), ("output", Output, None),
             ("time_limit", _seconds(analysis), None), ("lang", Lang, None))  # fmt: skip
    parameters = [
        inspect.Parameter(name, keyword, annotation=kind, default=default)
        for name, kind, default in (fixed[0], *map(_parameter, analysis.options), *fixed[1:])
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _seconds(analysis: Analysis) -> Any:
    """Give the annotation of the time limit."""
    least = "no limit" if analysis.seconds is None else f"{analysis.seconds:g}"
    words = f"Seconds after which to end; {least} if not given."
    return Annotated[float | None, typer.Option(metavar="S", parser=seconds, help=words)]


def _parameter(option: Option) -> tuple[str, Any, Any]:
    """Give name, annotation and default of the parameter of an option."""
    kinds: dict[str, Any] = {
        "text": str, "texts": list[str], "number": float, "integer": int, "share": float,
        "choice": Literal[option.choices] if option.choices else str,
    }  # fmt: skip
    kind = kinds[option.kind]
    numeric, of_shares = option.kind in ("number", "integer"), option.kind == "share"
    flag = typer.Option(
        f"--{option.name.replace('_', '-')}",
        help=option.meaning.replace("[", r"\["),  # else it is read as markup
        min=option.least if numeric else None,
        max=option.most if numeric else None,
        parser=partial(share, least=option.lowest, most=option.highest) if of_shares else None,
        metavar="SHARE" if of_shares else None,
    )
    if option.required:
        return option.name, Annotated[kind, flag], inspect.Parameter.empty
    if option.kind == "texts":
        return option.name, Annotated[kind, flag], ()
    return option.name, Annotated[kind | None, flag], option.default


def _run(
    analysis: Analysis,
    source: Path,
    output: Path | None,
    time_limit: float | None,
    lang: Any,
    given: dict[str, Any],
) -> None:
    with Run() as run:  # loads its libraries while the case is read
        content, kind = read(source)
        if output is not None:
            refuse_output(output, source)
        options = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
            if value is not None
        }
        form = kind_of(output) if output is not None else None
        task = Task(content, kind, form, analysis=analysis.name, options=options,
                    time_limit=time_limit, language=lang)  # fmt: skip
        answer = answer_of(run, task)
    if answer.findings is None:
        end_unsolved(answer, task, source, output)
    if output is not None and answer.output is not None:
        write(output, answer.output)
    language = answer.language
    show_findings(answer.findings, language)
    show_warnings(answer.issues, language)
    if output is not None:
        show_written(output, answer.findings.seconds, language)
    elif answer.findings.empty and analysis is not EXPLAIN:
        words = "Why there is no plan: jvopt explain {source}"
        note(Voice(language).say(words, source=source), out)
    elif answer.findings.rows:
        words = "All tables and charts: give a workbook to write, as in -o report.xlsx"
        note(word(language, words), out)
    if answer.findings.empty:
        raise typer.Exit(NO_PLAN if answer.findings.complete else INTERRUPTED)
