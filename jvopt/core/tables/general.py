"""Tables about the case as a whole: settings, time, money, notes, scenarios."""

from __future__ import annotations

from jvopt.core.tables.declare import ROW_PERIOD, col, table

SETTINGS = table(
    "settings",
    ("Settings", "Настройки", "Баптаулар"),
    "One row for each setting that differs from its default.",
    ("setting",),
    col(
        "setting",
        "choice",
        ("Setting", "Параметр", "Параметр"),
        "Which setting.",
        choices=(
            "case_name",
            "base_currency",
            "discount_rate",
            "objective",
            "co2_price",
            "freight_in_dutiable_value",
            "gap",
            "time_limit",
        ),
    ),
    col("value", "text", ("Value", "Значение", "Мәні"), "Its value."),
)

SETTING_VALUES = {
    c.name: c
    for c in (
        col(
            "case_name",
            "text",
            ("Case name", "Название задачи", "Тапсырма атауы"),
            "Name of the case.",
            default="Case",
        ),
        col(
            "base_currency",
            "id",
            ("Base currency", "Базовая валюта", "Базалық валюта"),
            "Currency of the objective and of every row that names none.",
            default="USD",
        ),
        col(
            "discount_rate",
            "number",
            ("Discount rate", "Ставка дисконтирования", "Дисконттау мөлшерлемесі"),
            "Yearly discount rate, also of annuities.",
            unit="share",
            default=0.0,
            most=1.0,
        ),
        col(
            "objective",
            "choice",
            ("Objective", "Цель", "Мақсат"),
            "Least cost, or most profit (then demand prices count as revenue).",
            default="cost",
            choices=("cost", "profit"),
        ),
        col(
            "co2_price",
            "number",
            ("CO2 price", "Цена CO2", "CO2 бағасы"),
            "Price of a tonne of CO2, in the base currency.",
            unit="money/t",
            default=0.0,
        ),
        col(
            "freight_in_dutiable_value",
            "number",
            (
                "Freight in dutiable value",
                "Доля фрахта в таможенной стоимости",
                "Кедендік құндағы фрахт үлесі",
            ),
            "Share of the freight of the lane that enters a customs territory which counts in the "
            "dutiable value.",
            unit="share",
            default=0.0,
            most=1.0,
        ),
        col(
            "gap",
            "number",
            ("Gap", "Допуск оптимальности", "Оңтайлылық дәлдігі"),
            "Relative gap between plan and bound at which the search may stop.",
            unit="share",
            default=1e-4,
            most=0.5,
        ),
        col(
            "time_limit",
            "number",
            ("Time limit", "Лимит времени", "Уақыт шегі"),
            "Seconds after which the best plan so far is returned.",
            unit="s",
            default=600.0,
        ),
    )
}

PERIODS = table(
    "periods",
    ("Periods", "Периоды", "Кезеңдер"),
    "The horizon, one row for each period in order of time; without rows there is one year.",
    ("period",),
    col("period", "id", ("Period", "Период", "Кезең"), "Id of the period (2026)."),
    col("start", "date", ("Start", "Начало", "Басталуы"), "First day of the period."),
    col(
        "years",
        "number",
        ("Length", "Длительность", "Ұзақтығы"),
        "Length of the period.",
        unit="years",
        default=1,
    ),
)

CURRENCIES = table(
    "currencies",
    ("Currencies", "Валюты", "Валюталар"),
    "Exchange rates; the base currency needs no row.",
    ("currency", "period"),
    col("currency", "id", ("Currency", "Валюта", "Валюта"), "Currency code (KZT)."),
    ROW_PERIOD,
    col(
        "rate",
        "number",
        ("Rate", "Курс", "Бағам"),
        "Worth of one unit of the currency in the base currency: USD for one KZT is 0.0019, not "
        "524.",
        unit="money",
    ),
)

NOTES = table(
    "notes",
    ("Notes", "Заметки", "Жазбалар"),
    "What readers of the case should know: decisions, assumptions, hand calculations.",
    (),
    col("topic", "text", ("Topic", "Тема", "Тақырып"), "What the note is about.", blank="general"),
    col("text", "text", ("Text", "Текст", "Мәтін"), "The note.", blank="an empty line"),
)

SCENARIOS = table(
    "scenarios",
    ("Scenarios", "Сценарии", "Сценарийлер"),
    "Named sets of changes to this case.",
    ("scenario",),
    col("scenario", "id", ("Scenario", "Сценарий", "Сценарий"), "Name of the scenario."),
    col(
        "description",
        "text",
        ("Description", "Описание", "Сипаттама"),
        "What it stands for.",
        blank="none",
    ),
    col(
        "probability",
        "number",
        ("Probability", "Вероятность", "Ықтималдық"),
        "How likely it is, for robust choice.",
        unit="share",
        blank="not said",
        most=1.0,
    ),
    col(
        "active",
        "choice",
        ("Active", "Включён", "Қосулы"),
        "Whether comparisons of all scenarios include it.",
        default="on",
        choices=("on", "off"),
    ),
)

CHANGES = table(
    "changes",
    ("Changes", "Изменения", "Өзгерістер"),
    "What a scenario changes, applied in order.",
    ("scenario", "order"),
    col(
        "scenario",
        "id",
        ("Scenario", "Сценарий", "Сценарий"),
        "Scenario that the change belongs to.",
        refers=("scenarios.scenario",),
    ),
    col(
        "order",
        "integer",
        ("Order", "Порядок", "Реті"),
        "Changes are applied from the lowest number to the highest.",
    ),
    col(
        "table",
        "id",
        ("Table", "Таблица", "Кесте"),
        "Table that changes: its name, or the title of its sheet in any of the languages.",
    ),
    col(
        "where",
        "text",
        ("Rows", "Строки", "Жолдар"),
        "Which rows: conditions on columns joined by 'and', as in "
        "made_in in (BY, RU) and family = TRACTOR_L.",
        blank="all rows",
    ),
    col(
        "column",
        "id",
        ("Column", "Столбец", "Баған"),
        "Column that changes: its name, or its heading in any of the languages.",
    ),
    col(
        "action",
        "choice",
        ("Action", "Действие", "Әрекет"),
        "Set to the value, multiply by it, or add it.",
        default="set",
        choices=("set", "multiply", "add"),
    ),
    col("value", "text", ("Value", "Значение", "Мәні"), "The value.", blank="set to blank"),
)
