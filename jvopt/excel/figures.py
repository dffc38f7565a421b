"""The figures on the first sheet of a plan, drawn from the plan's tables."""

from __future__ import annotations

import math

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import COST_KINDS
from jvopt.excel import look

Tile = tuple[str, str | float, str, str]


def name_of(case: Case, table: str) -> dict[str, str]:
    """Give the name of each site, product or line: with its id, where two are called alike."""
    frame = case[table]
    key = frame.columns[0]
    label = frame["name"].where(frame["name"] != "", frame[key])
    twice = label.duplicated(keep=False)
    label = label.where(~twice, label + " (" + frame[key] + ")")
    return dict(zip(frame[key], label, strict=True))


class Figures:
    """The figures of a plan for people.

    Parameters
    ----------
    plan
        The plan, or the answer that there is none.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.case = plan.case
        self.name = str(plan.case.setting("case_name"))
        self.base = str(plan.case.setting("base_currency"))
        self.profit = plan.case.setting("objective") == "profit"
        self.rate = float(plan.case.setting("discount_rate"))
        self.site_names = name_of(plan.case, "sites")
        self.line_names = name_of(plan.case, "lines")

    def status(self) -> tuple[str, str]:
        """Say in words how the search ended, and give the colour of it."""
        gap = self.plan.gap
        within = (
            "." if math.isnan(gap) else f", proven to within {_share(gap)} of the best possible."
        )
        worse = "" if math.isnan(gap) else f" The best possible is at most {_share(gap)} better."
        if self.plan.found:
            proven = gap <= 1e-9
            return {
                "optimal": (
                    "The best plan, proven." if proven else f"The best plan{within}", look.GREEN
                ),
                "gap_limit": (f"A plan as good as asked for{within}", look.GREEN),
                "time_limit": (
                    f"The best plan found before the time limit.{worse}", look.AMBER
                ),
                "interrupted": (f"The best plan when the search was stopped.{worse}", look.AMBER),
            }.get(self.plan.termination, (f"A plan was found.{worse}", look.AMBER))  # fmt: skip
        return {
            "infeasible": ("There is no plan that keeps every limit.", look.RED),
            "unbounded": (
                "There is no best plan: profit has no limit. Some capacity or price is missing.",
                look.RED,
            ),
            "time_limit": (
                "No plan was found before the time limit. There may be one: allow more time.",
                look.AMBER,
            ),
            "interrupted": ("The search was stopped before a plan was found.", look.AMBER),
        }.get(self.plan.termination, ("There is no plan.", look.RED))

    def basis(self) -> str:
        """Say over which time, and in which money, the figures are."""
        periods = self.case["periods"]
        filled = self.case.filled("periods")
        years = float(filled["years"].sum()) if len(filled) else 1.0
        span = (
            f"{periods['period'].iloc[0]} to {periods['period'].iloc[-1]}, " if len(periods) else ""
        )
        discount = f"discounted at {self.rate * 100:g}% a year" if self.rate else "not discounted"
        length = "1 year" if years == 1 else f"{years:g} years"
        return f"{span}{length}; money in {self.base}, {discount}."

    def tiles(self) -> list[Tile]:
        """Give the boxes of the summary: label, figure, number format, remark."""
        gap = self.plan.gap
        bound = self.plan.bound
        verb = "earn more" if self.profit else "cost less"
        remark = "" if math.isnan(bound) else f"no plan can {verb} than {self._short(bound)}"
        remark += "" if math.isnan(gap) else f" (gap {_share(gap)})"
        found: list[Tile] = [
            (
                "Profit" if self.profit else "Total cost",
                self.plan.objective,
                self._format(self.plan.objective),
                remark,
            )
        ]
        for network, label in (("today", "today"), ("no_plant", "no plant at all")):
            found += self._saving(network, label)
        return [*found, *self._plants(), *self._service(), *self._audit()]

    def _short(self, value: float) -> str:
        return f"{value / 1e6:,.1f} M" if abs(value) >= 1e7 else f"{value:,.0f}"

    def _format(self, value: float) -> str:
        return '#,##0.0,,"M"' if abs(value) >= 1e7 else look.WHOLE

    def axis_format(self, kinds: list[str]) -> str:
        """Give the number format of an axis of some kinds of cost."""
        costs = self.costs().loc[kinds]
        largest = float(costs.abs().to_numpy().max()) if costs.size else 0.0
        return '#,##0,,"M"' if largest >= 2e7 else '#,##0.0,,"M"' if largest >= 2e6 else look.WHOLE

    def _of(self, network: str, item: str) -> float:
        table = self.plan["as_is"]
        found = table["value"][((table["network"] == network) & (table["item"] == item)).to_numpy()]
        return float(found.iloc[0]) if len(found) else math.nan

    def _saving(self, network: str, label: str) -> list[Tile]:
        table = self.plan["as_is"]
        if not (table["network"] == network).any():
            return []
        item = "profit" if self.profit else "total"
        there, here = self._of(network, item), self._of("plan", item)
        better = here - there if self.profit else there - here
        words = f"{'Gain' if self.profit else 'Saving'} against {label}"
        if math.isnan(better):
            state = table["text"][
                ((table["network"] == network) & (table["item"] == "state")).to_numpy()
            ]
            why = str(state.iloc[0]) if len(state) else "no plan"
            cannot = {"infeasible": "cannot meet every demand and limit"}.get(why, why)
            return [(words, "none to compare", "General", f"that network {cannot}")]
        share = f"{better / abs(there):.1%} of {self._short(there)}" if there else ""
        return [(words, better, self._format(better), share)]

    def _plants(self) -> list[Tile]:
        lines = self.plan["lines"]
        if lines.empty:
            return []
        open_ = lines[lines["open"].to_numpy(dtype=float) > 0.5]
        plants, of = open_["site"].nunique(), lines["site"].nunique()
        count, of_lines = open_["line"].nunique(), lines["line"].nunique()
        return [("Plants open", f"{plants} of {of}", "General", f"{count} of {of_lines} lines run")]

    def _service(self) -> list[Tile]:
        service = self.plan["service"]
        wanted = float(service["demand"].sum()) if len(service) else 0.0
        if not wanted:
            return []
        short = float(service["short"].sum())
        remark = f"{short:,.0f} of {wanted:,.0f} units short" if short > 1e-6 else "every unit"
        return [("Demand met", float(service["met"].sum()) / wanted, "0.0%", remark)]

    def _audit(self) -> list[Tile]:
        verdict = self.plan.figure("audit")
        if not isinstance(verdict, str):
            return []
        largest = self.plan.figure("audit_largest_violation")
        remark = "every balance, limit and cost recomputed"
        if verdict != "passed" and isinstance(largest, float):
            remark = f"do not rely on this plan: a figure is off by {largest:.2g}"
        return [("Audit", verdict, "General", remark)]

    def costs(self) -> pd.DataFrame:
        """Give the cost kinds, and their total, by network; kinds that are zero left out."""
        table = self.plan["as_is"]
        if table.empty:
            costs = self.plan["costs"]
            sums = costs.groupby("kind")["cost"].sum()
            wide = pd.DataFrame({"plan": sums})
        else:
            wide = table.pivot_table(
                index="item", columns="network", values="value", aggfunc="sum", min_count=1
            )
        kinds = [k for k in COST_KINDS if k in wide.index and bool((wide.loc[k].abs() > 0).any())]
        if not kinds:
            return pd.DataFrame()
        shown = wide.reindex(kinds).astype("float64")
        # A network without a plan has no costs at all; one with a plan has no blank ones.
        none = shown.isna().all()
        shown = shown.loc[:, ~none].fillna(0.0)
        return pd.concat([shown, shown.sum().to_frame("total").T])

    def lines(self) -> pd.DataFrame:
        """Give the lines that are open in some period, the busiest first."""
        lines = self.plan["lines"]
        lines = lines[lines["open"].to_numpy(dtype=float) > 0.5]
        if lines.empty:
            return pd.DataFrame()
        made = self.plan["production"].groupby("line")["quantity"].sum()
        first = self.plan["lines"].drop_duplicates("period")["period"].tolist()
        rows = []
        for line, part in lines.groupby("line", sort=False):
            capacity = float(part["capacity"].sum(min_count=len(part)))
            load = float(part["load"].sum())
            full = load / capacity if capacity and math.isfinite(capacity) else math.nan
            when = part["period"].tolist()
            span = "throughout" if when == first else _span(when)
            site = str(part["site"].iloc[0])
            rows.append(
                {
                    "label": self.line_names.get(str(line), str(line)),
                    "plant": self.site_names.get(site, site),
                    "open": span,
                    "made": float(made.get(str(line), 0.0)),
                    "full": full,
                }
            )
        return pd.DataFrame(rows).sort_values("made", ascending=False, kind="stable")

    def production(self) -> pd.DataFrame:
        """Give what each plant makes by assembly mode, the largest plant first."""
        made = self.plan["production"]
        if made.empty:
            return pd.DataFrame()
        modes = made["assembly_mode"].astype("object").replace("", "no mode")
        plants = made["site"].map(lambda site: self.site_names.get(str(site), str(site)))
        wide = made.groupby([plants, modes])["quantity"].sum().unstack().fillna(0.0)
        order = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index
        return wide.loc[order, wide.sum().sort_values(ascending=False, kind="stable").index]


def _share(gap: float) -> str:
    # Rounded up, so that the plan is never said to be nearer to the bound than it is.
    return "0%" if gap <= 1e-9 else f"{math.ceil(gap * 1e4 - 1e-9) / 1e4:.2%}"


def _span(periods: list[str]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
