"""The commands `template`, `check`, `solve` and `examples`."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from jvopt.cli.common import (
    INTERRUPTED,
    MISTAKE,
    NO_PLAN,
    NO_TIME,
    App,
    Lang,
    Source,
    answer_of,
    end_unsolved,
    kind_of,
    read,
    refuse,
    refuse_output,
    refuse_unwritable,
    seconds,
    share,
    write,
    write_marked,
)
from jvopt.cli.terminal import (
    count,
    note,
    out,
    show_digest,
    show_issues,
    show_warnings,
    show_written,
)
from jvopt.core.issues import errors
from jvopt.core.language import Language, word
from jvopt.core.phrases import Voice
from jvopt.core.tables import SETTING_VALUES
from jvopt.service.messages import mistake
from jvopt.service.runner import Run
from jvopt.service.task import Form, Task

app = App(
    name="jvopt",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find the best plan of a joint venture's supply chain: what to buy, where to assemble, "
    "in which mode, and how to ship it.",
    epilog="Start with: jvopt template case.xlsx --example tiny, then jvopt solve case.xlsx -o "
    "plan.xlsx",
)


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[
        bool, typer.Option("--version", metavar="", help="Show the version and end.")
    ] = False,
) -> None:
    for stream in (sys.stdout, sys.stderr):
        # A name in a script that the terminal does not have must not end the run.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if version:
        import jvopt

        out.print(f"jvopt {jvopt.__version__}")
        raise typer.Exit


@app.command()
def template(
    output: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    example: Annotated[
        str | None, typer.Option(help="Fill it with an example: see jvopt examples.")
    ] = None,
    lang: Annotated[
        Language, typer.Option(help="Language of the workbook: English, Russian or Kazakh.")
    ] = "en",
) -> None:
    """Write a workbook to fill in."""
    if output.suffix.lower() != ".xlsx":
        refuse([mistake("not_xlsx", output)])
    if output.exists():
        refuse([mistake("output_exists", output)])
    from jvopt import examples
    from jvopt.excel import write_template

    if example is not None and example not in examples.names():
        refuse([mistake("unknown_example", example, examples.names())])
    refuse_unwritable(output)
    filled_with = None if example is None else examples.example(example, lang)
    write_template(output, example=filled_with, language=lang)
    words = "{output} is ready to fill in; its first sheet explains how."
    if example:
        words = "{output} is ready with the example in it."
    note(Voice(lang).say(words, output=output), out)


@app.command()
def check(
    source: Source,
    as_json: Annotated[
        bool, typer.Option("--json", metavar="", help="List the issues as JSON.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT.xlsx",
            help="Write a copy with the issues, if any, marked in it.",
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """Check a case and list everything that is wrong with it, without solving it.

    Ends with 0 if no mistake is found, else with 2.
    """
    with Run() as run:
        content, kind = read(source)
        if output is not None:
            if kind != "xlsx":
                refuse([mistake("nothing_to_mark")])
            if output.suffix.lower() != ".xlsx":
                refuse([mistake("not_xlsx", output)])
            refuse_output(output, source)
        form: Form | None = "xlsx" if output else None
        answer = answer_of(run, Task(content, kind, form, solve=False, language=lang))
    bad, language = errors(answer.issues), answer.language
    if as_json:
        found = {"valid": not bad, "issues": [i.to_dict() for i in answer.issues]}
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        if answer.issues:
            show_issues(answer.issues, language, out)
        warned = len(answer.issues) - len(bad)
        mistakes = (
            count(len(bad), "error", language) if bad else word(language, "no mistakes found")
        )
        more = f", {count(warned, 'warning', language)}" if warned else ""
        note(f"{source}: {mistakes}{more}.", out)
    write_marked(answer, output)
    if bad:
        raise typer.Exit(MISTAKE)


@app.command()
def solve(
    source: Source,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="The plan: .xlsx or .json.")
    ],
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME", help="One of the case's own scenarios.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="S", parser=seconds, help="Seconds for the search; else as the case says."
        ),
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            parser=partial(share, most=SETTING_VALUES["gap"].most),
            help="End the search once the plan is within this share of the best, as in 0.001 or "
            "0.1%; else as the case says.",
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """Find the best plan of a case and write it.

    Ctrl-C ends the search and keeps the best plan so far; a second one ends
    at once.

    Ends with 0 if there is a plan, 2 if the case has mistakes, 3 if it has no
    plan, 4 if none was found within the time limit, 130 if none was found
    before Ctrl-C.
    """
    with Run() as run:  # loads its libraries while the case is read
        content, kind = read(source)
        refuse_output(output, source)
        task = Task(content, kind, kind_of(output), True, scenario, time_limit, gap, language=lang)
        answer = answer_of(run, task)
    if answer.digest is None:
        end_unsolved(answer, task, source, output)
    digest, language = answer.digest, answer.language
    assert answer.output is not None
    # First of all: the terminal, or what it leads to, may be gone by now.
    write(output, answer.output)
    try:
        show_digest(digest, language)
        show_warnings(answer.issues, language)
        show_written(output, digest.seconds, language, whole=digest.found)
    except OSError as error:
        what = "Written" if digest.found else "What is known was written"
        note(f"{what} to {output}; it cannot be shown here: {(error.strerror or '').lower()}.")
    if not digest.found:
        code = {"time_limit": NO_TIME, "interrupted": INTERRUPTED}
        raise typer.Exit(code.get(digest.termination, NO_PLAN))


@app.command()
def examples() -> None:
    """List the examples that come with jvopt."""
    from jvopt.examples import ABOUT

    for name, what in ABOUT.items():
        out.print(f"  {name:<14}{what}")
    out.print("Have one as a workbook: jvopt template case.xlsx --example NAME")
