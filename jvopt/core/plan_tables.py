"""Every table of a plan, declared once: the meaning and unit of each column."""

from __future__ import annotations

from jvopt.core.declare_results import PERIOD, col, line, number, product, result, site
from jvopt.core.schema import CostKind, Table
from jvopt.core.tables import TABLES

GOODS = col("goods", "Goods that rules tell apart, as in the table goods.")
MADE_IN = col("made_in", "Country of manufacture; several where no rule tells them apart.")
ASSEMBLY_MODE = col("assembly_mode", "Assembly mode; several where no rule tells them apart.")
CLAIMS = col("claims", "Origin claims held in any case, parted by ' + '.")

_OF_SEVERAL_COLUMNS = (
    CostKind("inbound_freight", "Inbound freight", 20),
    CostKind("input_duty", "Duty on inputs", 30),
    CostKind("fixed", "Yearly fixed cost", 50),
    CostKind("investment", "Investment", 60),
    CostKind("outbound_freight", "Outbound freight", 80),
    CostKind("goods_duty", "Duty on goods", 90),
    CostKind("fee", "Recycling fee", 130),
    CostKind("incentive", "Incentives", 140),
    CostKind("co2", "CO2 price", 160),
)
"""Kinds of cost that more than one column makes; all others are declared with their column."""

_OF_A_COLUMN = (c.charges for table in TABLES.values() for c in table.columns if c.charges)

COST_KINDS = {
    kind.name: kind.title
    for kind in sorted((*_OF_SEVERAL_COLUMNS, *_OF_A_COLUMN), key=lambda kind: kind.order)
}
"""The kinds of cost that add up to the landed cost; incentives and drawback are negative."""

NETWORKS = {"plan": "This plan", "today": "Today's network", "no_plant": "No plant at all"}
"""A plan, and what it is laid beside: sites and lines as they are now, and no line open."""

ENDS = ("optimal", "gap_limit", "time_limit", "infeasible", "unbounded", "interrupted", "none")
"""How a search may end."""

_ITEMS = (
    "case", "state", "termination", "plan", "objective", "bound", "gap", "cost", "revenue",
    "saving_against_today", "saving_against_no_plant", "audit", "audit_largest_violation",
    "seconds_checking", "seconds_building", "seconds_solving", "seconds_explaining",
    "seconds_comparing", "seconds_writing", "seconds_auditing",
    "columns", "rows", "nonzeros", "whole_columns", "goods",
)  # fmt: skip
_VALUES = (*ENDS, "succeeded", "cancelled", "yes", "no", "passed", "failed")
_PRICED = ("demand", "supply", "line", "throughput", "lane", "limit")

PLAN_TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        result(
            "summary",
            "The plan in figures.",
            col("item", "What the figure is.", choices=_ITEMS),
            col("value", "The figure: a number or a word.", mixed=True, choices=_VALUES),
            col("unit", "Its unit.", choices=("s", "share", "relative")),
        ),
        result(
            "as_is",
            "The plan beside today's network and beside no plant at all.",
            col(
                "network",
                "plan, today (sites and lines as now) or no_plant (no line open).",
                choices=tuple(NETWORKS),
            ),
            col(
                "item",
                "A cost kind, or total, revenue, profit, saving, state.",
                choices=(*COST_KINDS, "total", "revenue", "profit", "saving", "state"),
            ),
            number("value", "Discounted, over the horizon.", "money"),
            col("text", "The state, where the network has no plan.", choices=ENDS),
        ),
        result(
            "costs",
            "The landed cost, by kind and by what causes it.",
            col(
                "kind",
                "Kind of cost; revenue, where there is one, is a kind of its own.",
                choices=(*COST_KINDS, "revenue"),
            ),
            PERIOD,
            site("site", "Site that causes it: for a lane its origin."),
            site("destination", "For a lane, where it goes."),
            line("Line that causes it."),
            product("Product that causes it."),
            col("country", "Country of the site; for duty and fee the country that levies it."),
            col("owner", "Owner of the site."),
            number("cost", "Discounted to the start of the horizon.", "money"),
            number("undiscounted", "In the money of its period.", "money"),
        ),
        result(
            "sites",
            "Every site in every period.",
            site("site", "The site."),
            PERIOD,
            number("open", "1 while open, else 0."),
            number("opened", "1 where it opens at the start of the period."),
            number("closed", "1 where it closes at the start of the period."),
            number("shipped", "Units sent out.", "units"),
        ),
        result(
            "throughput",
            "Every throughput capacity in every period.",
            site("site", "The site."),
            product("The product; blank for all."),
            PERIOD,
            number("steps", "Expansion steps bought at the start of the period."),
            number("capacity", "Capacity, with all steps bought so far.", "units"),
            number("shipped", "Units sent out.", "units"),
            number("utilisation", "Share of the capacity used.", "share"),
        ),
        result(
            "lines",
            "Every line in every period.",
            line("The line."),
            site("site", "Where it stands."),
            PERIOD,
            number("open", "1 while open, else 0."),
            number("built", "1 where it is paid for at the start of the period."),
            number("closed", "1 where it closes at the start of the period."),
            number("steps", "Expansion steps bought at the start of the period."),
            number("capacity", "Capacity, with all steps bought so far.", "units"),
            number("load", "Capacity used.", "units"),
            number("utilisation", "Share of the capacity used.", "share"),
        ),
        result(
            "production",
            "What each line makes.",
            line("The line."),
            site("site", "Where it stands."),
            col("recipe", "The recipe."),
            product("The product made."),
            ASSEMBLY_MODE,
            CLAIMS,
            col("rules", "For each claim the origin rule relied on: value or heading."),
            GOODS,
            PERIOD,
            number("quantity", "Units made.", "units"),
        ),
        result(
            "inputs",
            "What production uses up.",
            line("The line."),
            col("recipe", "The recipe."),
            col("claims", "Origin claims of the output, as in production."),
            col("rules", "Origin rules relied on, as in production."),
            PERIOD,
            product("The product used up."),
            GOODS,
            number("quantity", "Units used up.", "units"),
        ),
        result(
            "purchases",
            "What is bought.",
            site("site", "The supplier."),
            product("The product."),
            col("country", "Country of origin."),
            GOODS,
            PERIOD,
            number("quantity", "Units bought.", "units"),
            number("cost", "Purchase cost in the money of the period.", "money"),
        ),
        result(
            "shipments",
            "What moves over each lane.",
            site("origin", "Where from."),
            site("destination", "Where to."),
            col("mode", "Transport mode."),
            product("The product."),
            MADE_IN,
            ASSEMBLY_MODE,
            CLAIMS,
            GOODS,
            PERIOD,
            number("quantity", "Units shipped.", "units"),
            number("tonnes", "Mass shipped.", "t"),
            number("freight", "Freight in the money of the period.", "money"),
            number("duty", "Duty on entering a customs territory.", "money"),
            col("duty_claim", "Claim that the duty rate relied on; blank for the ordinary rate."),
            number("fee", "Recycling fee of the units delivered at the destination.", "money"),
            number("co2", "CO2 of the transport.", "t"),
        ),
        result(
            "stock",
            "Stock at the end of each period.",
            site("site", "The site."),
            product("The product."),
            GOODS,
            PERIOD,
            number("opening", "Units at the start of the period.", "units"),
            number("closing", "Units at the end of the period.", "units"),
            number("holding_cost", "Cost in the money of the period.", "money"),
        ),
        result(
            "deliveries",
            "What is delivered to demand.",
            site("site", "The market."),
            product("The product."),
            MADE_IN,
            ASSEMBLY_MODE,
            CLAIMS,
            GOODS,
            PERIOD,
            number("quantity", "Units delivered.", "units"),
            number("fee", "Recycling fee, after relief.", "money"),
            number("incentive", "Support.", "money"),
            number("revenue", "Quantity times demand price.", "money"),
        ),
        result(
            "service",
            "How far demand is met, and at what landed cost.",
            site("site", "The market."),
            product("The product."),
            PERIOD,
            number("demand", "Units wanted.", "units"),
            number("met", "Units delivered.", "units"),
            number("short", "Units not delivered.", "units"),
            number("share", "Share of demand met.", "share"),
            number("penalty", "Cost of the shortfall.", "money"),
            number(
                "landed_cost",
                "Average cost of a delivered unit along its way, with its part of fixed cost and "
                "investment; undiscounted.",
                "money/unit",
            ),
        ),
        result(
            "origin",
            "Content of what is made under a claim against its threshold.",
            line("The line."),
            site("site", "Where it stands."),
            col("recipe", "The recipe."),
            product("The product made."),
            col("claim", "The claim."),
            col("rule", "value or heading.", choices=("value", "heading")),
            PERIOD,
            number("quantity", "Units made under the claim.", "units"),
            number("content", "Originating share of the customs value.", "share"),
            number("threshold", "Least share asked for; blank for the rule heading.", "share"),
            number("margin", "Content less threshold.", "share"),
        ),
        result(
            "drawback",
            "Duty on inputs that is refunded on export.",
            site("site", "The plant."),
            product("The input."),
            site("origin", "Origin of the lane on which the duty was paid."),
            col("mode", "Transport mode of that lane."),
            GOODS,
            PERIOD,
            number("quantity", "Units refunded.", "units"),
            number("refund", "Money refunded.", "money"),
        ),
        result(
            "limits",
            "Every limit against what the plan reaches.",
            col("limit", "The limit."),
            col("group", "For which site, product or period, where it is repeated."),
            col("sense", "at_most or at_least.", choices=("at_most", "at_least")),
            number("value", "The limit's value."),
            number("reached", "What the plan reaches."),
        ),
        result(
            "prices",
            "What one more unit would be worth, the set of open plants held fixed.",
            col("kind", "demand, supply, line, throughput, lane or limit.", choices=_PRICED),
            site("site", "The site."),
            site("destination", "For a lane, where it goes."),
            line("The line."),
            product("The product."),
            col("limit", "The limit, with its group."),
            PERIOD,
            number(
                "price",
                "For demand the cost of one more unit; for a capacity what one more unit saves. "
                "Undiscounted, in the money of the period.",
                "money/unit",
            ),
        ),
        result(
            "regions",
            "Trade that the plan makes between regions and between countries.",
            col("level", "region or country.", choices=("region", "country")),
            col("origin", "Where from."),
            col("destination", "Where to."),
            PERIOD,
            number("units", "Units shipped.", "units"),
            number("tonnes", "Tonnes shipped.", "t"),
            number(
                "value",
                "Customs value of what is shipped, where it is known.",
                "money",
                title="Customs value",
            ),
        ),
        result(
            "reach",
            "Share of demand served over lanes within bands of distance and days.",
            product("The product."),
            PERIOD,
            col("measure", "km or days.", choices=("km", "days")),
            number("within", "Upper end of the band; blank for unknown or longer."),
            number("units", "Units delivered within it (cumulative).", "units"),
            number("share", "Share of all units delivered.", "share"),
        ),
        result(
            "owners",
            "Cost, revenue and units by partner.",
            col("owner", "The partner."),
            number("cost", "Discounted cost caused at its sites.", "money"),
            number("revenue", "Discounted revenue at its sites.", "money"),
            number("made", "Units made.", "units"),
            number("shipped", "Units sent out.", "units"),
        ),
        result(
            "goods",
            "What each goods id stands for; several rows where no rule tells them apart.",
            GOODS,
            product("The product."),
            col("made_in", "Country of manufacture."),
            col("assembly_mode", "Assembly mode; blank for goods that were bought."),
            col("claims", "Origin claims held, parted by ' + '."),
        ),
        result(
            "conflicts",
            "For a case without a plan: why there is none, and what would make one possible.",
            col(
                "part",
                "conflict: these cells cannot all hold, though all but any one of them can; "
                "change: the least change that gives a plan, all of it together.",
                choices=("conflict", "change"),
            ),
            col("table", "Table of the cell."),
            number("row", "Row of the cell, from 1."),
            col("column", "Column of the cell."),
            col("period", "For a change the period in which the cell is too tight; blank: all."),
            col("value", "What it says now: a number, or a decision.", mixed=True),
            col("needed", "For a change, what it would have to say.", mixed=True),
            col("text", "The same in a sentence."),
        ),
        result(
            "messages",
            "Warnings of the checks and remarks of the run.",
            col("severity", "warning or note."),
            col("place", "Table, row and column, or the cell of the workbook."),
            col("text", "What is worth knowing."),
        ),
    )
}
"""The tables of a plan in the order in which people read them."""
