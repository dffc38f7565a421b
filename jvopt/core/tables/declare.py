"""Short ways to declare columns, and the columns that many tables share."""

from __future__ import annotations

from jvopt.core.schema import Column, CostKind, Kind, Table, Titles, Value

Words = tuple[str, str, str]

SITE = ("sites.site",)
PRODUCT = ("products.product",)
PERIOD = ("periods.period",)
FAMILY = ("products.family",)
COUNTRY_OR_GROUP = ("sites.country", "country_groups.group", "country_groups.country")


def col(
    name: str,
    kind: Kind,
    titles: Words,
    meaning: str,
    *,
    unit: str = "",
    default: Value | None = None,
    blank: str = "",
    refers: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    least: float | None = 0.0,
    most: float | None = None,
    charges: CostKind | None = None,
) -> Column:
    """Declare a column; numbers are at least 0 unless told otherwise."""
    low = least if kind in ("number", "integer") else None
    words = Titles(*titles)
    return Column(
        name, kind, words, meaning, unit, default, blank, refers, choices, low, most, charges
    )


def name_columns(what: str) -> tuple[Column, ...]:
    """Give the names of a thing in three languages."""
    return (
        col("name", "text", ("Name", "Название", "Атауы"), f"Name of the {what}.", blank="the id"),
        col(
            "name_ru",
            "text",
            ("Name (Russian)", "Название (рус.)", "Атауы (орыс.)"),
            f"Name of the {what} in Russian.",
            blank="the name",
        ),
        col(
            "name_kk",
            "text",
            ("Name (Kazakh)", "Название (каз.)", "Атауы (қаз.)"),
            f"Name of the {what} in Kazakh.",
            blank="the name",
        ),
    )


CURRENCY = col(
    "currency",
    "id",
    ("Currency", "Валюта", "Валюта"),
    "Currency of the money in this row.",
    blank="the base currency",
    refers=("currencies.currency",),
)
FROM_DATE = col(
    "from_date",
    "date",
    ("From date", "Действует с", "Басталу күні"),
    "First day on which the row holds; of several rows the latest one not after the period's "
    "start counts.",
    blank="always",
)
HS = col(
    "hs",
    "id",
    ("HS prefix", "Префикс ТН ВЭД", "СЭҚ ТН префиксі"),
    "First digits of the HS code that the row is for; longer prefixes win.",
    blank="all codes",
)
ROW_PRODUCT = col(
    "product",
    "id",
    ("Product", "Продукция", "Өнім"),
    "Product that the row is for.",
    blank="all products",
    refers=PRODUCT,
)
ROW_FAMILY = col(
    "family",
    "id",
    ("Family", "Семейство", "Өнім тобы"),
    "Product family that the row is for.",
    blank="all families",
    refers=FAMILY,
)
ROW_PERIOD = col(
    "period",
    "id",
    ("Period", "Период", "Кезең"),
    "Period that the row is for; a row for a period wins over one for all.",
    blank="all periods",
    refers=PERIOD,
)
ROW_MODE = col(
    "assembly_mode",
    "id",
    ("Assembly mode", "Режим сборки", "Құрастыру режимі"),
    "Assembly mode (as in the recipes) that the row is for.",
    blank="all modes",
    refers=("recipes.assembly_mode",),
)
ROW_CLAIM = col(
    "claim",
    "id",
    ("Needs claim", "Нужно подтверждение происхождения", "Шығу тегі талабы"),
    "Origin claim that goods must hold for the row to apply.",
    blank="none needed",
    refers=("claims.claim",),
)
MADE_IN = col(
    "made_in",
    "id",
    ("Made in", "Страна изготовления", "Өндірілген елі"),
    "Country or group in which the goods were made.",
    blank="anywhere",
    refers=COUNTRY_OR_GROUP,
)
NOW = col(
    "now",
    "choice",
    ("Now", "Сейчас", "Қазіргі күйі"),
    "Whether it is open today.",
    default="open",
    choices=("open", "closed"),
)
DECISION = col(
    "decision",
    "choice",
    ("Decision", "Решение", "Шешім"),
    "What the plan may do: choose freely, stay as now, be open, be closed.",
    default="stay",
    choices=("free", "stay", "open", "closed"),
)
LIFE = col(
    "life",
    "number",
    ("Life", "Срок службы", "Қызмет ету мерзімі"),
    "Years over which one-off costs are spread as an annuity at the discount rate; blank charges "
    "them in full.",
    unit="years",
    blank="charged in full",
)
STEPS = (
    col(
        "step_size",
        "number",
        ("Expansion step", "Шаг расширения", "Кеңейту қадамы"),
        "Capacity that one expansion step adds.",
        unit="units/year",
        blank="any size: step cost and most steps then count units a year",
    ),
    col(
        "step_cost",
        "number",
        ("Step cost", "Стоимость шага", "Қадам құны"),
        "One-off cost of an expansion step.",
        unit="money",
        blank="no expansion",
    ),
    col(
        "most_steps",
        "number",
        ("Most steps", "Шагов не более", "Ең көп қадам саны"),
        "Most steps over the whole horizon.",
        blank="unlimited",
    ),
)
"""How capacity grows: by how much at a time, for how much, and how often."""

TAGS = col(
    "tags",
    "tags",
    ("Tags", "Метки", "Белгілер"),
    "Free labels, parted by commas, for limits to select by.",
    blank="none",
)

COMMON = (
    col(
        "status",
        "choice",
        ("Status", "Статус данных", "Дерек мәртебесі"),
        "Whether the row's main fact is sourced or assumed.",
        blank="not said",
        choices=("sourced", "assumed"),
    ),
    col(
        "source",
        "text",
        ("Source", "Источник", "Дереккөз"),
        "Where the fact comes from.",
        blank="not said",
    ),
    col("note", "text", ("Note", "Примечание", "Ескертпе"), "Anything worth saying.", blank="none"),
)


def table(
    name: str,
    titles: Words,
    meaning: str,
    key: tuple[str, ...],
    *columns: Column,
    required: bool = False,
) -> Table:
    """Declare a table; every one also takes status, source and note."""
    return Table(name, Titles(*titles), meaning, key, (*columns, *COMMON), required)
