"""The one function that writes whatever jvopt gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import jvopt
from jvopt.analysis import whatif

TRADE = jvopt.example("transport")


def _titles(path: Path) -> list[str]:
    return list(openpyxl.load_workbook(path, read_only=True).sheetnames)


@pytest.mark.parametrize(
    ("make", "first"),
    [
        (lambda: TRADE, "read me"),
        (lambda: jvopt.optimize(TRADE), "plan overview"),
        (lambda: whatif(TRADE, change=["demand.quantity * 0.9"]), "result overview"),
    ],
    ids=["case", "plan", "report"],
)
def test_each_is_written_with_its_case(make: Any, first: str, tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    jvopt.write_excel(made := make(), path)
    assert _titles(path)[0] == first
    assert jvopt.read_excel(path).to_dict() == getattr(made, "case", made).to_dict()


def test_the_language_is_that_asked_for(tmp_path: Path) -> None:
    jvopt.write_excel(TRADE, tmp_path / "made.xlsx", "ru")
    assert "Продукция" in _titles(tmp_path / "made.xlsx")


def test_what_cannot_be_written_is_refused_before_a_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"made\.xls is not the name of an Excel workbook"):
        jvopt.write_excel(TRADE, tmp_path / "made.xls")
    with pytest.raises(TypeError, match=r"a case, a plan or a report .* not dict"):
        jvopt.write_excel(TRADE.to_dict(), tmp_path / "made.xlsx")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
