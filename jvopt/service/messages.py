"""Mistakes in what is asked, as issues like those of a case: the same words on every way in."""

from __future__ import annotations

from collections.abc import Iterable

from jvopt.core.issues import Issue, issue, nearest
from jvopt.core.messages import NEAREST

_MESSAGES: dict[str, tuple[str, str]] = {
    "unknown_example": ("There is no example {value}.", "{hint}"),
    "example_no_file": (
        "{value} is an example, not a file.",
        "Have it as a workbook first: jvopt template {value}.xlsx --example {value}",
    ),
    "wrong_extension": (
        "{value} is neither an Excel workbook (.xlsx) nor JSON (.json).",
        "Give a name that ends in .xlsx or .json.",
    ),
    "not_xlsx": ("{value} is not the name of an Excel workbook.", "Give one that ends in .xlsx."),
    "output_exists": ("{value} is there already.", "Name another file, or remove it first."),
    "output_is_input": (
        "The output {value} would replace the input.",
        "Name another file: the input is never written to.",
    ),
    "output_no_folder": ("There is no folder {value} to write to.", "Make it first."),
    "output_unwritable": ("{value} cannot be written: {hint}.", "Is it open in Excel, perhaps?"),
    "not_found": ("There is nothing at {value}.", "The paths are listed in /openapi.json."),
    "method_not_allowed": ("{value} is not offered.", "{hint}"),
    "bad_request": ("The request cannot be read.", "{hint}"),
    "bad_parameter": ("The parameter {value} is wrong.", "{hint}"),
    "missing_parameter": ("The parameter {value} is missing.", "{hint}"),
    "unknown_parameter": ("There is no parameter {value}.", "{hint}"),
    "repeated_parameter": ("The parameter {value} is given more than once.", "Give it once."),
    "unknown_setting": ("The service has no setting {value}, and passes it over.", "{hint}"),
    "not_one_file": (
        "The form holds {value} files.",
        "Send the case as its only file, with the file name or the media type of an .xlsx or "
        ".json file.",
    ),
    "unsupported_media_type": (
        "A case cannot be sent with the media type {value}.",
        "Send it with the header Content-Type, as one of: {hint}.",
    ),
    "unsupported_body": (
        "This cannot be sent with the media type {value}.",
        "Send it with the header Content-Type: {hint}.",
    ),
    "not_acceptable": ("The answer cannot be given as {value}.", "Accept: {hint}."),
    "fault": ("There is a fault in jvopt ({value}).", "It was logged; please report it."),
    "solver_ended": ("{value}", "Try a smaller case, or again later."),
    "no_answer": (
        "The solver did not answer in time and was ended.",
        "Give it a smaller case, or a wider gap.",
    ),
    "stopped": ("The service is stopping.", "Send the case again later."),
    "unknown_job": ("There is no job {value}.", "GET /v1/jobs lists yours."),
    "not_ended": ("The job {value} has not ended.", "Cancel it first."),
    "no_result": ("The job {value} has no result.", "Its state and its issues say why."),
    "no_result_yet": (
        "The job {value} has not ended.",
        "Follow it, or wait: GET /v1/jobs/{value}?wait=60.",
    ),
    "other_order": (
        "The idempotency key {value} was sent with another order.",
        "Send each order with a key of its own.",
    ),
    "too_many_jobs": (
        "{value} of your jobs have not ended, and {hint} is the most.",
        "Wait for some of them, or cancel them.",
    ),
    "unknown_result_table": ("The result has no table {value}.", "{hint}"),
    "database_away": ("The database cannot be reached.", "Nothing was lost; ask again soon."),
    "out_of_memory": ("{value}", "Try a smaller case, or allow more memory (JVOPT_MEMORY_MB)."),
    "no_key": (
        "The service wants an access key.",
        "Send it as: Authorization: Bearer jvopt_...",
    ),
    "bad_key": ("The access key is not known, or no longer good.", "Ask whoever runs the service."),
    "no_scope": ("The access key does not allow this.", "It takes a key with the scope {hint}."),
    "wrong_host": (
        "The service does not answer to the name {value}.",
        "Use its address on this machine: without access keys it serves this machine alone.",
    ),
    "wrong_origin": ("Pages of {value} may not use the service.", "Use its own page."),
    "nothing_to_mark": (
        "An annotated copy can be made of a workbook only.",
        "Leave out -o: the issues are listed here.",
    ),
}


def mistake(code: str, value: object = None, known: Iterable[str] = (), hint: str = "") -> Issue:
    """Make the issue of a mistake in what is asked.

    Parameters
    ----------
    code
        Key of the catalogue above.
    value
        What was asked for.
    known
        What there is, for names that are not known.
    hint
        What stands for {hint}, where no names are given.
    """
    shown = "" if value is None else str(value)
    names = list(known)
    if names:
        near = nearest(shown, names)
        listed = f"There are: {', '.join(names)}." if len(names) > 1 else f"There is {names[0]}."
        hint = f"{NEAREST.format(nearest=near)} {listed}" if near else listed
    message, further = _MESSAGES[code]
    words = {"value": shown, "hint": hint}
    return Issue(
        code, "error", column=shown if code.endswith("_parameter") else None,
        value=shown or None, message=message.format(**words),
        hint=further.format(**words),
    )  # fmt: skip


def too_large(most: int) -> Issue:
    """Make the issue of a case of more bytes than whoever sends it may."""
    return issue("file_too_large", most=f"{most / 2**20:g} MB")
