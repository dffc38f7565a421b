"""Laws of a single plan: its tables add up and balance."""

from __future__ import annotations

import pandas as pd

from jvopt.core.plan import Plan
from tests.models.support import near


def costs_add_up_to_the_objective(plan: Plan) -> None:
    """The table of costs: all kinds, and revenue where profit is sought."""
    costs = plan.costs
    if plan.case.setting("objective") == "profit":
        assert -costs["cost"].sum() == near(plan.objective)
    else:
        paid = costs[(costs["kind"] != "revenue").to_numpy()]
        assert paid["cost"].sum() == near(plan.objective)


def what_comes_goes(plan: Plan) -> None:
    """At each site, of each product, in each period: what was there, bought, made and brought in is
    what was used, sent away, delivered and left.
    """
    case, key = plan.case, ["site", "product", "period"]
    inputs = case["recipe_inputs"].assign(per=case.filled("recipe_inputs")["quantity"])
    used = plan.production.merge(inputs[["recipe", "product", "per"]], on="recipe",
                                 suffixes=("_made", ""))  # fmt: skip
    moved = plan.shipments
    flows = [
        (plan.purchases, "quantity", 1),
        (plan.production, "quantity", 1),
        (moved.assign(site=moved["destination"]), "quantity", 1),
        (moved.assign(site=moved["origin"]), "quantity", -1),
        (used.assign(out=used["quantity"] * used["per"]), "out", -1),
        (plan.service, "met", -1),
        (plan.stock, "opening", 1),
        (plan.stock, "closing", -1),
    ]
    parts = [
        f.assign(net=sign * f[c].astype(float))[[*key, "net"]] for f, c, sign in flows if len(f)
    ]
    net = pd.concat(parts).groupby(key)["net"].agg(["sum", lambda x: x.abs().sum()])
    net.columns = ["left", "moved"]
    wrong = net[(net["left"].abs() > 1e-6 * (1 + net["moved"])).to_numpy()]
    assert wrong.empty, wrong


def the_audit_passes(plan: Plan) -> None:
    """All limits and costs, recomputed from the case by code that knows nothing of the model."""
    assert plan.figure("audit") == "passed"


BOOKS = [costs_add_up_to_the_objective, what_comes_goes, the_audit_passes]
