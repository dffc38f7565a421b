"""The commands of analyses, as a person would give them."""

import json
import os
import signal
import subprocess
from importlib import import_module

import pytest
from openpyxl import load_workbook

from jvopt.analysis import explain
from jvopt.core.analyses import ANALYSES
from jvopt.core.case import Case
from tests.api.support import as_json, as_workbook, long_search, two_suppliers
from tests.cli.support import command, environment
from tests.cli.support import jvopt as run

module = import_module("jvopt.analysis.explain")


@pytest.fixture
def source(tmp_path):
    """Give the case of two suppliers as a workbook."""
    path = tmp_path / "case.xlsx"
    path.write_bytes(as_workbook(two_suppliers()))
    return path


def test_what_if_is_said_and_written(source, tmp_path):
    out = tmp_path / "report.xlsx"
    done = run("whatif", source, "-o", out)
    assert done.returncode == 0, done.stderr
    assert "dear costs 240 USD (39.3%) more" in done.stdout  # 850 against 610
    assert load_workbook(out).sheetnames[0] == "result overview"
    # What was asked wrongly is not in the workbook: nothing is written, and nothing lost.
    before = out.read_bytes()
    assert run("whatif", source, "--scenario", "deer", "-o", out).returncode == 2
    assert out.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"case.xlsx", "report.xlsx"}


def test_warnings_stand_with_the_findings(source, tmp_path):
    book, out = load_workbook(source), tmp_path / "report.xlsx"
    book["demand"].cell(1, book["demand"].max_column + 1, "Remark")
    book.save(source)
    done = run("whatif", source, "-o", out)
    assert done.returncode == 0, done.stderr
    assert "Remark is not a column of demand" in " ".join(done.stdout.split())
    first = load_workbook(out).worksheets[0]
    shown = [str(c.value) for row in first.iter_rows() for c in row if c.value is not None]
    at = shown.index("Worth knowing")
    assert shown[at + 1].startswith("warning, demand!")
    assert "Remark is not a column of demand" in shown[at + 1]


def test_break_even_as_json(source, tmp_path):
    out = tmp_path / "report.json"
    done = run(
        "breakeven", source, "--change", "supply[site = NEAR].unit_cost", "--low", 0, "--high", 40,
        "-o", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(out.read_text("utf-8"))["tables"]["breaks"]
    assert found["low"] == pytest.approx(13)


def test_changes_beside_the_case(source):
    done = run("whatif", source, "--change", "demand.quantity + 10", "--lang", "ru")
    assert done.returncode == 0, done.stderr
    assert "140" in done.stdout  # ten more units from FAR at 14


def test_mistakes_are_listed(source):
    done = run("whatif", source, "--scenario", "deer")
    assert done.returncode == 2
    assert "Did you mean dear?" in done.stderr
    assert "--scenario" in done.stderr
    done = run("whatif", source, "--change", "supply.unit_cost + 20%")
    assert done.returncode == 2
    assert "--change" in done.stderr
    assert "For 20% more write * 1.2" in " ".join(done.stderr.split())
    done = run("breakeven", source, "--change", "supply.unit_cost", "--low", 3, "--high", 1)
    assert "--low" in done.stderr
    assert "The lowest value, 3, is not below the highest, 1." in " ".join(done.stderr.split())
    done = run("breakeven", source, "--change", "supply.cost", "--low", 0, "--high", 1)
    assert done.returncode == 2
    assert "has no column cost" in done.stderr
    assert "--change" in done.stderr


def test_a_case_without_a_plan(tmp_path):
    source = tmp_path / "case.json"
    few = {"limit": "few", "quantity": "bought", "sense": "at_most", "value": 40}
    source.write_bytes(as_json(two_suppliers() | {"limits": [few]}))
    done = run("whatif", source)
    assert done.returncode == 3
    assert "no plan" in done.stdout


def test_an_impossible_case_is_explained(tmp_path):
    """71 are wanted of 30 and 40: to have one more of the 40 is the least of changes."""
    source, out = tmp_path / "case.xlsx", tmp_path / "why.xlsx"
    source.write_bytes(as_workbook(two_suppliers(wanted=71)))
    done = run("explain", source, "-o", out)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "supply of P at FAR: 40 units/year now, at least 41 units/year needed" in said
    book = load_workbook(out)
    assert book.sheetnames[0] == "result overview"
    marked = {sheet.title for sheet in book.worksheets if len(sheet.conditional_formatting)}
    assert marked == {"demand", "supply"}
    notes = [c.comment.text for row in book["supply"] for c in row if c.comment]
    assert sum("In conflict" in note for note in notes) == 2
    assert sum("To make a plan possible" in note for note in notes) == 1


def test_a_case_with_a_plan_needs_no_explanation(source):
    done = run("explain", source)
    assert done.returncode == 0, done.stderr
    assert "The case has a plan" in done.stdout


def test_the_default_time_limit_of_an_explanation_is_told(monkeypatch):
    """Without time nothing is found: who gave no limit hears of the one that there is."""
    case = Case(two_suppliers(wanted=71))
    monkeypatch.setattr(module, "SECONDS", 0.0)
    told = "where no time limit is given"
    assert told in str(explain(case))
    assert told not in str(explain(case, time_limit=0.0))


def test_what_the_checks_refuse_is_explained(tmp_path):
    tables = two_suppliers()
    tables["supply"][1]["least_take"] = 45
    source = tmp_path / "case.json"
    source.write_bytes(as_json(tables))
    assert run("solve", source, "-o", tmp_path / "plan.json").returncode == 2
    done = run("explain", source)
    assert done.returncode == 0, done.stderr
    assert "least take of P at FAR" in " ".join(done.stdout.split())


def test_help_says_what_each_answers():
    for name, analysis in ANALYSES.items():
        done = run(name, "--help")
        shown = " ".join(done.stdout.replace("│", " ").split())
        assert analysis.question in shown
        for option in analysis.options:
            assert f"--{option.name.replace('_', '-')}" in shown
        assert ("3 if it has no plan" in shown) == (name != "explain")
        assert ("50 if not given" if name == "explain" else "no limit if not given") in shown
        assert "bool" not in shown
    assert "'tariffs[hs = 870193].ad_valorem'" in " ".join(
        run("breakeven", "--help").stdout.replace("│", " ").split()
    )


def test_ctrl_c_ends_with_what_there_is(tmp_path):
    source = tmp_path / "case.json"
    source.write_bytes(as_json(long_search()))
    process = subprocess.Popen(
        command("whatif", source, "--change", "demand.quantity * 1.1"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    for line in process.stderr:
        if "0 solved" in line:  # at work, with nothing done
            break
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=100)
    assert process.returncode == 130
    assert "Not finished" in said
