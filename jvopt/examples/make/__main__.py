"""Write the example workbooks, or with ``--check`` compare them with what would be written."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

from jvopt.core.case import Case
from jvopt.examples import path
from jvopt.examples.make import CASES
from jvopt.excel import write_case


def stale() -> list[str]:
    """Name the workbooks that are not what their scripts make."""
    return [name for name in CASES if not fresh(path(name), CASES[name]())]


def write() -> None:
    """Write every workbook that is out of date."""
    for name in stale():
        write_case(CASES[name](), path(name))


def fresh(file: Path, case: Case) -> bool:
    """Tell whether a workbook is, to its look and its headings, what would be written."""
    made = io.BytesIO()
    write_case(case, made)
    try:
        return _parts(file.read_bytes()) == _parts(made.getvalue())
    except (FileNotFoundError, zipfile.BadZipFile):
        return False


def _parts(content: bytes) -> dict[str, bytes]:
    """Give the parts of a workbook; how they are packed hangs on the version of zlib."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit("".join(f"{path(name)} is out of date\n" for name in stale()) or 0)
    write()
