"""What commands share: reading and writing files, waiting for an answer, refusing."""

from __future__ import annotations

import math
import shlex
import signal
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandFunctionType

from jvopt.cli.progress import Progress, say_at_once
from jvopt.cli.terminal import count, note, show_issues
from jvopt.core.analyses.schema import as_share
from jvopt.core.issues import Issue, errors, issue, plainly_impossible
from jvopt.core.language import Language, word
from jvopt.core.phrases import Voice
from jvopt.service.messages import mistake
from jvopt.service.runner import Run
from jvopt.service.task import Answer, Failure, Form, Killed, Step, Task

FAULT, MISTAKE, NO_PLAN, NO_TIME, INTERRUPTED = 1, 2, 3, 4, 130
"""Exit codes: a fault of jvopt, a mistake of the user, no plan possible, none found in time."""

Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="Language of workbook and messages; else the workbook's own."),
]
Source = Annotated[Path, typer.Argument(metavar="IN", help="The case: .xlsx or .json.")]


class _Help:
    """Shows no type beside ``--help``."""

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.metavar = ""
        return option


class _Command(_Help, TyperCommand):
    """A command that names all missing options at once, and refuses one that is repeated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was typed."""
        given = Counter(self.make_parser(ctx).parse_args(list(args))[2]) if args else Counter()
        for part, times in given.items():
            single = part.param_type_name == "option" and not (
                part.multiple or getattr(part, "is_flag", False)
            )
            if single and times > 1:
                ctx.fail(f"{max(part.opts, key=len)} is given more than once: give it once.")
        try:
            rest: list[str] = super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if not hasattr(error, "param_type"):  # something was given, but wrong
                error.message = error.message.removeprefix("Value error, ")
                raise
            # What was typed is read first, whatever its place.
            missing = [
                part for part in self.params if part.required and part.name not in ctx.params
            ]
            names = (
                max(part.opts, key=len)
                if part.param_type_name == "option"
                else part.metavar or str(part.name).upper()
                for part in missing
            )
            ctx.fail(f"Missing: {', '.join(names)}.")
        return rest


class _Group(_Help, TyperGroup):
    """Several commands."""


class App(typer.Typer):
    """Commands whose help shows types only where there are values to give."""

    def __init__(self, **given: Any) -> None:
        super().__init__(cls=_Group, **given)

    def command(
        self, name: str | None = None, **given: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Add a command."""
        return super().command(name, cls=_Command, **given)


def share(text: str | float, least: float | None = 0.0, most: float | None = 1.0) -> float:
    """Read a share that was typed, also as a percentage."""
    low, high = -math.inf if least is None else least, math.inf if most is None else most
    try:
        value = as_share(str(text))
    except ValueError:
        raise typer.BadParameter(f"{text} is no share: write 0.01 or 1%") from None
    if not low <= value <= high:
        percent = f": for {text}% write so" if 1 <= value <= 100 * high else ""
        raise typer.BadParameter(f"{text} is not from {low:g} to {high:g}{percent}")
    return value


def seconds(text: str | float) -> float:
    """Read a time that was typed."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise typer.BadParameter(f"{text} is no number of seconds: write 90 for 1.5 minutes")
    return value


def answer_of(run: Run, task: Task) -> Answer:
    """Wait for the answer; Ctrl-C first stops a search, then ends the run."""
    pressed = 0 if task.solve else 1

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed += 1
        if pressed == 1:
            run.stop()
            words = "Stopping: the best plan so far is kept. Ctrl-C ends at once."
            if task.analysis:
                words = "Stopping: what was found is kept. Ctrl-C ends at once."
            say_at_once(word(run.language, words))
        else:
            run.kill()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        with Progress() as progress:

            def watch(step: Step) -> None:
                progress.language = run.language
                progress(step)

            return run.answer(task, watch if task.solve else None)
    except Killed:
        note("Ended; nothing was written.")
        raise typer.Exit(INTERRUPTED) from None
    except Failure as failure:
        note(f"{_WHAT.get(failure.code, '')}{failure}\nNothing was written.")
        if failure.trace:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", prefix="jvopt-", suffix=".txt", delete=False
            ) as file:
                file.write(failure.trace)
            note(f"What may help to mend it was written to {file.name}")
        raise typer.Exit(FAULT) from None
    finally:
        signal.signal(signal.SIGINT, before)


def kind_of(path: Path) -> Form:
    """Tell by its name what a file is; refuse names that say neither."""
    end = path.suffix.lower()
    if end not in (".json", ".xlsx"):
        refuse([mistake("wrong_extension", path)])
    return "json" if end == ".json" else "xlsx"


def read(source: Path) -> tuple[bytes, Form]:
    """Read the user's file."""
    if not (source.suffix or source.exists()):
        from jvopt.examples import names  # loads pandas

        if str(source) in names():
            refuse([mistake("example_no_file", source)])
    kind: Form = "xlsx" if source.suffix.lower() in _BOOKS else kind_of(source)
    try:
        return source.read_bytes(), kind
    except FileNotFoundError:
        refuse([issue("file_missing", value=source)])
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        refuse([issue("file_unreadable", value=source, why=why)])


_WHAT = {"fault": "There is a fault in jvopt, which is not of your making: "}

_BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Taken for workbooks; the reader says what to do about those that it cannot read."""


def refuse_output(output: Path, source: Path) -> None:
    """Refuse an output that cannot be written before time is spent on it."""
    kind_of(output)
    if output.exists() and output.samefile(source):
        refuse([mistake("output_is_input", output)])
    refuse_unwritable(output)


def refuse_unwritable(output: Path) -> None:
    """Refuse a place where nothing can be written."""
    if not output.parent.is_dir():
        refuse([mistake("output_no_folder", output.parent)])
    try:
        if output.exists():
            output.open("r+b").close()
        else:
            tempfile.TemporaryFile(dir=output.parent).close()
    except OSError as error:
        refuse([mistake("output_unwritable", output, hint=(error.strerror or "").lower())])


def write(output: Path, content: bytes) -> None:
    """Write a result; where it cannot be, keep it in a temporary file and say so."""
    try:
        output.write_bytes(content)
    except OSError as error:
        with tempfile.NamedTemporaryFile(
            prefix="jvopt-", suffix=output.suffix, delete=False
        ) as file:
            file.write(content)
        found = mistake("output_unwritable", output, hint=(error.strerror or "").lower())
        note(f"{found.message} It was written to {file.name} instead.")
        raise typer.Exit(MISTAKE) from None


def write_marked(answer: Answer, output: Path | None) -> None:
    """Write the copy of a workbook in which issues are marked, where one was asked for."""
    say = Voice(answer.language).say
    if output is not None and not answer.issues and answer.kind == "xlsx":
        note(say("There is nothing to mark: {output} was not written", output=output))
    elif output is not None and not any(found.sheet for found in answer.issues):
        return  # what is wrong is not in the workbook, but in what was asked
    elif output is not None and answer.kind == "xlsx" and answer.output is not None:
        write(output, answer.output)
        words = "A copy of it with every issue listed and marked is {output}"
        note(say(words, output=output))


def end_unsolved(answer: Answer, task: Task, source: Path, output: Path | None) -> NoReturn:
    """Say what is wrong with a case that could not be solved for it, and end."""
    language = answer.language
    show_issues(answer.issues, language)
    bad, say = errors(answer.issues), Voice(language).say
    wrong = count(len(bad), "error", language)
    if all(found.in_option for found in bad):
        note(say("{errors} in what was asked, nothing solved.", errors=wrong))
    else:
        note(say("{source}: {errors}, nothing solved.", source=source, errors=wrong))
    if plainly_impossible(bad):
        scenario = ["--scenario", task.scenario] if task.scenario else []
        asked = shlex.join([str(source), *scenario])
        note(say("Why there is no plan: jvopt explain {source}", source=asked))
    write_marked(answer, None if output is None else output.with_stem(f"{output.stem}-marked"))
    raise typer.Exit(MISTAKE)


def refuse(issues: list[Issue]) -> NoReturn:
    """Say what is wrong with what was asked, and end."""
    for found in issues:
        note(found.text)
    raise typer.Exit(MISTAKE)
