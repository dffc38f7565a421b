"""Messages of the checks across tables.

`jvopt.core.messages` adds them to the catalogue.
"""

from __future__ import annotations

from jvopt.core.message import Message, error, warning

_REFERENCES: dict[str, Message] = {
    "looks_alike": warning(
        "{value} looks like {other}, but is another name: letters of another alphabet or invisible "
        "signs are in one of them.",
        "Write both alike if one thing is meant; else give one of them another name.",
    ),
    "alike_but_for_case": warning(
        "{value} and {other} (row {row_there}) differ only in capital letters or spaces, and count "
        "as two.",
        "Write both alike if one thing is meant; else give one of them another name.",
    ),
    "unknown_reference": error(
        "{value} is not in {target}.",
        "Add it there, or write one that is there{known}.",
    ),
    "reference_to_nothing": error(
        "{target} has no rows, so {value} is not in it, nor is what {count} more rows name.",
        "Fill in {target}, or take out the rows that name what was there.",
    ),
    "country_without_site": warning(
        "No site is in the country {value}, so this has no effect.",
        "Leave it if that is meant; else correct the code, or the country of the sites.",
    ),
    "odd_currency": error("{value} is no name of a currency.", "Write its code, such as USD."),
    "odd_country": warning(
        "{value} is not a country code of two capital letters.",
        "Write the ISO 3166-1 code (KZ), the same in all tables.",
    ),
    "group_named_like_country": error(
        "The group {value} has the name of a country, so that rows naming it have two meanings.",
        "Give the group another name.",
    ),
    "country_in_two_unions": error(
        "{value} is in the customs union {union} and also in {other}.",
        "A country may be in one customs union only; make one of them an area.",
    ),
    "group_of_two_kinds": error(
        "{union} is {other} in one row and {value} here.",
        "Write the same kind in all rows of a group.",
    ),
}

_TIME: dict[str, Message] = {
    "periods_out_of_order": error(
        "The period starts on {value}, not after the one before it ({before}).",
        "Correct the date, or put the rows in order of time.",
    ),
    "period_gap": warning(
        "The period starts on {value}, but {before} (length {years}) ends on {due}.",
        "Correct the date or the length; costs are discounted as if the periods met.",
    ),
    "from_date_without_periods": warning(
        "The row never applies: without rows in periods no date is known.",
        "Fill in periods with their start, or leave the date blank.",
    ),
    "from_date_after_horizon": warning(
        "The row never applies: the last period, {last}, starts on {start}, before {value}.",
        "Leave it if that is meant.",
    ),
    "from_date_inside_period": warning(
        "{value} falls inside a period, so the row applies from the next one, {next} ({start}).",
        "Leave it if that is meant, or move the date to the start of a period.",
    ),
    "base_currency_rate": error(
        "{currency} is the base currency, and its rate cannot be {value}.",
        "Delete the row, or write 1; the other rates say what a unit is worth in {currency}.",
    ),
    "currency_without_rate": error(
        "{value} has no rate for {periods}, where it is used.",
        "Add a row for each of these periods, or one with a blank period for all of them.",
    ),
    "doubtful_rate": warning(
        "At {value} {base} for one {currency} the {amount} {currency} in row {row_there} of "
        "{where} come to {worth} {base} for a unit, more than a hundred times the dearest goods "
        "in other currencies ({goods} {base}).",
        "Is the rate the right way up? Write what one {currency} is worth in {base}: {turned} if "
        "{value} {currency} make one {base}. Leave it if it is right.",
    ),
}

_QUANTITIES: dict[str, Message] = {
    "not_positive": error("{column} must be above 0.", "Write a number above 0."),
    "least_above_most": error(
        "{column}: at least {value} are asked for, but {most} allows at most {limit}.",
        "Lower the one or raise the other.",
    ),
    "expansion_without_capacity": error(
        "A step costs {value}, but the capacity is blank, that is unlimited: there is nothing to "
        "expand.",
        "Write the capacity it has now (0 if none), or leave the step cost blank.",
    ),
    "step_without_cost": warning(
        "{column} {value} has no effect: without a step cost there is no expansion.",
        "Write the step cost (0 if it is free), or leave {column} blank.",
    ),
    "least_share_without_penalty": warning(
        "The least share {value} has no effect: without a penalty all demand must be met.",
        "Write the penalty for a unit short, or leave the least share blank.",
    ),
    "fee_sets_nothing": warning(
        "The row states neither an amount nor a relief, so it has no effect.",
        "Write one of them (0 for none), or delete the row.",
    ),
    "amount_above_goods": warning(
        "{value} for a unit come to {worth} {base}, and the goods themselves are worth {goods} "
        "{base}.",
        "Check the amount and its currency; leave it if it is right.",
    ),
    "id_of_no_row": warning(
        "No row of another table names {value}, while {count} name {other}.",
        "If {value} is meant there, it is this cell that should say {other}.",
    ),
    "cargo_class_of_no_lane": warning(
        "No lane is for the cargo class {value}.", "Leave it if lanes for all goods are meant."
    ),
    "rate_without_distance": warning(
        "Lanes have a rate by distance and no distance (rows {rows}), so they cost or emit nothing "
        "by it.",
        "Write the distance, or leave the rate blank.",
    ),
    "rate_far_from_others": warning(
        "{value} is more than a hundred times, or less than a hundredth of, what other lanes have "
        "(mostly about {usual}).",
        "Leave it if that is meant.",
    ),
    "stock_not_read": warning(
        "{column} {value} is not read: it counts only in the row that covers the period {period}.",
        "Write it in that row.",
    ),
    "line_at_closed_site": warning(
        "The line {value} can never run: its site {site} is closed now and stays closed.",
        "Leave it if that is meant; else set the site's decision to free, so that it may open.",
    ),
    "open_line_at_closed_site": error(
        "The line {line} is to be open, but its site {site} can never be.",
        "Let the site open (decision free or open), or the line close.",
    ),
}

_POLICY: dict[str, Message] = {
    "hs_not_digits": error(
        "{value} is not a customs code: it holds more than digits.",
        "Write digits only, without dots and spaces.",
    ),
    "duty_above_value": warning(
        "The duty rate is {percent} of the dutiable value.",
        "A share is meant here, such as 0.05 for 5%; leave it if it is right.",
    ),
    "unknown_for_each": error(
        "A limit cannot be repeated for each {value}.",
        "Write one or more of: {known}.",
    ),
    "unfit_for_each": error(
        "{quantity} cannot be repeated for each {value}: what it counts has none.",
        "Write one or more of: {known}.",
    ),
    "unfit_selector": error(
        "{quantity} cannot be selected by {column} ({value}): what it counts has none.",
        "Leave {column} blank, or limit another quantity.",
    ),
    "share_above_one": error(
        "{quantity} is a share, and {value} is above 1.",
        "Write a share such as 0.4 for 40%.",
    ),
    "limit_without_distance": error(
        "demand_within has neither a distance nor a time.",
        "Fill in within_km, within_days or both.",
    ),
    "within_without_effect": warning(
        "{column} {value} has no effect on {quantity}.",
        "Leave it blank, or limit demand_within.",
    ),
    "limit_selects_nothing": warning(
        "The limit {value} selects nothing ({quantity}), so it has no effect.",
        "Check its selection: all that it names must hold of the same rows.",
    ),
    "least_of_nothing": error(
        "The limit {value} asks for some of a selection that holds nothing ({quantity}).",
        "Check its selection: all that it names must hold of the same rows.",
    ),
    "least_of_too_few": error(
        "At least {value} are asked for ({quantity}), but only {count} can be.",
        "Lower the value, or let more of them open.",
    ),
    "limits_contradict": error(
        "At least {asked} are asked for ({quantity}), but the limit {other} allows at most {most} "
        "of the same.",
        "Lower the one or raise the other.",
    ),
}

_NETWORK: dict[str, Message] = {
    "lane_to_itself": error(
        "The lane leads from {value} to itself.",
        "Correct its origin or its destination, or delete it.",
    ),
    "lane_covers_nothing": warning(
        "The lane covers nothing: {product} is not of the cargo class {value}.",
        "Leave the product or the cargo class blank.",
    ),
    "lane_tie": error(
        "This row (cargo class {value}) and row {other} are both for {product} on the same lane; "
        "neither is more specific.",
        "Delete one of them.",
    ),
    "recipe_cycle": error(
        "The recipe {recipe} uses up what is made with its own product: {cycle}.",
        "Take the input out of one of the recipes in the circle.",
    ),
    "assembly_without_inputs": warning(
        "The line {value} can never run the recipe {recipe}: {site} cannot get {products}.",
        "Leave it if that is meant; else add a supply of the inputs, or lanes that bring them "
        "there.",
    ),
    "assembly_without_outlet": warning(
        "{site} cannot send out {product}, which the line {value} makes: no lane from it takes "
        "{product}, and nobody there wants it.",
        "Leave it if that is meant; else add a lane from there.",
    ),
    "recipe_without_inputs": warning(
        "The recipe {value} has no inputs: its product is made from nothing.",
        "Leave it if that is meant; else add what goes into a unit to recipe_inputs.",
    ),
    "recipe_without_assembly": warning(
        "No line makes by the recipe {value}.",
        "Add a row to assembly for a line that can, or delete the recipe.",
    ),
    "line_without_assembly": warning(
        "The line {value} can make nothing.",
        "Add a row to assembly for each recipe it can run, or delete the line.",
    ),
    "unused_products": warning(
        "Nobody demands these products, and no recipe uses them: {products}.",
        "Leave them if that is meant; else add the demand or the recipe inputs.",
    ),
}

_UNSERVED: dict[str, tuple[str, str]] = {
    "at_closed_site": (
        "The site {value} can never be open (row {row_there} of {where}), so its demand cannot be "
        "met.",
        "Let the site open (decision free or open)",
    ),
    "without_source": (
        "Nothing supplies or makes {value}.",
        "Add a row of supply, or a recipe and the line that runs it",
    ),
    "without_inputs": (
        "{value} cannot be made for want of inputs: {missing}.",
        "Add a supply of the inputs, or lanes that bring them there",
    ),
    "out_of_reach": (
        "{product} cannot reach {value}: no lanes lead on from where it can be had ({sites}).",
        "Add a lane that covers {product}",
    ),
    "by_capacity": (
        "{period}: at most {most} units of {product} can be bought and made, and {need} are asked "
        "for (rows: {rows}).",
        "Raise capacities, allow expansion, or add a source",
    ),
    "by_lines": (
        "{period}: the lines {lines} can take a load of at most {most}, and demand for {products} "
        "needs {need} (rows: {rows}).",
        "Raise their capacity, allow expansion, or add a line or a supply",
    ),
    "by_lanes": (
        "{period}: at most {most} units of {product} can be had at {site}, and {need} are asked "
        "for.",
        "Raise the capacity of the lanes that lead there, or add one",
    ),
}

_DEMAND: dict[str, Message] = {
    f"demand_{what}": error(message, f"{hint}, or allow a shortfall by filling in penalty.")
    for what, (message, hint) in _UNSERVED.items()
}
_DEMAND |= {
    f"shortfall_{what}": warning(message, f"{hint}; else the shortfall costs its penalty.")
    for what, (message, hint) in _UNSERVED.items()
    if what != "by_lines"
}

_RATES: dict[str, Message] = {
    "rate_tie": error(
        "This row and row {first} tie: both apply to some goods, and neither is more specific.",
        "Delete one of them, or narrow one down (product, country, assembly mode or from date).",
    ),
    "claim_of_two_areas": error(
        "The claim {claim} is for {value} here and for {other} in an earlier row.",
        "Write the same area in all rows of a claim, or give it another name.",
    ),
    "customs_value_for_claim": error(
        "{product} has no customs value, which the claim {claim} on {output} needs.",
        "Fill it in: the originating share is reckoned in customs values.",
    ),
    "heading_for_claim": error(
        "{product} has no HS heading, which the claim {claim} needs for its change of heading.",
        "Write at least the first four digits of its HS code.",
    ),
    "heading_of_inputs": warning(
        "These inputs have no HS heading, and so count as a change of heading for the claim "
        "{claim}: {products}.",
        "Write at least the first four digits of their HS codes.",
    ),
    "customs_value_for_duty": error(
        "{product} has no customs value, on which row {row_there} of tariffs charges duty "
        "(made in {made_in}, entering {destination}).",
        "Fill in the customs value of a unit.",
    ),
    "no_tariffs": warning(
        "Lanes cross customs borders, but there are no tariffs: all goods are free of duty.",
        "Leave it if that is meant; else fill in tariffs, or choose the kind customs union for a "
        "group in country_groups.",
    ),
    "no_tariff_for_hs": warning(
        "No tariff matches HS {value} made in {made_in} entering {destination}{periods}, so it "
        "is free of duty: {products}.",
        "Leave it if that is meant; else add a row (a rate of 0 says that it is meant).",
    ),
    "no_tariff_for_product": warning(
        "No tariff matches {value} (no HS code) made in {made_in} entering {destination}{periods}, "
        "so it is free of duty.",
        "Leave it if that is meant; else add a row (a rate of 0 says that it is meant).",
    ),
    "incentive_without_price": error(
        "{product} has neither a price here nor a customs value, and row {row_there} of incentives "
        "pays a share of it.",
        "Fill in the price, or the customs value of the product.",
    ),
}

_SCENARIOS: dict[str, Message] = {
    "scenario_without_changes": warning(
        "The scenario {value} changes nothing.",
        "Add its changes, or delete it.",
    ),
}

CHECK_MESSAGES: dict[str, Message] = {
    **_REFERENCES,
    **_TIME,
    **_QUANTITIES,
    **_POLICY,
    **_NETWORK,
    **_DEMAND,
    **_RATES,
    **_SCENARIOS,
}
