"""Tables about lines: where something is assembled, and how that changes over time."""

from __future__ import annotations

from dataclasses import replace

from jvopt.core.tables.declare import (
    CURRENCY,
    DECISION,
    LIFE,
    NOW,
    PERIOD,
    SITE,
    STEPS,
    col,
    name_columns,
    table,
)

LINES = table(
    "lines",
    ("Lines", "Линии", "Желілер"),
    "Assembly capacity at a site. Modes that exclude each other are lines with a limit of one "
    "open.",
    ("line",),
    col("line", "id", ("Line", "Линия", "Желі"), "Id of the line."),
    *name_columns("line"),
    col("site", "id", ("Site", "Площадка", "Алаң"), "Site it stands at.", refers=SITE),
    replace(NOW, default="closed"),
    replace(DECISION, default="free"),
    col(
        "investment",
        "number",
        ("Investment", "Инвестиции", "Инвестиция"),
        "One-off cost of building it.",
        unit="money",
        default=0,
    ),
    LIFE,
    col(
        "fixed_cost",
        "number",
        ("Fixed cost", "Постоянные затраты", "Тұрақты шығын"),
        "Yearly cost while open, busy or not.",
        unit="money/year",
        default=0,
    ),
    col(
        "capacity",
        "number",
        ("Capacity", "Мощность", "Қуаты"),
        "Most units a year (each counts with the capacity it uses).",
        unit="units/year",
        blank="unlimited",
    ),
    *STEPS,
    col(
        "first_period",
        "id",
        ("First period", "Первый период", "Бірінші кезең"),
        "Earliest period in which it may be open, if it is closed now.",
        blank="the first",
        refers=PERIOD,
    ),
    col(
        "build_time",
        "number",
        ("Build time", "Срок строительства", "Құрылыс мерзімі"),
        "Years between paying for it and opening it.",
        unit="years",
        default=0,
    ),
    col(
        "least_load",
        "number",
        ("Least load", "Минимальная загрузка", "Ең аз жүктеме"),
        "Least units a year while it is open.",
        unit="units/year",
        default=0,
    ),
    CURRENCY,
)

LINE_PERIODS = table(
    "line_periods",
    ("Line periods", "Линии по периодам", "Желілер кезеңдер бойынша"),
    "What differs for a line in one period; a blank keeps the line's own value.",
    ("line", "period"),
    col("line", "id", ("Line", "Линия", "Желі"), "The line.", refers=("lines.line",)),
    col("period", "id", ("Period", "Период", "Кезең"), "The period.", refers=PERIOD),
    *(
        replace(LINES[name], default=None, blank="as in lines")
        for name in ("investment", "fixed_cost", "capacity", "step_cost", "least_load")
    ),
)
