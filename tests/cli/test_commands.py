"""Every command on real files, and every mistake a user may make with them."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from openpyxl import load_workbook

import jvopt
from jvopt.cli.terminal import show_digest
from jvopt.core.case import Case
from jvopt.excel import Reading
from jvopt.service.digest import digest_of
from jvopt.solve.explain import NO_CHANGE
from tests.api.support import as_json, as_workbook, long_search, two_suppliers
from tests.cli.support import command, environment
from tests.cli.support import jvopt as run

optimizing = import_module("jvopt.solve.optimize")


@pytest.fixture
def case(tmp_path):
    """Give a function that writes tables as a file of a name."""

    def write(tables, name="case.json"):
        path = tmp_path / name
        path.write_bytes(as_workbook(tables) if path.suffix == ".xlsx" else as_json(tables))
        return path

    return write


def test_from_template_to_plan(tmp_path):
    assert "kz-assembly" in run("examples").stdout
    made = run("template", "case.xlsx", "--example", "tiny", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    again = run("template", "case.xlsx", cwd=tmp_path)
    assert again.returncode == 2
    assert "there already" in again.stderr
    checked = run("check", "case.xlsx", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "case.xlsx: no mistakes found.\n")
    marked = run("check", "case.xlsx", "-o", "marked.xlsx", cwd=tmp_path)
    assert (marked.returncode, (tmp_path / "marked.xlsx").exists()) == (0, False)
    assert "nothing to mark" in marked.stderr
    solved = run("solve", "case.xlsx", "-o", "plan.xlsx", cwd=tmp_path)
    assert solved.returncode == 0, solved.stderr
    # Solved by hand in the notes of the example.
    for words in (
        "Tiny: solved by hand",
        "Total cost  3,344,000 USD, proven",
        "168,000 USD (4.8%) against today's network",
        "168,000 USD (4.8%) against no plant at all",
        "Purchase           2,920,000",
        "Open: 2 of 2 plants, 2 of 3 lines",
        "Audit       passed",
        "Written to plan.xlsx",
    ):
        assert words in solved.stdout
    assert max(map(len, solved.stdout.splitlines())) <= 80
    # Progress, sparse where nobody watches it.
    assert "searching" in solved.stderr
    assert len(solved.stderr.splitlines()) < 20
    assert jvopt.read_excel(tmp_path / "plan.xlsx") == jvopt.example("tiny")
    # Rows count as on the sheet, where the first holds the headings.
    refused = run("whatif", "case.xlsx", "--change", "demand.quantity * -1", cwd=tmp_path)
    assert "row 2 of demand wrong: -100 is too" in " ".join(refused.stderr.split())


def test_warnings_stand_with_the_plan_and_lead_to_its_messages(case, tmp_path):
    source = case(two_suppliers(), "case.xlsx")
    book = load_workbook(source)
    book["demand"].cell(1, book["demand"].max_column + 1, "Remark")
    book.save(source)
    solved = run("solve", source, "-o", tmp_path / "plan.xlsx")
    assert solved.returncode == 0, solved.stderr
    assert "demand!" in solved.stdout
    assert "Remark is not a column of demand" in " ".join(solved.stdout.split())
    book = load_workbook(tmp_path / "plan.xlsx")
    told = next(c for (c,) in book["plan overview"]["A1:A6"] if "Warnings" in str(c.value))
    assert told.value == "Warnings about the case: 1; they are listed here."
    assert "plan messages" in told.hyperlink.location


def test_version_and_help():
    assert run("--version").stdout == f"jvopt {jvopt.__version__}\n"
    assert run("check", "--help", "--help").returncode == 0
    shown = run("--help").stdout
    assert all(c in shown for c in ("template", "check", "solve", "examples", "serve"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("breakeven --high 5", "Missing: IN, --change, --low."),
        ("solve case.xlsx", "Missing: --output."),
        ("keys add", "Missing: NAME."),
        ("solve case.xlsx -o plan.xlsx --time-limit inf", "inf is no number of seconds"),
        (
            "solve case.xlsx -o plan.xlsx --lang de",
            "'--lang': 'de' is not one of 'en', 'ru', 'kk'.",
        ),
        ("solve case.xlsx -o plan.xlsx --gap 5", "5 is not from 0 to 0.5: for 5% write so"),
        ("solve case.xlsx -o plan.xlsx --time-limit 1m", "1m is no number of seconds"),
        ("solve case.xlsx -o a.xlsx --gap 1% --gap 2%", "--gap is given more than once"),
        ("slove case.xlsx", "No such command 'slove'. Did you mean 'solve'"),
    ],
)
def test_what_was_typed_wrong_is_said_at_once(typed, said):
    ended = run(*typed.split())
    assert ended.returncode == 2
    assert said in ended.stderr


def test_the_terminal_speaks_the_language_of_the_workbook(tmp_path):
    run("template", "case.xlsx", "--example", "tiny", "--lang", "ru", cwd=tmp_path)
    solved = run("solve", "case.xlsx", "-o", "plan.xlsx", cwd=tmp_path)
    assert solved.returncode == 0, solved.stderr
    shown = " ".join(solved.stdout.replace("\u00a0", "_").split())
    for words in (
        "Общие затраты 3_344_000 USD; оптимальность доказана",
        "Экономия 168_000 USD (4,8%) к варианту «текущая сеть»",
        "Итого 3_344_000 3_512_000 3_512_000",
        "Открыто: заводов 2 из 2, линий 2 из 3",
        "Записано в plan.xlsx за ",
    ):
        assert words in shown
    assert "поиск, " in solved.stderr
    asked = run("whatif", "case.xlsx", "--change", "Спрос.Количество * 0.5", cwd=tmp_path)
    assert "дешевле на" in asked.stdout
    assert "Все таблицы и диаграммы: " in asked.stdout
    book = load_workbook(tmp_path / "case.xlsx")
    book["Спрос"]["D2"] = "1.200"
    book.save(tmp_path / "bad.xlsx")
    checked = run("check", "bad.xlsx", cwd=tmp_path)
    assert "Что не так и как исправить" in checked.stdout
    assert "«1.200» — не число" in checked.stdout  # as it stands in the cell
    assert "bad.xlsx: ошибок: 1." in checked.stdout


def test_scenario_and_options_reach_the_solver(case, tmp_path):
    source = case(two_suppliers(), "case.xlsx")
    out = tmp_path / "plan.json"
    done = run("solve", source, "-o", out, "--scenario", "dear", "--gap", "0.01")
    assert done.returncode == 0, done.stderr
    # 30 at 10 + 1, 20 at 2 x 12 + 2.
    assert "Total cost  850.00 USD" in done.stdout
    assert "Two suppliers: dear" in done.stdout
    assert json.loads(out.read_text("utf-8"))["found"] is True
    unknown = run("solve", source, "-o", out, "--scenario", "deer")
    assert unknown.returncode == 2
    assert "Did you mean dear?" in unknown.stderr
    assert "--scenario" in unknown.stderr
    assert "1 error in what was asked, nothing solved." in unknown.stderr


def test_a_case_without_a_plan_says_what_would_have_to_give_way(case, tmp_path):
    limit = {"limit": "thrift", "quantity": "bought", "value": 20}
    source = case(two_suppliers() | {"limits": [limit]}, "case.xlsx")
    done = run("solve", source, "-o", tmp_path / "plan.xlsx")
    assert done.returncode == 3, done.stderr
    assert "There is no plan" in done.stdout
    cell = next(
        c.coordinate for row in load_workbook(source)["limits"] for c in row if c.value == 20
    )
    said = done.stdout.splitlines()
    assert f"- limits!{cell}: limit thrift (bought): at most 20 units" in said
    assert f"- limits!{cell}: limit thrift (bought): 20 units now, at least 50 units needed" in said
    assert (tmp_path / "plan.xlsx").exists()


def test_a_case_that_plainly_has_no_plan_leads_to_its_explanation(case, tmp_path):
    source = case(two_suppliers(wanted=80), "case.xlsx")
    for typed in (("solve", source, "-o", tmp_path / "plan.xlsx"), ("whynot", source)):
        done = run(*typed)
        assert done.returncode == 2
        assert f"Why there is no plan: jvopt explain {source}" in done.stderr
    assert run("explain", source).returncode == 0
    row = {"scenario": "more", "order": 1, "table": "demand", "column": "quantity", "value": "80"}
    tables = two_suppliers() | {"scenarios": [{"scenario": "more"}], "changes": [row]}
    source = case(tables, "more.json")
    done = run("solve", source, "-o", tmp_path / "plan.xlsx", "--scenario", "more")
    asked = done.stderr.splitlines()[-1].partition("jvopt ")[2]
    explained = run(*asked.split())
    assert explained.returncode == 0
    assert "Cells that contradict each other" in explained.stdout


def test_what_an_explanation_lacks_is_said(monkeypatch, capsys):
    """Without time no change is found: the answer says so, and how to go on."""
    monkeypatch.setattr(optimizing, "SECONDS", 0.0)
    limit = {"limit": "thrift", "quantity": "bought", "value": 20}
    made = Case(two_suppliers() | {"limits": [limit]})
    plan = optimizing.optimize(made)
    show_digest(digest_of(plan, Reading(made, []), 0.0))
    said = " ".join(capsys.readouterr().out.split())
    assert NO_CHANGE in said
    assert optimizing.BY_ITSELF in said


def test_no_plan_within_the_time_limit(case, tmp_path):
    tables = long_search()
    for row in tables["demand"]:
        del row["penalty"]  # so that today's network, all closed, is no plan either
    source = case(tables)
    done = run("solve", source, "-o", tmp_path / "plan.json", "--time-limit", "0")
    assert done.returncode == 4, done.stderr
    assert "No plan was found before the time limit" in done.stdout


def test_mistakes_in_a_workbook_are_listed_and_marked(case, tmp_path):
    source, out = case(two_suppliers(), "case.xlsx"), tmp_path / "plan.xlsx"
    book = load_workbook(source)
    book["demand"]["D2"] = "many"
    book["supply"]["A2"] = "NEER"
    book.save(source)
    out.write_bytes(b"the plan of yesterday")
    done = run("solve", source, "-o", out)
    assert done.returncode == 2
    copy = tmp_path / "plan-marked.xlsx"
    for words in ("demand!D2", "many", "supply!A2", "Did you mean NEAR?", "2 errors", str(copy)):
        assert words in done.stderr.replace("\n", "")
    assert load_workbook(copy)["supply"]["A2"].comment
    assert out.read_bytes() == b"the plan of yesterday"
    # The user's own file stays as it was.
    assert load_workbook(source)["supply"]["A2"].comment is None
    marked = tmp_path / "marked.xlsx"
    checked = run("check", source, "--output", marked)
    assert (checked.returncode, marked.exists()) == (2, True)


def test_mistakes_with_files(case, tmp_path):
    source, out = case(two_suppliers()), tmp_path / "plan.json"
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "text.xlsx").write_text("a;b\n1;2\n")
    (tmp_path / "empty.xlsx").touch()
    for words, said in (
        (("solve", "none.xlsx", "-o", out), "There is no file none.xlsx"),
        (("solve", "folder.json", "-o", out), "cannot be opened: is a directory"),
        (("solve", "tiny", "-o", out), "jvopt template tiny.xlsx --example tiny"),
        (("solve", "case.csv", "-o", out), "neither an Excel workbook (.xlsx) nor JSON"),
        (("solve", source, "-o", "plan.pdf"), "neither an Excel workbook (.xlsx) nor JSON"),
        (("solve", source, "-o", source), "would replace the input"),
        (("solve", source, "-o", "no/plan.json"), "There is no folder no"),
        (("solve", source, "-o", "folder.json"), "cannot be written: is a directory"),
        (("solve", "text.xlsx", "-o", out), "plain text"),
        (("check", "empty.xlsx"), "The file is empty"),
        (("check", source, "-o", "marked.xlsx"), "of a workbook only"),
        (("template", "case.xls"), "not the name of an Excel workbook"),
        (("template", "new.xlsx", "--example", "tinny"), "Did you mean tiny?"),
        (("solve", source, "-o", out, "--gap", "2"), "--gap"),
    ):
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 2, words
        assert said in " ".join((done.stdout + done.stderr).replace("│", "").split()), words
    assert not out.exists()


def test_check_as_json(case):
    done = run("check", case(two_suppliers() | {"taxes": []}), "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["valid"]) == (0, True)
    assert [(i["code"], i["value"]) for i in found["issues"]] == [("extra_table", "taxes")]


def test_the_base_install_does_without_the_packages_of_the_service(case, tmp_path):
    names = ("fastapi", "starlette", "uvicorn", "pydantic_settings", "structlog", "multipart")
    lines = "".join(f"sys.modules[{name!r}] = None\n" for name in names)
    (tmp_path / "sitecustomize.py").write_text(f"import sys\n{lines}")
    done = run("solve", case(two_suppliers()), "-o", tmp_path / "plan.json", before=(tmp_path,))
    assert done.returncode == 0, done.stderr
    served = run("serve", before=(tmp_path,))
    assert served.returncode == 2
    assert "pip install 'jvopt[service]'" in served.stderr


def test_importing_jvopt_loads_nothing_heavy():
    code = (
        "import sys, jvopt; print(sorted({'pandas', 'pyomo', 'openpyxl'} & sys.modules.keys())); "
        "print([n for n in jvopt.__all__ if not hasattr(jvopt, n)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment()
    )
    assert done.stdout == "[]\n[]\n", done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_the_plan_is_kept_where_nothing_can_be_shown(case, tmp_path):
    out = tmp_path / "plan.json"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("solve", case(two_suppliers()), "-o", out),
            stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), timeout=250,
        )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "it cannot be shown here: no space left on device." in done.stderr
    assert json.loads(out.read_text("utf-8"))["found"] is True
