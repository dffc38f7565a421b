"""Write the example workbooks, or with ``--check`` compare them with what would be written."""

from __future__ import annotations

import sys

from jvopt.core.issues import CaseError
from jvopt.examples import example, path
from jvopt.examples.make import CASES
from jvopt.excel import write_case


def stale() -> list[str]:
    """Name the workbooks that do not hold the case that their script makes."""
    return [name for name in CASES if not _fresh(name)]


def write() -> None:
    """Write every workbook that is out of date."""
    for name in stale():
        write_case(CASES[name](), path(name))


def _fresh(name: str) -> bool:
    try:
        return example(name) == CASES[name]()
    except (FileNotFoundError, CaseError):
        return False


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit("".join(f"{path(name)} is out of date\n" for name in stale()) or 0)
    write()
