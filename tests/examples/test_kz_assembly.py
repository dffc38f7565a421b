"""The base case: what any right answer must keep, and figures that a hand can check."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import jvopt.examples
from jvopt.cli.terminal import out, show_digest
from jvopt.core.language import LANGUAGES, NO_BREAK
from jvopt.excel import read_workbook
from jvopt.service.digest import digest_of
from jvopt.solve import optimize
from tests.models.oracle import optimum

ROOT = Path(__file__).resolve().parents[2]
CASE = jvopt.examples.example("kz-assembly")
YEARS = 5
FLOWS = sum(1.12 ** -(t + 0.5) for t in range(YEARS))
"""Worth today of one a year over 2026 to 2030 at 12%, paid at mid-year."""


@pytest.fixture(scope="module")
def plan():
    return optimize(CASE)


@cache
def under(scenario):
    return optimize(CASE.scenario(scenario), compare=False)


def total(plan, network):
    rows = plan.as_is[(plan.as_is["network"] == network) & (plan.as_is["item"] == "total")]
    return float(rows["value"].iloc[0])


def cost(plan, kind, period=None):
    rows = plan.costs[plan.costs["kind"] == kind]
    return rows["cost"].sum() if period is None else rows["undiscounted"][
        rows["period"] == period
    ].sum()  # fmt: skip


def test_proven_and_audited(plan):
    assert plan.found
    assert plan.gap <= 1e-4
    assert plan.figure("audit") == "passed"
    assert plan.service["share"].to_list() == pytest.approx([1.0] * len(CASE.demand) * YEARS)


def test_beats_today_and_no_plant(plan):
    assert total(plan, "plan") == pytest.approx(plan.objective)
    assert total(plan, "today") > plan.objective * 1.001
    assert total(plan, "no_plant") > total(plan, "today")


def test_no_plant_by_hand(plan):
    """Every machine ready-built: no choice but the cheaper transport, so it adds up by hand.

    Price, crew, fee in KZT, duty at the claimed rate and freight of each, and the closing of the
    three sites that are open today, at one year's overhead, on the first day.
    """
    goods = CASE.products.set_index("product")
    price = CASE.supply[CASE.supply["product"].isin(CASE.demand["product"])]
    price = price.set_index("product")
    country = CASE.sites.set_index("site")["country"]
    lanes = CASE.lanes[CASE.lanes["cargo_class"] == "finished"]
    tonne = lanes["cost_per_tonne"] + lanes["cost_per_tonne_km"] * lanes["distance"]
    freight = tonne.groupby([lanes["origin"], lanes["destination"]]).min()
    fee = CASE.fees[CASE.fees["made_in"] == "RU_BY"].set_index("product")["amount"]
    duty = {"MN": 0.05, "CN": 0.08}  # machines asked for there; dump trucks pay 6% in China
    yearly = 0.0
    for want in CASE.demand.itertuples():
        ready, market = price.loc[want.product], country[want.site]
        unit = ready["unit_cost"]
        unit += freight[ready["site"], want.site] * goods.loc[want.product, "chargeable_mass"]
        unit += duty.get(market, 0) * goods.loc[want.product, "customs_value"]
        if market == "KZ":
            unit += fee.get(want.product, 0) / 524.32
        yearly += want.quantity * unit
    closing = 700_000 + 800_000 + 600_000
    assert total(plan, "no_plant") == pytest.approx(yearly * FLOWS + closing)


def test_duty_on_chinese_engines(plan):
    """5% of 22% of the price of every larger truck assembled: 13,200 and 23,650 USD."""
    made = plan.production.groupby(["product", "period"])["quantity"].sum()
    for year in map(str, range(2026, 2031)):
        due = 13_200 * made.get(("BELAZ-130", year), 0) + 23_650 * made.get(("BELAZ-220", year), 0)
        assert cost(plan, "input_duty", year) == pytest.approx(due)


def test_support_is_earned_by_local_content(plan):
    """1.5% or 2% of the price, only under the claim, and every claim keeps its threshold."""
    price = CASE.products.set_index("product")["customs_value"]
    farm = {"CKD": 0.015, "FULL": 0.02}
    sold = plan.deliveries[plan.deliveries["site"].str.startswith("KZ")]
    claimed = sold["claims"].str.contains("KZ_LC", regex=False)
    assert claimed.any()
    assert sold["incentive"][~claimed].abs().max() == 0
    due = sold["quantity"] * sold["product"].map(price) * sold["assembly_mode"].map(farm)
    assert sold["incentive"][claimed].to_list() == pytest.approx(due[claimed].to_list())
    assert plan.origin["margin"].min() >= -1e-9
    assert set(plan.origin["claim"]) <= {"KZ_LC", "CT1"}


def test_landed_cost_is_plausible(plan):
    """Freight, fee and assembly add a few per cent to the price, for implements more."""
    price = CASE.products.set_index("product")["customs_value"]
    service = plan.service[plan.service["met"] > 0]
    worth = (service["landed_cost"] * service["met"]).groupby(service["product"]).sum()
    ratio = worth / service.groupby("product")["met"].sum() / price.reindex(worth.index)
    assert ratio.between(1.0, 1.15).all(), ratio.to_dict()


@pytest.mark.parametrize("page", ["README.md", "docs/tour.md"])
def test_the_summary_on_a_page_is_what_is_printed(plan, page):
    """Line by line, but for those left out with three dots."""
    reading = read_workbook(jvopt.examples.path("kz-assembly"))
    with out.capture() as told:
        show_digest(digest_of(plan, reading, seconds=1.0))
    printed = {line.rstrip() for line in told.get().splitlines()}
    blocks = re.findall(r"^```\w*\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)
    (shown,) = (block.splitlines() for block in blocks if "Total cost  " in block)
    assert len(shown) >= 3
    assert {line.rstrip() for line in shown if line.strip() != "..."} <= printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_years_are_not_broken_in_the_terminal(plan, language):
    """No word is cut, in no language; years stand together; all of it is 80 columns wide."""
    reading = replace(read_workbook(jvopt.examples.path("kz-assembly")), language=language)
    digest = digest_of(plan, reading, seconds=1.0)
    with out.capture() as told:
        show_digest(digest, language)
    lines = told.get().replace(NO_BREAK, " ").splitlines()
    assert max(map(len, lines)) <= 80
    words = {word for line in lines for word in line.split(" ")}
    assert all(word in words for line in digest.lines for word in line.plant.split())
    years = {line.when for line in digest.lines if line.when}
    assert all(any(f" {when} " in line for line in lines) for when in years), years


def test_the_tour_says_what_a_doubled_fee_costs(plan):
    told = " ".join((ROOT / "docs" / "tour.md").read_text("utf-8").split())
    doubled = under("fee_doubled")
    more = doubled.objective - plan.objective
    assert f"Total cost rises to {doubled.objective:,.0f} USD, by {more:,.0f}." in told
    fees = [cost(one, "fee") / 1e6 for one in (plan, doubled)]
    assert "falls all the same, from {:.1f} to {:.1f} million".format(*fees) in told


@pytest.mark.slow
def test_the_tour_says_what_dearer_rail_costs(plan):
    rail = {"where": "mode = rail", "action": "multiply"}
    dearer = optimize(CASE.change("lanes", "cost_per_tonne_km", 1.2, **rail), compare=False)
    more = dearer.objective - plan.objective
    told = f"- dear_rail costs {more:,.0f} USD ({more / plan.objective:.2%}) more;"
    assert told in (ROOT / "docs" / "tour.md").read_text("utf-8")


def slow(*names):
    return [pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize(
    "scenario",
    [
        "fee_doubled",
        *slow("freight_up", "demand_down", "suppliers_reopened", "kokshetau_shut", "threshold_up"),
    ],
)
def test_scenarios_stay_within_bounds_that_follow_from_the_base_plan(plan, scenario):
    """What the base plan would cost under a scenario is the most, if it stays possible there.

    A scenario that makes things dearer, or forbids some, costs no less than the base. With 20%
    less demand every cost but fixed ones falls by 20% if nothing else changes, and machines cost
    their price less 2% support at the least. Reopened engine makers ask the price of Weichai's,
    so they save at most its freight on 44 engines a year of up to 18.72 t.
    """
    changed = under(scenario)
    assert changed.gap <= 1e-4
    assert changed.figure("audit") == "passed"
    base = plan.objective
    freight = cost(plan, "inbound_freight") + cost(plan, "outbound_freight")
    steady = cost(plan, "fixed") + cost(plan, "investment") + cost(plan, "closing")
    price = CASE.demand["product"].map(CASE.products.set_index("product")["customs_value"])
    bare = (CASE.demand["quantity"] * price).sum() * FLOWS
    least, most = {
        "fee_doubled": (base, base + cost(plan, "fee")),
        "freight_up": (base, base + 0.2 * freight),
        "demand_down": (0.8 * 0.98 * bare, base - 0.2 * (base - steady)),
        "suppliers_reopened": (base - 44 * 18.72 * (6384 * 0.042 + 23) * FLOWS, base),
        "kokshetau_shut": (base, total(plan, "no_plant")),
        "threshold_up": (base, base - cost(plan, "incentive")),
    }[scenario]
    gap = 2e-6 * base
    assert least - gap <= changed.objective <= most + gap


@pytest.mark.slow
def test_first_year_agrees_with_a_second_model():
    """2026 alone, every line ready at once, by jvopt and by the naive model of the tests.

    At half the demand: the naive model takes no flow of more than 10,000, tyres for instance.
    """
    year = CASE.replace(periods=[{"period": "2026", "start": "2026-01-01", "years": 1}])
    year = year.change("lines", "build_time", 0)
    year = year.change("demand", "quantity", 0.5, action="multiply")
    assert optimize(year, gap=0, compare=False).objective == pytest.approx(
        optimum(year)[0], rel=1e-6
    )
