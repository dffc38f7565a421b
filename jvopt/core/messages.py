"""Every message that checks can give: its code, severity, words and hint.

Fields in braces are filled from the issue: ``table``, ``row``, ``column``, ``value`` and whatever
the check passes by name. Where it passes a ``nearest`` word, `NEAREST` goes before the hint, or
`ALIKE` where the two look the same.
"""

from __future__ import annotations

from jvopt.core.message import Message, error, warning
from jvopt.core.messages_checks import CHECK_MESSAGES
from jvopt.core.messages_files import FILE_MESSAGES

NEAREST = "Did you mean {nearest}?"
ALIKE = (
    "It looks like {nearest}, but letters of another alphabet or invisible signs are in it: "
    "write it anew."
)


# Cells and columns.
_CELLS = {
    "unknown_table": error("There is no table {value}.", "{known}"),
    "extra_table": warning("{value} is not a table of a case and was not read.", "{renamed}"),
    "unknown_column": error("{table} has no column {value}.", ""),
    "unclear_column": error(
        "{value} is not a column of {table}, and {meant} is not there.",
        "If that is meant, give it that heading; if it is your own, begin its heading with #, or "
        "delete the column.",
    ),
    "extra_column": warning("{value} is not a column of {table} and was not read.", "{lacking}"),
    "duplicate_column": error(
        "The column {value} stands in {table} more than once.", "Keep one of them."
    ),
    "missing_table": error("The table {table} is missing.", "{what}{perhaps}"),
    "empty_table": error("The table {table} has no rows.", "{what}"),
    "no_source": error(
        "Nothing can be supplied: there is neither supply, nor stock, nor a line whose recipe "
        "needs no input.",
        "Fill in supply: what is bought, ready-built or as kits and parts.",
    ),
    "missing_column": error("The column {column} is missing from {table}.", "It means: {what}"),
    "missing_value": error("{column} must be filled in.", "{what}"),
    "text_in_number": error('"{value}" is not a number.', "Write a number{unit}.{reading}"),
    "not_finite": error("{value} is not a quantity.", "Write a finite number, or leave it blank."),
    "too_small": error("{value} is too small.", "Write a number of at least {least}."),
    "too_large": error("{value} is too large.", "Write a number of at most {most}."),
    "not_text": error("The text holds characters that cannot be saved.", "Type the text anew."),
    "not_integer": error("{value} is not a whole number.", "Write a whole number."),
    "bad_date": error('"{value}" is not a date.', "Write a date such as {example}."),
    "bad_choice": error('"{value}" is not one of the choices.', "Write one of: {choices}."),
    "wrong_type": error("{value} is of the wrong type.", "Write {what}."),
    "duplicate_key": error(
        "This row repeats row {first}: the same {key}.", "Keep one of them, or change its key."
    ),
}

# Changes and their conditions; the place is the cell of the table changes.
_CHANGES = {
    "unknown_scenario": error(
        "The case has no scenario {value}.", "Name one of its scenarios: {known}."
    ),
    "unknown_element": error(
        "{value} is no plant, line or assembly mode that the plan may choose.",
        "Name one that is free to be open or closed, or a kind: plant, site, line, mode.",
    ),
    "unknown_claim": error(
        "Local content is counted by a claim, and the case has no claim {value}.",
        "Name one of its claims: {known}.",
    ),
    "content_without_value": error(
        "Local content is counted in customs value, and {value} has none.",
        "Fill in products.customs_value.",
    ),
    "change_unknown_table": error("There is no table {value} to change.", "Tables: {known}."),
    "change_unknown_column": error("{target} has no column {value}.", "Columns: {known}."),
    "change_of_text": error(
        "{target} holds no numbers, so {value} cannot be used.", "Use the action set."
    ),
    "change_of_nothing": error(
        "The change selects no row of {target}, so it would change nothing.",
        "Check the condition against the rows of {target}; leave it blank to mean all rows.",
    ),
    "change_of_no_rows": error(
        "There are no rows in {target}, so there is nothing to change.",
        "Fill in {target}, or take the change out.",
    ),
    "change_sets_far": warning(
        "Without an action the change sets {target} to {value}; so far it is {least} to {most}.",
        "To make it {value} times as much choose the action multiply; if {value} is meant, choose "
        "set.",
    ),
    "change_of_blanks": error(
        "{target} is blank in every row that the change selects, so there is nothing to {action}.",
        "Set a value instead, or select other rows.",
    ),
    "change_without_effect": warning(
        "The change leaves {target} as it is in every row that it selects.",
        "What is 0, or blank and counts as 0, stays so when it is multiplied: set a value, or "
        "select other rows.",
    ),
    "change_without_value": error(
        "The change has no value to {action}.", "Write the factor or the number to add."
    ),
    "change_by_percent": error(
        '"{value}" is neither a factor nor a number to add.',
        "{more}, that is the action multiply and that value.",
    ),
    "change_shown_in_percent": error(
        "The cell shows its factor as {value}, which may mean two things.",
        "Give the cell the format of a plain number. {more}.",
    ),
    "change_to_blank": error("{target} must not be blank.", "Write the value to set."),
    "change_does_not_fit": error(
        "With {value} the change would make row {at} of {target} wrong: {why}",
        "Change the value, or select fewer rows.",
    ),
    "no_scenarios": error(
        "There is no scenario to compare with.",
        "Fill in scenarios and changes{more}.",
    ),
    "bad_step": error(
        "{value} is no step.", "Write a number above 0, or a share of the figure such as 5%."
    ),
    "change_as_address": error(
        "{value} says what becomes of a figure; here the figure alone is named.",
        "Write {figure}.",
    ),
    "bad_address": error(
        "{value} names no figures.",
        "Write table[condition].column, as in tariffs[hs = 870193 and destination = UZ].ad_valorem"
        "; without [condition] all rows are meant.",
    ),
    "empty_range": error(
        "The lowest value, {value}, is not below the highest, {high}.",
        "Give a lowest value that is below the highest.",
    ),
    "bad_change": error(
        "{value} is no change.",
        "Write table[condition].column and then = VALUE, * FACTOR or + NUMBER, as in "
        "lanes[mode = rail].cost_per_tonne * 1.2",
    ),
    "bad_condition": error(
        "The condition cannot be read: at character {at} stands {found}, where {expected} should.",
        "Write it as in: country = KZ and family in (A, B). Only 'and' joins comparisons; put text "
        "with spaces or signs in double quotes.",
    ),
    "condition_column": error(
        "{target} has no column {value} for the condition.",
        "Columns: {known}.",
    ),
    "condition_order": error(
        "{value} has no order, so {operator} cannot be asked of it.",
        "Use =, != or in (...); less and more are for numbers and dates.",
    ),
    "condition_value": error(
        "{value} is no value of {target}.", "Write one that stands there: {known}."
    ),
    "condition_name": error(
        "{value} is no value of {target}.", "{value} is in the name of {meant}: write {meant}."
    ),
}

MESSAGES: dict[str, Message] = {**_CELLS, **_CHANGES, **CHECK_MESSAGES, **FILE_MESSAGES}
