"""The one-year reference: optima published with the base data, found by another program."""

import pytest

import jvopt.examples
from jvopt.solve import optimize
from tests.examples.reference_model import least_cost

OPTIMA = {"": 20_679_406, "no_plant": 26_372_041, "no_import": 22_568_795}


@pytest.mark.parametrize(
    ("variant", "scenario"),
    [({}, ""), ({"plants": False}, "no_plant"), ({"imports": False}, "no_import")],
)
def test_base_data_hold_the_published_optima(variant, scenario):
    assert least_cost(**variant) == pytest.approx(OPTIMA[scenario], abs=1)


@pytest.mark.parametrize("scenario", OPTIMA)
def test_case_has_the_published_optimum(scenario):
    case = jvopt.examples.example("kz-reference")
    case = case.scenario(scenario) if scenario else case
    plan = optimize(case, gap=1e-7, compare=False)
    assert plan.objective == pytest.approx(OPTIMA[scenario], rel=1e-6)
    assert plan.bound == pytest.approx(OPTIMA[scenario], rel=1e-6)
    assert plan.figure("audit") == "passed"


def test_no_plant_makes_nothing_and_no_import_buys_no_machine():
    case = jvopt.examples.example("kz-reference")
    machines = set(case.demand["product"])
    ready = optimize(case.scenario("no_plant"), compare=False)
    assert ready.production.empty
    assembled = optimize(case.scenario("no_import"), compare=False)
    assert not machines & set(assembled.purchases["product"])
    wanted = case.demand.groupby("product")["quantity"].sum()
    made = assembled.production.groupby("product")["quantity"].sum()
    assert made.to_dict() == pytest.approx(wanted.to_dict())
