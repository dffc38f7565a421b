"""What the terminal lists of issues."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from jvopt.cli.terminal import out, show_findings, show_issues
from jvopt.core.issues import issue
from jvopt.service.task import Findings


def test_issues_that_say_the_same_share_a_line():
    cells = [*(("lanes", f"A{n}") for n in range(5, 45)), ("demand", "A3")]
    same = issue("too_small", "lanes", 1, "origin", -1, least=0.0)
    issues = [replace(same, table=sheet, sheet=sheet, cell=cell) for sheet, cell in cells]
    console = Console(file=io.StringIO(), width=120)
    many = [*issues, replace(same, value="-2", sheet="lanes", cell="A50")]
    show_issues(many, console=console, most=1)
    shown = console.file.getvalue()
    assert "At lanes!A5, lanes!A6 and 38 more; demand!A3" in shown
    assert "A50" not in shown
    assert "and 1 more" in shown


def test_rows_left_out_between_others_are_not_said_to_follow():
    found = replace(_findings(["Figure", "From"], [["a", "1"], ["b", "9"]]), more=7)
    for spread, said in ((True, "and 7 more rows between these"), (False, "and 7 more rows\n")):
        with out.capture() as told:
            show_findings(replace(found, spread=spread))
        assert told.get().endswith(said + "\n" * spread)


def test_a_column_of_numbers_that_are_text_takes_few_lines():
    found = [
        issue("text_in_number", "demand", row, "quantity", f"{row} t", unit="", reading="")
        for row in range(1, 184)
    ]
    console = Console(width=100, color_system=None)
    with console.capture() as told:
        show_issues([*found, replace(found[0], column="price", value="x")], console=console)
    shown = " ".join(told.get().split())
    assert shown.count("is not a number") == 4
    assert "At demand, row 3, quantity, demand, row 4, quantity and 179 more" in shown


def _findings(headings, rows):
    numeric = [heading != "Figure" for heading in headings]
    return Findings("Case", "Worth", [], True, False, 1.0, headings, numeric, rows, 0)


@pytest.mark.parametrize(
    ("name", "figures", "whole"),
    [
        ("demand.quantity", ["2", "0.1", "1,320,237,221", "-1,336,757,614"], True),
        # The name gives way, the figures do not.
        ("demand[site=KZ-10-M-and-more].quantity", ["1,320,237,221"] * 4, True),
        ("name", ["1\u00a0320\u00a0237\u00a0221"] * 4, True),
        # There is no room for all: nothing is cut off all the same.
        ("name", ["1,320,237,221,000,000"] * 5, False),
    ],
)
def test_no_figure_is_cut_off(name, figures, whole):
    headings = ["Figure", *(f"Plants held fixed {n}" for n in range(len(figures)))]
    with out.capture() as told:
        show_findings(_findings(headings, [[name, *figures]]))
    lines = told.get().splitlines()
    assert max(map(len, lines)) <= 80
    shown = " ".join(lines)
    if whole:
        for figure in figures:
            assert shown.count(figure) >= figures.count(figure)
    letters = sorted("".join([*headings, name, *figures]).replace(" ", ""))
    table = "".join(lines[1:]).replace(" ", "").replace("─", "")
    assert sorted(table) == letters
