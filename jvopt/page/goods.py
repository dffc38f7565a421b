"""Kits and parts that go to the plants, duty and fee, and the origins that goods claim."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from jvopt.core.case import Case
from jvopt.core.plan import Plan
from jvopt.page import charts
from jvopt.page.drawing import chart
from jvopt.page.parts import Markup, box, link, panel, table, text
from jvopt.page.speaker import NONE, Speaker
from jvopt.page.view import View

_MOST = 9
_THIN = 0.02
"""Margins below this are at risk: a single consignment can fall below the threshold."""


def kits(plan: Plan) -> pd.DataFrame:
    """Give what is shipped to the plants to be assembled, dearest to bring first.

    Returns
    -------
    DataFrame
        ``product``, ``country`` (where it is shipped from), ``quantity``, ``tonnes``, ``freight``
        and ``duty``, over the horizon in the money of the periods.
    """
    moved = plan["shipments"]
    used = set(plan["inputs"]["product"])
    lines = set(plan.case["lines"]["site"])
    here = moved["product"].isin(used) & moved["destination"].isin(lines)
    moved = moved[here.to_numpy()]
    columns = ["quantity", "tonnes", "freight", "duty"]
    if moved.empty:
        return pd.DataFrame(columns=["product", "country", *columns])
    country = moved["origin"].map(plan.case["sites"].set_index("site")["country"])
    sums = moved.assign(country=country).groupby(["product", "country"], as_index=False)[columns]
    found = sums.sum()
    order = (found["freight"] + found["duty"]).sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def claims(plan: Plan) -> pd.DataFrame:
    """Give the origins claimed with the least margin over the periods, narrowest first.

    Returns
    -------
    DataFrame
        ``claim``, ``product``, ``line``, ``rule``, ``quantity``, ``content``, ``threshold`` and
        ``margin``.
    """
    origin = plan["origin"]
    keys = ["claim", "product", "line", "rule"]
    if origin.empty:
        return origin[[*keys, "quantity", "content", "threshold", "margin"]]
    grouped = origin.groupby(keys, as_index=False, sort=False)
    found = grouped.agg({"quantity": "sum", "content": "min", "threshold": "max", "margin": "min"})
    return found.sort_values("margin", kind="stable", na_position="last", ignore_index=True)


def _each(frame: pd.DataFrame) -> Iterable[Any]:
    return frame.itertuples()


def show(view: View) -> None:
    """Show them."""
    _kits(view)
    _duty(view)
    _claims(view)
    _service(view)


def _kits(view: View) -> None:
    found = kits(view.plan)
    if found.empty:
        return
    say, speaker = view.say, view.speaker
    names = view.figures.product_names
    shown = found.head(_MOST)
    rows = [
        [
            names.get(str(r.product), str(r.product)), speaker.place(str(r.country)),
            speaker.number(r.quantity), speaker.number(r.tonnes) if r.tonnes else NONE,
            speaker.number(r.freight),
            speaker.number(r.duty),
        ]
        for r in _each(shown)
    ]  # fmt: skip
    headings = ["Kit or part", "From", "Units", "Tonnes", "Freight", "Duty"]
    remark = say(
        "What is brought to the plants over the horizon, in {currency}, not discounted",
        currency=view.base,
    )

    def chosen(at: int) -> None:
        product = str(shown["product"].iloc[at])
        view.open("shipments", names.get(product, product), {"product": product})

    with panel(say("Kits and parts"), remark, css="s7"):
        table([say(w) for w in headings], rows, numeric=[False] * 2 + [True] * 4, act=chosen,
              wide=(2, 3), caption=say("Kits and parts"))  # fmt: skip
        if len(found) > len(shown):
            more = len(found) - len(shown)
            link(say("and {count} more", count=more), lambda: view.open("inputs"))


def _duty(view: View) -> None:
    found = view.figures.duty_and_fee()
    if found.empty:
        return
    titles = [(view.figures.cost_title(str(k)), found[k].tolist()) for k in found.columns]
    remark = view.say("By period, in {currency} of the period", currency=view.base)
    with panel(view.say("Duty, fee and support"), remark, css="s5"):
        periods = [str(p) for p in found.index]
        options = charts.bars(periods, titles, stacked=True, upright=True)
        chart(options, "270px").on_point_click(
            lambda e: view.open(
                "costs", str(e.series_name), {"kind": str(found.columns[e.series_index])}
            )
        )
        kinds = set(map(str, found.columns))
        link(view.say("Show rows"), lambda: view.open("costs", "", {"kind": kinds}))


def _claims(view: View) -> None:
    found = claims(view.plan)
    if found.empty:
        return
    say, speaker = view.say, view.speaker
    products, lines = view.figures.product_names, view.figures.line_names
    shown = found.head(_MOST + 3)
    rows = [
        [
            products.get(str(r.product), str(r.product)), str(r.claim),
            lines.get(str(r.line), str(r.line)), speaker.number(r.quantity),
            speaker.percent(r.content), threshold(speaker, r.threshold, say("heading")),
            margin(speaker, r.margin),
        ]
        for r in _each(shown)
    ]  # fmt: skip
    headings = ["Product", "Claim", "Line", "Units", "Content", "Threshold", "Margin"]

    def chosen(at: int) -> None:
        row = shown.iloc[at]
        where = {k: str(row[k]) for k in ("claim", "product", "line")}
        view.open("origin", f"{row['claim']}: {rows[at][0]}", where)

    words = "Average of the tightest period; customs check each consignment."
    with panel(say("Origin claimed"), say(words), css="s7"):
        table([say(w) for w in headings], rows, numeric=[False] * 3 + [True] * 4, act=chosen,
              wide=(2, 3, 4, 5), caption=say("Origin claimed"))  # fmt: skip
        for claim in dict.fromkeys(map(str, shown["claim"])):
            text(claim_words(view.plan.case, claim, speaker), "small quiet")
        link(say("All claims by period"), lambda: view.open("origin"))


def threshold(speaker: Speaker, value: float, heading: str) -> str:
    """Give the threshold of a claim, or that the change of heading counts."""
    return speaker.percent(value) if value == value else heading


def claim_words(case: Case, claim: str, speaker: Speaker) -> str:
    """Say what a claim is: the countries whose origin it claims, and what was noted of it."""
    rows = case["claims"][(case["claims"]["claim"] == claim).to_numpy()]
    groups = case["country_groups"]
    said = []
    for area in dict.fromkeys(rows["area"].astype(str)):
        members = groups["country"][(groups["group"] == area).to_numpy()]
        names = ", ".join(speaker.place(str(code)) for code in members)
        said.append(f"{area} ({names})" if names else speaker.place(area))
    if "note" in rows:
        said += [str(note) for note in dict.fromkeys(rows["note"]) if note]
    return f"{claim}: {'; '.join(said)}"


def margin(speaker: Speaker, value: float) -> str:
    """Give a margin in percentage points, with a bar of its size; a thin one is told apart."""
    if value != value:
        return NONE
    width = min(max(value, 0.0), 1.0) * 100
    points = speaker.say("{points} pp", points=speaker.number(value * 100, 1))
    thin = " thin" if value < _THIN else ""
    return Markup(
        f'<span class="jv-margin{thin}"><span class="jv-meter"><i style="width:{width:.0f}%"></i>'
        f"</span><span>{escape(points)}</span></span>"
    )


def _service(view: View) -> None:
    found = view.figures.service()
    if found.empty:
        return
    say, speaker = view.say, view.speaker
    short = float(found["short"].sum())
    names = {name: site for site, name in view.figures.site_names.items()}
    shown = found.head(_MOST + 3)
    rows = [
        [str(market), speaker.number(met), speaker.number(short_, 1) if short_ > 1e-6 else NONE]
        for market, (met, short_) in zip(shown.index, shown.to_numpy(), strict=True)
    ]

    def chosen(at: int) -> None:
        name = rows[at][0]
        view.open("service", name, {"site": names.get(name, name)})

    remark = say("Every unit is delivered") if short <= 1e-6 else say("Those with most short first")
    with panel(say("Demand served"), remark, css="s5"), box("stack tight"):
        table([say("Market"), say("Served"), say("Short")], rows, numeric=[False, True, True],
              act=chosen, caption=say("Demand served"))  # fmt: skip
        if len(found) > len(shown):
            more = len(found) - len(shown)
            link(say("and {count} more", count=more), lambda: view.open("service"))
