"""What the terminal lists of issues."""

import io
from dataclasses import replace

from rich.console import Console

from jvopt.cli.terminal import show_issues
from jvopt.core.issues import issue


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
