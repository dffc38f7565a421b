"""Headings and sheets that are none of ours: what they may be meant for."""

import pytest

from jvopt.core.phrases import Name
from jvopt.core.strays import columns_meant
from jvopt.core.tables import TABLES
from tests.excel import made_by_hand as hand
from tests.excel.support import at, book_of, put, read

HARMLESS = {"name", "name_ru", "name_kk", "status", "source", "note"}


@pytest.mark.parametrize("table", ["lanes", "lines"])
def test_a_heading_where_one_of_ours_was_is_taken_for_it_unless_it_is_ones_own(table: str) -> None:
    names = TABLES[table].names
    for name in names[1:-1]:
        meant = "extra_column" if name in HARMLESS else "unclear_column"
        for heading, code in (("Zyx", meant), ("#Zyx", "extra_column")):
            book = book_of(hand.case)
            put(book, table, name, 1, heading, "s")
            (found,) = [i for i in read(book).issues if i.value == heading]
            assert (found.code, found.place) == (code, f"{table}!{at(table, name, 1)}")
            assert columns_meant(found) == ([Name(table, name)] if code == "unclear_column" else [])
    book = book_of(hand.case)
    book[table].cell(1, len(names) + 1, "Zyx")  # where none of ours was
    assert [i.code for i in read(book).issues if i.value == "Zyx"] == ["extra_column"]


def test_values_whose_heading_is_lost_are_not_left_out_quietly() -> None:
    """With a heading blanked, the plan would be another one: every such column is asked about."""
    for table in ("lanes", "lines", "products", "demand", "supply"):
        names = TABLES[table].names
        for name in names:
            book = book_of(hand.case)
            put(book, table, name, 2, 7, "n")
            put(book, table, name, 1, None)
            shown = name in HARMLESS
            (found,) = [i for i in read(book).issues if i.code in ("no_heading", "header_gap")]
            assert (found.place, found.code) == (
                f"{table}!{at(table, name, 1)}",
                "header_gap" if shown else "no_heading",
            )
            assert columns_meant(found) == ([] if shown else [Name(table, name)])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([7, 8, 9], "no_heading"),  # may be prices
        (["KZT", "KZT", ""], "no_heading"),  # may be the currency
        (["ask Ivanov", "", ""], "header_gap"),
        (["", "", 22], "header_gap"),  # a sum
    ],
)
def test_only_what_may_be_values_of_ours_needs_a_heading_beside_a_table(cells, code) -> None:
    for column in (4, 6):
        book = book_of(hand.case)
        book.remove(book["demand"])
        demand = book.create_sheet("demand")
        demand.append(["Site", "Product", "Quantity"])
        for row, cell in enumerate(cells, 2):
            demand.append(["ALMATY", "TR-80", 5])
            demand.cell(row, column, cell or None)
        found = [(i.place, i.code) for i in read(book).issues if "head" in i.code]
        place = f"demand!{demand.cell(1, column).coordinate}"
        assert found == [(place, code if column == 4 else "header_gap")]


def test_a_lost_heading_is_asked_about_in_any_order_of_columns() -> None:
    book = book_of(hand.case)
    book.remove(book["lanes"])
    lanes = book.create_sheet("lanes")
    lanes.append(["Destination", "Origin", None, "Transport mode"])
    lanes.append(["ALMATY", "P-KAR", 90, "rail"])
    (found,) = [i for i in read(book).issues if i.code == "no_heading"]
    assert found.place == "lanes!C1"


def test_a_sheet_that_may_be_a_table_under_another_name_is_asked_about() -> None:
    book = book_of(hand.case)
    book["fees"].title = "Recycling"
    book["settings"].title = "#setup"  # marked as one's own
    book["tariffs"].delete_rows(1, 99)
    book["tariffs"].title = "tariffs 2026"
    book["tariffs 2026"]["A1"] = book.create_sheet("tariffs 2025")["A1"] = "mine"
    codes = ("extra_table", "renamed_table")
    found = {i.value: (i.code, i.hint) for i in read(book).issues if i.code in codes}
    assert found == {
        "Recycling": ("renamed_table", "If it is that, call it fees; if it is your own, begin its "
                                       "name with #."),
        "#setup": ("extra_table", ""),
        "tariffs 2026": ("extra_table", "If it is the table tariffs, call it so."),
        "tariffs 2025": ("extra_table", "If it is the table tariffs, call it so."),
    }  # fmt: skip


def test_columns_that_are_gone_from_a_sheet_of_ours_are_told() -> None:
    def told(table: str, *columns: str) -> list[str]:
        book = book_of(hand.case)
        for column in columns:
            number = next(c.column for c in book[table][1] if c.value == told_as(table, column))
            book[table].delete_cols(number)
        return [i.message for i in read(book).issues if i.code == "deleted_column"]

    def told_as(table: str, column: str) -> str:
        return str(book_of(hand.case)[table].cell(1, TABLES[table].names.index(column) + 1).value)

    (message,) = told("fees", "currency")
    assert message.endswith("Currency (counts as the base currency).")
    (message,) = told("lines", "capacity", "decision")
    assert "Decision (counts as free)" in message
    assert "Capacity (counts as unlimited)" in message
    assert told("lines", "name", "name_ru") == []  # no plan depends on them
    assert told("lines", "source", "capacity") == []  # a sheet of one's own making


def test_a_table_that_is_missing_asks_about_sheets_under_other_names() -> None:
    book = book_of(hand.case)
    book.remove(book["demand"])
    book.create_sheet("Deliveries")["A1"] = "by site"
    (missing,) = [i for i in read(book).issues if i.code == "missing_table"]
    assert missing.hint.endswith(
        " One of these sheets may be it: Deliveries. If so, call that demand."
    )


@pytest.mark.parametrize("own", ["Chef", "#Chef"])
def test_one_column_that_is_all_a_table_needs_makes_a_header_beside_ones_own(own: str) -> None:
    book = book_of(hand.case)
    book.remove(book["sites"])
    sites = book.create_sheet("sites")
    sites.append(["Site", "list of 2026"])
    sites.append(["Site", own])
    for row in hand.case()["sites"]["site"]:
        sites.append([row, "Ivanov"])
    found = read(book)
    assert "no_header" not in {i.code for i in found.issues}
    assert found.tables["sites"].frame["site"].tolist() == hand.case()["sites"]["site"].tolist()


def test_a_merged_heading_is_one_mistake() -> None:
    book = book_of(hand.case)
    number = TABLES["lanes"].names.index("capacity") + 1
    book["lanes"].merge_cells(start_row=1, end_row=1, start_column=number, end_column=number + 1)
    codes = [i.code for i in read(book).issues if i.place.startswith("lanes!")]
    assert "merged_cells" in codes
    assert not {"no_heading", "header_gap"} & set(codes)


def test_a_market_that_is_closed_is_named_by_the_row_of_its_sheet() -> None:
    book = book_of(hand.case)
    market = hand.case()["demand"]["site"][0]
    rows = {cell.value: cell.row for cell in book["sites"]["A"]}
    put(book, "sites", "decision", rows[market], "closed", "s")
    messages = [i.message for i in read(book).issues if i.code.endswith("_at_closed_site")]
    assert any(f"(row {rows[market]} of sites)" in message for message in messages), messages
