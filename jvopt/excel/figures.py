"""The figures on the first sheets of a plan, drawn from the plan's tables."""

from __future__ import annotations

import math

import pandas as pd
from babel import Locale

from jvopt.core.called import all_names, lines_at_plants, names_by_id, own_name
from jvopt.core.gaps import PROVEN, rounded_up
from jvopt.core.language import Language, marked, number, word
from jvopt.core.phrases import Listed, Phrase, Voice
from jvopt.core.plan import Plan
from jvopt.core.plan_tables import COST_KINDS
from jvopt.excel import look
from jvopt.excel.book import printable

_MOST_PRODUCTS = 2
_TO_NAME_A_REGION = 2
"""Most sites that a region is named by."""

_PLAN = {
    "optimal": ("The best plan, proven to within {gap} of the best possible.", look.GREEN),
    "gap_limit": (
        "A plan as good as asked for, proven to within {gap} of the best possible.",
        look.GREEN,
    ),
    "time_limit": ("The best plan found before the time limit.", look.AMBER),
    "interrupted": ("The best plan when the search was stopped.", look.AMBER),
}
_A_PLAN = ("A plan was found.", look.AMBER)
_NO_PLAN = {
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
}
_NONE = ("There is no plan.", look.RED)


class Figures:
    """The figures of a plan for people.

    Parameters
    ----------
    plan
        The plan, or the answer that there is none.
    language
        The language of words and names.
    """

    def __init__(self, plan: Plan, language: Language = "en") -> None:
        self.plan = plan
        self.case = plan.case
        self.language: Language = language
        self.say = Voice(language, titles=True).say
        self.name = str(plan.case.setting("case_name"))
        self.base = printable(str(plan.case.setting("base_currency")))
        self.profit = plan.case.seeks_profit
        self.rate = float(plan.case.setting("discount_rate"))
        self.site_names = names_by_id(plan.case, "sites", language)
        sites = plan.case["sites"]
        stands = sites["site"][(sites["site"] == sites["region"]).to_numpy()]
        self.region_names = {site: self.site_names[site] for site in map(str, stands)}
        inside = sites["site"].astype(str).map(self.site_names).groupby(sites["region"]).agg(list)
        self._sites_inside = {str(region): names for region, names in inside.items()}
        self.line_names = names_by_id(plan.case, "lines", language)
        self.product_names = names_by_id(plan.case, "products", language)

    def status(self) -> tuple[str, str]:
        """Say in words how the search ended, and give the colour of it."""
        ended, gap = self.plan.termination, self.plan.gap
        words, color = (_PLAN if self.plan.found else _NO_PLAN).get(
            ended, _A_PLAN if self.plan.found else _NONE
        )
        if ended == "optimal" and gap <= PROVEN:
            words = "The best plan, proven."
        said = self.say(words, gap=self.gap())
        if self.plan.found and color == look.AMBER and not math.isnan(gap):
            words = "The best possible is at most {gap} better."
            said += " " + self.say(words, gap=self.gap())
        return said, color

    def basis(self) -> str:
        """Say over which time, and in which money, the figures are."""
        every = self.case["periods"]["period"].tolist()
        filled = self.case.filled("periods")
        years = float(filled["years"].sum()) if len(filled) else 1.0
        rate = number(self.language, self.rate * 100)
        return self.say(
            "{span}{length}; money in {currency}, {discount}.",
            span=self._span(every, every) + ", " if every else "",
            length=Phrase("1 year") if years == 1 else Phrase("{years} years", years=years),
            currency=self.base,
            discount=Phrase("discounted at {rate}% a year", rate=rate)
            if self.rate
            else Phrase("not discounted"),
        )

    def gap(self) -> str:
        """Say the gap, rounded up: the plan is never said to be nearer to the bound than it is."""
        gap = self.plan.gap
        if math.isnan(gap):
            return "?"
        if gap <= PROVEN:
            return "0%"
        return percent(self.language, rounded_up(gap), 2)

    def _span(self, periods: list[str], every: list[str]) -> str:
        """Name periods, those in a row by the first and last of them."""
        runs: list[list[str]] = []
        for period, before in zip(every, ["", *every[:-1]], strict=True):
            if period in periods:
                if not runs or runs[-1][-1] != before:
                    runs.append([])
                runs[-1].append(period)
        return ", ".join(
            self.say("{first} to {last}", first=run[0], last=run[-1]) if run[1:] else run[0]
            for run in runs
        )

    def cost_title(self, kind: str) -> str:
        """Give the title of a kind of cost."""
        return word(self.language, COST_KINDS.get(kind, kind.capitalize()), "cost")

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

    def running(self) -> pd.DataFrame:
        """Give the rows of the plan's lines, one for each period in which a line is open."""
        lines = self.plan["lines"]
        return lines[lines["open"].to_numpy(dtype=float) > 0.5]

    def lines(self) -> pd.DataFrame:
        """Give the lines that are open in some period, the busiest first.

        Returns
        -------
        DataFrame
            ``line`` and ``site`` (ids), ``label`` (with its plant), ``own`` (its name without;
            empty where it is called as its plant), ``plant``, ``modes``, ``products``, ``open``
            (in words), ``made``, and ``full`` (share of the capacity; NaN where it is unlimited).
        """
        lines = self.running()
        if lines.empty:
            return pd.DataFrame()
        production = self.plan["production"]
        made = production.groupby("line")["quantity"].sum()
        by_line = dict(list(production.groupby("line", sort=False)))
        first = self.plan["lines"].drop_duplicates("period")["period"].tolist()
        called, labels = all_names(self.case), lines_at_plants(self.case, self.language)
        rows = []
        for line, part in lines.groupby("line", sort=False):
            capacity = float(part["capacity"].sum(min_count=len(part)))
            load = float(part["load"].sum())
            full = load / capacity if capacity and math.isfinite(capacity) else math.nan
            when = part["period"].tolist()
            site = str(part["site"].iloc[0])
            plant = self.site_names.get(site, site)
            name = self.line_names.get(str(line), str(line))
            makes = by_line.get(line, production.iloc[:0])
            rows.append(
                {
                    "line": str(line),
                    "site": site,
                    "label": labels.get(str(line), name),
                    "own": own_name(plant, name, called.get(site, ())),
                    "plant": plant,
                    "modes": ", ".join(sorted({str(m) for m in makes["assembly_mode"] if m})),
                    "products": self._products(makes),
                    "open": self.say("throughout") if when == first else self._span(when, first),
                    "made": float(made.get(str(line), 0.0)),
                    "full": full,
                }
            )
        return pd.DataFrame(rows).sort_values("made", ascending=False, kind="stable")

    def _products(self, made: pd.DataFrame) -> str:
        """Name what a line makes most of."""
        most = made.groupby("product")["quantity"].sum().sort_values(ascending=False, kind="stable")
        names = [self.product_names.get(str(p), str(p)) for p in most.index]
        return Listed(names, _MOST_PRODUCTS).said(Voice(self.language))

    def place(self, code: str) -> str:
        """Give the name of a country or region with its code.

        A region for which no site stands is named by the one or two sites in it; a code that has no
        name stays as it is.
        """
        if len(code) == 2:
            name = Locale(self.language).territories.get(code)
        else:
            name = self.region_names.get(code)
            inside = self._sites_inside.get(code, [])
            if name is None and len(inside) <= _TO_NAME_A_REGION:
                name = "; ".join(inside)
        return f"{name} ({code})" if name else code

    def production(self) -> pd.DataFrame:
        """Give what each plant makes by assembly mode, the largest plant first."""
        made = self.plan["production"]
        if made.empty:
            return pd.DataFrame()
        modes = made["assembly_mode"].astype("object").replace("", self.say("no mode"))
        plants = made["site"].map(lambda site: self.site_names.get(str(site), str(site)))
        wide = made.groupby([plants, modes])["quantity"].sum().unstack().fillna(0.0)
        order = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index
        return wide.loc[order, wide.sum().sort_values(ascending=False, kind="stable").index]

    def trade(self, level: str) -> pd.DataFrame:
        """Give what goes between countries, or between regions, over the horizon, most first."""
        flows = self.plan["regions"]
        flows = flows[(flows["level"] == level).to_numpy() & (flows["units"] > 0).to_numpy()]
        if flows.empty:
            return pd.DataFrame()
        sums = flows.groupby(["origin", "destination"], as_index=False)[
            ["units", "tonnes", "value"]
        ].sum()
        return sums.sort_values("value", ascending=False, kind="stable")

    def duty_and_fee(self) -> pd.DataFrame:
        """Give duty, fee, drawback and incentives by period, in the money of the period."""
        kinds = ["input_duty", "goods_duty", "fee", "drawback", "incentive"]
        costs = self.plan["costs"]
        some = costs["kind"].isin(kinds) & (costs["undiscounted"] != 0)
        costs = costs[some.to_numpy()]
        if costs.empty:
            return pd.DataFrame()
        wide = costs.pivot_table(
            index="period", columns="kind", values="undiscounted", aggfunc="sum", sort=False
        )
        order = [p for p in self.case["periods"]["period"] if p in wide.index] or list(wide.index)
        return wide.reindex(order, columns=[k for k in kinds if k in wide]).fillna(0.0)

    def service(self) -> pd.DataFrame:
        """Give units met and short by market, those with most short first, then the largest."""
        service = self.plan["service"]
        if service.empty:
            return pd.DataFrame()
        sums = service.groupby("site", sort=False)[["met", "short"]].sum()
        sums.index = pd.Index([self.site_names.get(str(s), str(s)) for s in sums.index])
        order = pd.DataFrame({"short": -sums["short"].round(6), "met": -sums["met"]})
        return sums.loc[order.sort_values(["short", "met"], kind="stable").index]


def percent(language: Language, share: float, digits: int) -> str:
    """Give a share in percent, with so many digits after the mark."""
    return marked(language, f"{share:.{digits}%}")
