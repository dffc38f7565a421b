"""Which rate row wins, against the rules of docs/rules.md spelt out one row at a time."""

import time

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from jvopt.core.case import Case
from jvopt.core.rates import winning_rows

PERIODS = [
    {"period": "P1", "start": "2026-01-01"},
    {"period": "P2", "start": "2027-01-01"},
]
PRODUCTS = [
    {"product": "tractor", "family": "machines", "hs": "870192"},
    {"product": "harvester", "family": "machines", "hs": "843351"},
    {"product": "engine", "family": "parts", "hs": "840820"},
    {"product": "thing"},
]
GROUPS = [
    {"group": "EAEU", "country": "KZ"},
    {"group": "EAEU", "country": "RU"},
    {"group": "CIS", "country": "RU"},
    {"group": "CIS", "country": "UZ"},
]


def a_case(**tables):
    return Case({"periods": PERIODS, "products": PRODUCTS, "country_groups": GROUPS, **tables})


def winner(rates, table="fees", **query):
    case = a_case(**{table: rates})
    columns = {"fees": ("made_in", "country"), "tariffs": ("origin", "destination")}[table]
    asked = {"product": "tractor", "made_in": "RU", "destination": "KZ", "assembly_mode": "CKD"}
    frame = pd.DataFrame([{**asked, "period": "P1", **query}])
    found = winning_rows(
        case, case[table], frame, origin_column=columns[0], destination_column=columns[1]
    )
    return found[0]


def test_goods_come_before_places_and_places_before_mode():
    rates = [
        {"amount": 1},
        {"amount": 2, "assembly_mode": "CKD"},
        {"amount": 3, "country": "EAEU"},
        {"amount": 4, "country": "KZ"},
        {"amount": 5, "made_in": "CIS"},
        {"amount": 6, "made_in": "RU"},
        {"amount": 7, "family": "machines"},
        {"amount": 8, "hs": "87"},
        {"amount": 9, "hs": "8701"},
        {"amount": 10, "product": "tractor"},
    ]
    # Each later row beats all that come before it, however many selectors those have.
    for count in range(1, len(rates) + 1):
        assert winner(rates[:count]) == count - 1
        assert winner(rates[:count][::-1]) == 0


def test_the_latest_date_that_has_come_wins_among_rows_that_say_the_same():
    rates = [
        {"amount": 1},
        {"amount": 2, "from_date": "2026-01-01"},
        {"amount": 3, "from_date": "2026-06-01"},
        {"amount": 4, "from_date": "2028-01-01", "product": "tractor"},
    ]
    assert winner(rates, period="P1") == 1
    assert winner(rates, period="P2") == 2
    assert winner(rates, period="year") == 0  # no date known: dated rows do not apply


def test_groups_that_overlap_are_told_apart_by_date():
    rates = [
        {"amount": 1, "made_in": "EAEU"},
        {"amount": 2, "made_in": "CIS", "from_date": "2026-01-01"},
    ]
    assert winner(rates) == 1
    assert winner(rates[::-1]) == 0


def test_a_place_without_a_country_meets_only_blank_rows():
    rates = [{"amount": 1, "made_in": "RU"}, {"amount": 2, "country": "EAEU"}]
    assert winner(rates, made_in="", destination="") == -1
    assert winner([*rates, {"amount": 3}], made_in="", destination="") == 2


def test_labels_of_a_part_of_the_table_are_kept():
    case = a_case(tariffs=[{"ad_valorem": 0.1}, {"ad_valorem": 0.2, "hs": "87"}])
    part = case["tariffs"].iloc[1:]
    query = pd.DataFrame(
        [
            {"product": p, "made_in": "RU", "destination": "KZ", "period": "P1"}
            for p in ("tractor", "thing")
        ]
    )
    found = winning_rows(
        case, part, query, origin_column="origin", destination_column="destination"
    )
    assert found.tolist() == [1, -1]


def by_hand(rows, query):
    """Say which rows tie for the win, straight from the rules."""
    product = next(p for p in PRODUCTS if p["product"] == query.product)
    start = next(p["start"] for p in PERIODS if p["period"] == query.period)
    best, winners = None, []
    for n, row in enumerate(rows):
        goods = 0
        if "product" in row:
            goods = 1000
        elif "hs" in row:
            goods = 1 + len(row["hs"])
        elif "family" in row:
            goods = 1
        fits = (
            row.get("product", query.product) == query.product
            and product.get("hs", "").startswith(row.get("hs", ""))
            and row.get("family") in (None, product.get("family"))
        )
        places = []
        for named, country in (
            (row.get("made_in"), query.made_in),
            (row.get("country"), query.destination),
        ):
            members = [g["country"] for g in GROUPS if g["group"] == named]
            places.append(0 if named is None else 1 if members else 2)
            fits &= named in (None, country) or country in members
        fits &= row.get("assembly_mode") in (None, query.assembly_mode)
        date = row.get("from_date", "")
        fits &= date <= start
        rank = (goods, *places, "assembly_mode" in row, date)
        if fits and (best is None or rank > best):
            best, winners = rank, []
        if fits and rank == best:
            winners.append(n)
    return winners or [-1]


PRODUCT_NAMES = [p["product"] for p in PRODUCTS]
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "product": st.sampled_from(PRODUCT_NAMES),
        "hs": st.sampled_from(["8", "87", "8701", "870192", "8433"]),
        "family": st.sampled_from(["machines", "parts"]),
        "made_in": st.sampled_from(["RU", "KZ", "UZ", "EAEU", "CIS"]),
        "country": st.sampled_from(["RU", "KZ", "UZ", "EAEU", "CIS"]),
        "assembly_mode": st.sampled_from(["CKD", "SKD"]),
        "from_date": st.sampled_from(["2025-01-01", "2026-01-01", "2026-07-01", "2029-01-01"]),
    },
)
KEY = ("country", "product", "hs", "family", "made_in", "assembly_mode", "from_date")


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=12, unique_by=lambda r: tuple(r.get(k) for k in KEY)))
def test_agrees_with_the_rules_row_by_row(rows):
    case = a_case(fees=rows)
    queries = pd.MultiIndex.from_product(
        [PRODUCT_NAMES, ["RU", "KZ", "CN", ""], ["KZ", "UZ", ""], ["", "CKD"], ["P1", "P2"]],
        names=["product", "made_in", "destination", "assembly_mode", "period"],
    ).to_frame(index=False)
    found = winning_rows(
        case, case["fees"], queries, origin_column="made_in", destination_column="country"
    )
    for winner_, query in zip(found, queries.itertuples(), strict=True):
        assert winner_ in by_hand(rows, query)


def test_thousands_of_rates_and_a_hundred_thousand_queries_take_well_under_a_second():
    rng = np.random.default_rng(1)
    countries = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]
    products = [
        {"product": f"p{i}", "hs": f"{rng.integers(100000, 999999)}", "family": f"f{i % 7}"}
        for i in range(500)
    ]
    groups = [{"group": f"G{i % 4}", "country": c} for i, c in enumerate(countries)]
    count = 5000
    rates = pd.DataFrame(
        {
            "product": rng.choice(["", "", "", "p1", "p2", "p3"], count),
            "hs": [products[i]["hs"][: rng.choice([0, 2, 4])] for i in rng.integers(0, 500, count)],
            "family": rng.choice(["", "", "f1"], count),
            "origin": rng.choice([*[""] * 50, "G1", "G2", *countries], count),
            "destination": rng.choice([*[""] * 50, "G1", "G3", *countries], count),
        }
    ).drop_duplicates()
    case = Case(
        {"periods": PERIODS, "products": products, "country_groups": groups, "tariffs": rates}
    )
    size = 100_000
    queries = pd.DataFrame(
        {
            "product": rng.choice([p["product"] for p in products], size),
            "made_in": rng.choice(countries, size),
            "destination": rng.choice(countries, size),
            "period": rng.choice(["P1", "P2"], size),
        }
    )
    tariffs = case["tariffs"]
    begun = time.process_time()
    found = winning_rows(
        case, tariffs, queries, origin_column="origin", destination_column="destination"
    )
    assert time.process_time() - begun < 1.0
    assert (found >= 0).mean() > 0.5
