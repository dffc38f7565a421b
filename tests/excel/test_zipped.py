"""The archive of a workbook, and the XML of its rows."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from jvopt.excel.rows import Block
from jvopt.excel.zipped import Zip


@pytest.mark.parametrize("quick", [False, True])
def test_parts_come_back_as_they_were(quick: bool) -> None:
    pieces = [bytes(range(256)) * 9000, "Қостанай".encode() * 5000, b"", b"end"]
    made = Zip()
    made.add("xl/лист.xml", pieces, quick=quick)
    made.add("empty", [])
    with zipfile.ZipFile(io.BytesIO(made.content())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["xl/лист.xml", "empty"]
        assert archive.read("xl/лист.xml") == b"".join(pieces)
        assert archive.read("empty") == b""
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def xml(**columns: object) -> str:
    frame = pd.DataFrame(columns)
    count = frame.shape[1]
    return b"".join(Block(frame, [3] * count, [4] * count).xml()).decode()


def test_numbers_keep_every_digit() -> None:
    numbers = [0.1 + 0.2, 1e-7, 123456789012345680.0, 5e-324, -0.5, 12.0, 1e22]
    text = xml(n=numbers)
    found = [cell.partition("</v>")[0] for cell in text.split("<v>")[1:]]
    assert [float(digits) for digits in found] == numbers
    assert found[5] == "12"
    with pytest.raises(ValueError, match="infinite"):
        xml(n=[1.0, np.inf])


def test_blank_cells_are_left_out() -> None:
    dates = pd.to_datetime(["2026-01-01", None])
    text = xml(a=["x", ""], b=[np.nan, 2.0], c=dates, d=[None, "y"], e=pd.array([1, None], "Int64"))
    assert text == (
        '<row r="2"><c r="A2" s="3" t="inlineStr"><is><t>x</t></is></c>'
        '<c r="C2" s="3"><v>46023</v></c><c r="E2" s="3"><v>1</v></c></row>'
        '<row r="3"><c r="B3" s="3"><v>2</v></c>'
        '<c r="D3" s="3" t="inlineStr"><is><t>y</t></is></c></row>'
    )


def test_what_looks_like_something_else_stays_what_it_is() -> None:
    text = xml(a=["=1+1", "a\0b", " NaN, 1.0,", 1.0, True, "1", "ә<&"])
    assert text.replace(' t="inlineStr"', "") == (
        '<row r="2"><c r="A2" s="4"><is><t>=1+1</t></is></c></row>'
        '<row r="3"><c r="A3" s="3"><is><t>a_x0000_b</t></is></c></row>'
        '<row r="4"><c r="A4" s="3"><is><t xml:space="preserve"> NaN, 1.0,</t></is></c></row>'
        '<row r="5"><c r="A5" s="3"><v>1</v></c></row>'
        '<row r="6"><c r="A6" s="3" t="b"><v>1</v></c></row>'
        '<row r="7"><c r="A7" s="3"><is><t>1</t></is></c></row>'
        '<row r="8"><c r="A8" s="3"><is><t>ә&lt;&amp;</t></is></c></row>'
    )


def test_days_before_march_1900_are_text() -> None:
    text = xml(d=pd.Series(["1899-05-01", "1900-03-01"], dtype="datetime64[s]"))
    assert "<t>1899-05-01</t>" in text
    assert "<v>61</v>" in text
