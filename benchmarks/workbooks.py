"""Workbooks: 100,000 rows read and checked, 100,000 shipments written.

Reading, beside python-calamine giving the cells of the same file and nothing more:

- *as jvopt writes it*: texts stand in their cells;
- *as Excel saves it*: texts stand in one shared list.

Writing, beside writers of the same cells with the same number formats into one plain sheet; jvopt
writes the whole workbook of a plan, with charts, the case, comments and links:

- *jetxl*: Rust; given the columns as Arrow arrays, which it asks for, made by arro3;
- *rustpy-xlsxwriter*: Rust; given the DataFrame;
- *PyExcelerate*, *XlsxWriter* (constant memory), *openpyxl* (write only): Python; given rows.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyexcelerate
import python_calamine
import rustpy_xlsxwriter
import xlsxwriter
from openpyxl.cell import WriteOnlyCell

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import PLAN_TABLES
from jvopt.excel import look, read_workbook, sheet_names, write_case, write_plan

try:
    import arro3.core
    import jetxl
except ImportError:  # there is none for Linux on ARM
    jetxl = None

LANES, DEMAND, SHIPMENTS = 60_000, 40_000, 100_000
REPEATS = 9
_PERIODS = [str(year) for year in range(2026, 2031)]
_FACTORIES = [f"BY-{i:02d}" for i in range(10)]
_PLANTS = [f"P-{i:02d}" for i in range(20)]
_MARKETS = [f"KZ-{i:04d}-M" for i in range(1500)]
_PRODUCTS = [f"BELAZ-{i}" for i in range(45, 85)]

Way = Callable[[], object]


def case() -> Case:
    """Make a case with as many lanes and rows of demand, without errors."""
    random = np.random.default_rng(1)
    sites = [*_FACTORIES, *_PLANTS, *_MARKETS]
    count = len(_PRODUCTS)
    return Case(
        {
            "periods": pd.DataFrame(
                {
                    "period": _PERIODS,
                    "start": pd.to_datetime([f"{year}-01-01" for year in _PERIODS]),
                    "years": 1.0,
                }
            ),
            "sites": pd.DataFrame(
                {
                    "site": sites,
                    "name": [f"Site {site}" for site in sites],
                    "country": ["BY" if site in _FACTORIES else "KZ" for site in sites],
                    "latitude": random.uniform(41, 55, len(sites)).round(4),
                    "longitude": random.uniform(47, 87, len(sites)).round(4),
                }
            ),
            "products": pd.DataFrame(
                {
                    "product": _PRODUCTS,
                    "family": "TRUCK",
                    "hs": "8704101080",
                    "mass": random.uniform(2, 150, count).round(3),
                    "cargo_class": "finished",
                    "customs_value": random.uniform(2e4, 2e6, count).round(),
                }
            ),
            "supply": pd.DataFrame(
                [(site, name, 2e5, "BY") for site in _FACTORIES for name in _PRODUCTS],
                columns=["site", "product", "unit_cost", "country"],
            ),
            "tariffs": [{"hs": "8704", "destination": "KZ", "ad_valorem": 0.05}],
            "lanes": _lanes(random),
            "demand": _demand(random),
        }
    )


def _lanes(random: np.random.Generator) -> pd.DataFrame:
    inbound = list(product(_FACTORIES, _PLANTS, ["rail"]))
    outbound = list(product(_PLANTS, _MARKETS, ["rail", "road"]))
    frame = pd.DataFrame(
        [*inbound, *outbound][:LANES], columns=["origin", "destination", "mode"], dtype="str"
    )
    distance = random.uniform(100, 5000, LANES).round()
    some = random.random(LANES)
    return frame.assign(
        cargo_class="finished",
        cost_per_tonne=random.uniform(5, 20, LANES).round(2),
        cost_per_tonne_km=random.uniform(0.03, 0.09, LANES).round(4),
        distance=distance,
        transit_days=(distance / 600 + random.uniform(1, 5, LANES)).round(1),
        capacity=np.where(some < 0.3, 9e5, np.nan),
        fixed_cost=np.where(some > 0.8, random.integers(1, 90, LANES) * 1e3, np.nan),
        co2=np.where(frame["mode"] == "rail", 0.02, 0.06),
        status="assumed",
        source=[f"S{number}" for number in random.integers(1, 60, LANES)],
        note=np.where(some < 0.5, "borders: BY-RU|RU-KZ; shortest path", ""),
    )


def _demand(random: np.random.Generator) -> pd.DataFrame:
    wanted = list(product(_MARKETS, _PRODUCTS, _PERIODS))
    chosen = np.sort(random.choice(len(wanted), DEMAND, replace=False))
    frame = pd.DataFrame([wanted[at] for at in chosen], columns=["site", "product", "period"])
    return frame.assign(
        quantity=random.integers(1, 400, DEMAND).astype(float),
        price=random.uniform(3e4, 3e6, DEMAND).round(2),
        least_share=np.where(random.random(DEMAND) < 0.5, 0.9, np.nan),
        penalty=random.integers(10, 90, DEMAND) * 1e3,
        status="sourced",
        source=[f"S{number}" for number in random.integers(1, 60, DEMAND)],
        note=[f"driver: sown area {area} thousand ha" for area in random.integers(1, 9e3, DEMAND)],
    )


def shipments() -> pd.DataFrame:
    """Make shipments as a run would give them: figures of all their digits, among others."""
    random = np.random.default_rng(2)

    def some(words: list[str]) -> np.ndarray:
        return np.array(words, dtype=object)[random.integers(0, len(words), SHIPMENTS)]

    goods, mode = some(_PRODUCTS), some(["SKD", "CKD", "FULL", ""])
    parts = np.where(random.random(SHIPMENTS) < 0.2, random.random(SHIPMENTS), 0.0)
    quantity = np.round(random.gamma(2, 20, SHIPMENTS)) + parts
    tonnes = quantity * random.uniform(2, 150, SHIPMENTS).round(3)
    distance = random.uniform(100, 5000, SHIPMENTS).round()
    frame = pd.DataFrame(
        {
            "origin": some([*_FACTORIES, *_PLANTS]),
            "destination": some(_MARKETS),
            "mode": some(["rail", "road"]),
            "product": goods,
            "made_in": some(["BY", "CN", "KZ", "RU"]),
            "assembly_mode": mode,
            "claims": some(["", "CT1", "CT1 + EAEU"]),
            "goods": [f"{one} {how}".strip() for one, how in zip(goods, mode, strict=True)],
            "period": some(_PERIODS),
            "quantity": quantity,
            "tonnes": tonnes,
            "freight": tonnes * (9 + 0.042 * distance),
            "duty": np.where(random.random(SHIPMENTS) < 0.3, quantity * 1e4 / 7, 0.0),
            "duty_claim": some(["CT1", *[""] * 9]),
            "fee": np.where(random.random(SHIPMENTS) < 0.5, quantity * 4321.5, 0.0),
            "co2": tonnes * distance * 2e-5,
        }
    )
    return frame.astype({c.name: "str" for c in _COLUMNS if not c.numeric})


_COLUMNS = PLAN_TABLES["shipments"].columns


def best(ways: dict[str, Way], repeats: int = REPEATS) -> dict[str, float]:
    """Give the least seconds of each way, tried in turn; what is slow is tried once only."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats):
        for name, way in ways.items():
            if repeat and seconds[name][0] > 10 * min(map(min, seconds.values())):
                continue
            gc.collect()
            began = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - began)
    return {name: min(tries) for name, tries in seconds.items()}


def cells(path: Path) -> dict[str, list[list[object]]]:
    """Give the cells of every sheet by calamine."""
    book = python_calamine.load_workbook(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def as_excel(path: Path, target: Path) -> None:
    """Write the cells of a workbook once more, with shared texts as Excel has them."""
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in cells(path).items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, [None if cell == "" else cell for cell in row])


def read(folder: Path) -> Iterator[dict[str, object]]:
    """Measure reading and checking."""
    own, excel = folder / "own.xlsx", folder / "excel.xlsx"
    given = case()
    write_case(given, own)
    as_excel(own, excel)
    for words, path in (("as jvopt writes it", own), ("as Excel saves it", excel)):
        found = read_workbook(path)
        if found.case != given or found.issues:
            raise AssertionError(f"not read as it was written: {found.issues[:3]}")
        ways: dict[str, Way] = {
            "python-calamine": lambda path=path: cells(path),
            "jvopt, with all checks": lambda path=path: read_workbook(path),
        }
        seconds = best(ways)
        for way, took in seconds.items():
            ratio = took / seconds["python-calamine"]
            yield {"task": f"read, {words}", "way": way, "seconds": took, "ratio": ratio}


def write(folder: Path) -> Iterator[dict[str, object]]:
    """Measure writing; the ratio is to the fastest of the others."""
    frame = shipments()
    formats = {c.name: look.result_format(c, frame[c.name]) for c in _COLUMNS if c.numeric}
    plan = Plan(case_of_one(), {"shipments": frame}, state="succeeded", termination="optimal",
                found=True)  # fmt: skip
    others = {
        **({"jetxl": jetxl_} if jetxl else {}),
        "rustpy-xlsxwriter": rustpy,
        "PyExcelerate": pyexcelerate_,
        "XlsxWriter": xlsxwriter_,
        "openpyxl": openpyxl_,
    }
    ways: dict[str, Way] = {"jvopt, a whole plan": lambda: write_plan(plan, folder / "jvopt.xlsx")}
    for name, way in others.items():
        ways[name] = lambda way=way, name=name: way(frame, formats, folder / f"{name}.xlsx")
    seconds = best(ways)
    fastest = min(seconds[name] for name in others)
    for way, took in seconds.items():
        ours = way not in others
        sheets = cells(folder / ("jvopt.xlsx" if ours else f"{way}.xlsx"))
        sheet = sheets[sheet_names.plan_sheet("shipments")] if ours else next(iter(sheets.values()))
        _compare(way, pd.DataFrame(sheet[1:], columns=frame.columns), frame, exact=ours)
        yield {"task": "write", "way": way, "seconds": took, "ratio": took / fastest}


def _compare(way: str, found: pd.DataFrame, frame: pd.DataFrame, *, exact: bool) -> None:
    """Check that the same cells were written; some writers leave out a digit of a number."""
    for name, cells_ in frame.items():
        same = found[name].to_numpy() == cells_.to_numpy()
        if pd.api.types.is_float_dtype(cells_) and not exact:
            same = np.isclose(found[name].to_numpy(float), cells_.to_numpy(), rtol=1e-14, atol=0)
        if not np.all(same):
            raise AssertionError(f"{way} wrote other cells into {name}")


def case_of_one() -> Case:
    return Case(
        {
            "products": [{"product": "BELAZ-45"}],
            "sites": [{"site": "BY-00"}, {"site": "KZ-0001-M"}],
            "supply": [{"site": "BY-00", "product": "BELAZ-45", "unit_cost": 2e5}],
            "lanes": [{"origin": "BY-00", "destination": "KZ-0001-M"}],
            "demand": [{"site": "KZ-0001-M", "product": "BELAZ-45", "quantity": 1}],
        }
    )


def jetxl_(frame: pd.DataFrame, formats: dict[str, str], path: Path) -> None:
    text = arro3.core.DataType.utf8()
    columns = [
        arro3.core.Array(cells.to_numpy() if name in formats else cells.tolist(),
                         type=None if name in formats else text)
        for name, cells in frame.items()
    ]  # fmt: skip
    table = arro3.core.Table.from_arrays(columns, names=list(frame.columns))
    jetxl.write_sheet_arrow(table, str(path), column_formats=formats)


def rustpy(frame: pd.DataFrame, formats: dict[str, str], path: Path) -> None:
    made = {c: rustpy_xlsxwriter.Format().set_num_format(form) for c, form in formats.items()}
    rustpy_xlsxwriter.write_worksheet(frame, str(path), column_formats=made)


def pyexcelerate_(frame: pd.DataFrame, formats: dict[str, str], path: Path) -> None:
    book = pyexcelerate.Workbook()
    rows = [[cell or None if type(cell) is str else cell for cell in row] for row in _rows(frame)]
    sheet = book.new_sheet("shipments", data=[list(frame.columns), *rows])
    for number, name in enumerate(frame.columns, 1):
        if name in formats:
            form = pyexcelerate.Format(formats[name])
            sheet.set_col_style(number, pyexcelerate.Style(format=form))
    book.save(str(path))


def xlsxwriter_(frame: pd.DataFrame, formats: dict[str, str], path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        made = {form: book.add_format({"num_format": form}) for form in set(formats.values())}
        styles = [made.get(formats.get(name, "")) for name in frame.columns]
        sheet.write_row(0, 0, frame.columns)
        for number, row in enumerate(_rows(frame), 1):
            for at, cell in enumerate(row):
                if type(cell) is float:
                    sheet.write_number(number, at, cell, styles[at])
                elif cell:
                    sheet.write_string(number, at, cell)


def openpyxl_(frame: pd.DataFrame, formats: dict[str, str], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(frame.columns))
    styled = [WriteOnlyCell(sheet) if name in formats else None for name in frame.columns]
    for cell, name in zip(styled, frame.columns, strict=True):
        if cell is not None:
            cell.number_format = formats[name]
    for row in _rows(frame):
        line: list[object] = []
        for cell, value in zip(styled, row, strict=True):
            if cell is not None:
                cell.value = value
            line.append(cell or value or None)
        sheet.append(line)
    book.save(path)


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str | float, ...]]:
    return zip(*(cells.tolist() for _, cells in frame.items()), strict=True)


def run() -> pd.DataFrame:
    """Measure; give the best seconds and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        return pd.DataFrame([*read(Path(folder)), *write(Path(folder))])
