"""Every table of a plan, declared once: the meaning and unit of each column."""

from __future__ import annotations

from jvopt.core.schema import Column, Kind, Table, Titles


def _col(
    name: str,
    meaning: str,
    unit: str = "",
    kind: Kind = "text",
    *,
    refers: str = "",
    title: str = "",
) -> Column:
    title = title or name.replace("_", " ").capitalize().replace("Co2", "CO2")
    known = (refers,) if refers else ()
    return Column(name, kind, Titles(title, "", ""), meaning, unit, blank="none", refers=known)


def _site(name: str, meaning: str) -> Column:
    return _col(name, meaning, refers="sites.site")


def _product(meaning: str) -> Column:
    return _col("product", meaning, refers="products.product")


def _line(meaning: str) -> Column:
    return _col("line", meaning, refers="lines.line")


def _num(name: str, meaning: str, unit: str = "", *, title: str = "") -> Column:
    return _col(name, meaning, unit, "number", title=title)


def _table(name: str, meaning: str, *columns: Column) -> Table:
    title = name.replace("_", " ").capitalize()
    return Table(name, Titles(title, "", ""), meaning, (), columns)


PERIOD = _col("period", "The period.")
GOODS = _col("goods", "Goods that rules tell apart, as in the table goods.")
MADE_IN = _col("made_in", "Country of manufacture; several where no rule tells them apart.")
ASSEMBLY_MODE = _col("assembly_mode", "Assembly mode; several where no rule tells them apart.")
CLAIMS = _col("claims", "Origin claims held in any case, parted by ' + '.")

COST_KINDS = {
    "purchase": "Purchase",
    "inbound_freight": "Inbound freight",
    "input_duty": "Duty on inputs",
    "assembly": "Assembly",
    "fixed": "Yearly fixed cost",
    "investment": "Investment",
    "closing": "Closing",
    "outbound_freight": "Outbound freight",
    "goods_duty": "Duty on goods",
    "lane_fixed": "Fixed cost of lanes",
    "handling": "Handling",
    "holding": "Holding",
    "fee": "Recycling fee",
    "incentive": "Incentives",
    "drawback": "Drawback",
    "co2": "CO2 price",
    "shortfall": "Shortfall penalty",
}
"""The kinds of cost that add up to the landed cost; incentives and drawback are negative."""

PLAN_TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        _table(
            "summary",
            "The plan in figures.",
            _col("item", "What the figure is."),
            _col("value", "The figure: a number or a word."),
            _col("unit", "Its unit."),
        ),
        _table(
            "as_is",
            "The plan beside today's network and beside no plant at all.",
            _col("network", "plan, today (sites and lines as now) or no_plant (no line open)."),
            _col("item", "A cost kind, or total, revenue, profit, saving, state."),
            _num("value", "Discounted, over the horizon.", "money"),
            _col("text", "The state, where the network has no plan."),
        ),
        _table(
            "costs",
            "The landed cost, by kind and by what causes it.",
            _col("kind", "Kind of cost; revenue, where there is one, is a kind of its own."),
            PERIOD,
            _site("site", "Site that causes it: for a lane its origin."),
            _site("destination", "For a lane, where it goes."),
            _line("Line that causes it."),
            _product("Product that causes it."),
            _col("country", "Country of the site; for duty and fee the country that levies it."),
            _col("owner", "Owner of the site."),
            _num("cost", "Discounted to the start of the horizon.", "money"),
            _num("undiscounted", "In the money of its period.", "money"),
        ),
        _table(
            "sites",
            "Every site in every period.",
            _site("site", "The site."),
            PERIOD,
            _num("open", "1 while open, else 0."),
            _num("opened", "1 where it opens at the start of the period."),
            _num("closed", "1 where it closes at the start of the period."),
            _num("shipped", "Units sent out.", "units"),
        ),
        _table(
            "throughput",
            "Every throughput capacity in every period.",
            _site("site", "The site."),
            _product("The product; blank for all."),
            PERIOD,
            _num("steps", "Expansion steps bought at the start of the period."),
            _num("capacity", "Capacity, with all steps bought so far.", "units"),
            _num("shipped", "Units sent out.", "units"),
            _num("utilisation", "Share of the capacity used.", "share"),
        ),
        _table(
            "lines",
            "Every line in every period.",
            _line("The line."),
            _site("site", "Where it stands."),
            PERIOD,
            _num("open", "1 while open, else 0."),
            _num("built", "1 where it is paid for at the start of the period."),
            _num("closed", "1 where it closes at the start of the period."),
            _num("steps", "Expansion steps bought at the start of the period."),
            _num("capacity", "Capacity, with all steps bought so far.", "units"),
            _num("load", "Capacity used.", "units"),
            _num("utilisation", "Share of the capacity used.", "share"),
        ),
        _table(
            "production",
            "What each line makes.",
            _line("The line."),
            _site("site", "Where it stands."),
            _col("recipe", "The recipe."),
            _product("The product made."),
            ASSEMBLY_MODE,
            CLAIMS,
            _col("rules", "For each claim the origin rule relied on: value or heading."),
            GOODS,
            PERIOD,
            _num("quantity", "Units made.", "units"),
        ),
        _table(
            "inputs",
            "What production uses up.",
            _line("The line."),
            _col("recipe", "The recipe."),
            _col("claims", "Origin claims of the output, as in production."),
            _col("rules", "Origin rules relied on, as in production."),
            PERIOD,
            _product("The product used up."),
            GOODS,
            _num("quantity", "Units used up.", "units"),
        ),
        _table(
            "purchases",
            "What is bought.",
            _site("site", "The supplier."),
            _product("The product."),
            _col("country", "Country of origin."),
            GOODS,
            PERIOD,
            _num("quantity", "Units bought.", "units"),
            _num("cost", "Purchase cost in the money of the period.", "money"),
        ),
        _table(
            "shipments",
            "What moves over each lane.",
            _site("origin", "Where from."),
            _site("destination", "Where to."),
            _col("mode", "Transport mode."),
            _product("The product."),
            MADE_IN,
            ASSEMBLY_MODE,
            CLAIMS,
            GOODS,
            PERIOD,
            _num("quantity", "Units shipped.", "units"),
            _num("tonnes", "Mass shipped.", "t"),
            _num("freight", "Freight in the money of the period.", "money"),
            _num("duty", "Duty on entering a customs territory.", "money"),
            _col("duty_claim", "Claim that the duty rate relied on; blank for the ordinary rate."),
            _num("fee", "Recycling fee of the units delivered at the destination.", "money"),
            _num("co2", "CO2 of the transport.", "t"),
        ),
        _table(
            "stock",
            "Stock at the end of each period.",
            _site("site", "The site."),
            _product("The product."),
            GOODS,
            PERIOD,
            _num("opening", "Units at the start of the period.", "units"),
            _num("closing", "Units at the end of the period.", "units"),
            _num("holding_cost", "Cost in the money of the period.", "money"),
        ),
        _table(
            "deliveries",
            "What is delivered to demand.",
            _site("site", "The market."),
            _product("The product."),
            MADE_IN,
            ASSEMBLY_MODE,
            CLAIMS,
            GOODS,
            PERIOD,
            _num("quantity", "Units delivered.", "units"),
            _num("fee", "Recycling fee, after relief.", "money"),
            _num("incentive", "Support.", "money"),
            _num("revenue", "Quantity times demand price.", "money"),
        ),
        _table(
            "service",
            "How far demand is met, and at what landed cost.",
            _site("site", "The market."),
            _product("The product."),
            PERIOD,
            _num("demand", "Units wanted.", "units"),
            _num("met", "Units delivered.", "units"),
            _num("short", "Units not delivered.", "units"),
            _num("share", "Share of demand met.", "share"),
            _num("penalty", "Cost of the shortfall.", "money"),
            _num(
                "landed_cost",
                "Average cost of a delivered unit along its way, with its part of fixed cost and "
                "investment; undiscounted.",
                "money/unit",
            ),
        ),
        _table(
            "origin",
            "Content of what is made under a claim against its threshold.",
            _line("The line."),
            _site("site", "Where it stands."),
            _col("recipe", "The recipe."),
            _product("The product made."),
            _col("claim", "The claim."),
            _col("rule", "value or heading."),
            PERIOD,
            _num("quantity", "Units made under the claim.", "units"),
            _num("content", "Originating share of the customs value.", "share"),
            _num("threshold", "Least share asked for; blank for the rule heading.", "share"),
            _num("margin", "Content less threshold.", "share"),
        ),
        _table(
            "drawback",
            "Duty on inputs that is refunded on export.",
            _site("site", "The plant."),
            _product("The input."),
            _site("origin", "Origin of the lane on which the duty was paid."),
            _col("mode", "Transport mode of that lane."),
            GOODS,
            PERIOD,
            _num("quantity", "Units refunded.", "units"),
            _num("refund", "Money refunded.", "money"),
        ),
        _table(
            "limits",
            "Every limit against what the plan reaches.",
            _col("limit", "The limit."),
            _col("group", "For which site, product or period, where it is repeated."),
            _col("sense", "at_most or at_least."),
            _num("value", "The limit's value."),
            _num("reached", "What the plan reaches."),
        ),
        _table(
            "prices",
            "What one more unit would be worth, the set of open plants held fixed.",
            _col("kind", "demand, supply, line, throughput, lane or limit."),
            _site("site", "The site."),
            _site("destination", "For a lane, where it goes."),
            _line("The line."),
            _product("The product."),
            _col("limit", "The limit, with its group."),
            PERIOD,
            _num(
                "price",
                "For demand the cost of one more unit; for a capacity what one more unit saves. "
                "Undiscounted, in the money of the period.",
                "money/unit",
            ),
        ),
        _table(
            "regions",
            "Trade that the plan makes between regions and between countries.",
            _col("level", "region or country."),
            _col("origin", "Where from."),
            _col("destination", "Where to."),
            PERIOD,
            _num("units", "Units shipped.", "units"),
            _num("tonnes", "Tonnes shipped.", "t"),
            _num(
                "value",
                "Customs value of what is shipped, where it is known.",
                "money",
                title="Customs value",
            ),
        ),
        _table(
            "reach",
            "Share of demand served over lanes within bands of distance and days.",
            _product("The product."),
            PERIOD,
            _col("measure", "km or days."),
            _num("within", "Upper end of the band; blank for unknown or longer."),
            _num("units", "Units delivered within it (cumulative).", "units"),
            _num("share", "Share of all units delivered.", "share"),
        ),
        _table(
            "owners",
            "Cost, revenue and units by partner.",
            _col("owner", "The partner."),
            _num("cost", "Discounted cost caused at its sites.", "money"),
            _num("revenue", "Discounted revenue at its sites.", "money"),
            _num("made", "Units made.", "units"),
            _num("shipped", "Units sent out.", "units"),
        ),
        _table(
            "goods",
            "What each goods id stands for; several rows where no rule tells them apart.",
            GOODS,
            _product("The product."),
            _col("made_in", "Country of manufacture."),
            _col("assembly_mode", "Assembly mode; blank for goods that were bought."),
            _col("claims", "Origin claims held, parted by ' + '."),
        ),
        _table(
            "conflicts",
            "For a case without a plan: why there is none, and what would make one possible.",
            _col(
                "part",
                "conflict: these cells cannot all hold, though all but any one of them can; "
                "change: the least change that gives a plan, all of it together.",
            ),
            _col("table", "Table of the cell."),
            _num("row", "Row of the cell, from 1."),
            _col("column", "Column of the cell."),
            _col("period", "For a change the period in which the cell is too tight; blank: all."),
            _col("value", "What it says now: a number, or a decision."),
            _col("needed", "For a change, what it would have to say."),
            _col("text", "The same in a sentence."),
        ),
        _table(
            "messages",
            "Warnings of the checks and remarks of the run.",
            _col("severity", "warning or note."),
            _col("place", "Table, row and column, or the cell of the workbook."),
            _col("text", "What is worth knowing."),
        ),
    )
}
"""The tables of a plan in the order in which people read them."""
