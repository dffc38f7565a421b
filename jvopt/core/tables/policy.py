"""Tables about what states and partners ask: groups, claims, tariffs, fees, incentives, limits."""

from __future__ import annotations

from dataclasses import replace

from jvopt.core.schema import CostKind
from jvopt.core.tables.declare import (
    COUNTRY_OR_GROUP,
    CURRENCY,
    FAMILY,
    FROM_DATE,
    HS,
    MADE_IN,
    ROW_CLAIM,
    ROW_FAMILY,
    ROW_MODE,
    ROW_PERIOD,
    ROW_PRODUCT,
    SITE,
    col,
    table,
)

AMOUNT = col(
    "amount",
    "number",
    ("Amount", "Сумма", "Сома"),
    "Money for each finished unit delivered.",
    unit="money/unit",
    blank="this row sets no amount",
)
DESTINATION = col(
    "destination",
    "id",
    ("Destination", "Страна назначения", "Баратын елі"),
    "Country or group that the goods enter.",
    blank="anywhere",
    refers=COUNTRY_OR_GROUP,
)
DELIVERED_IN = replace(
    DESTINATION,
    name="country",
    meaning="Country or group of the market in which the finished good is delivered.",
)

COUNTRY_GROUPS = table(
    "country_groups",
    ("Country groups", "Группы стран", "Ел топтары"),
    "Customs unions, inside which goods circulate freely, and preference areas.",
    ("group", "country"),
    col("group", "id", ("Group", "Группа", "Топ"), "Name of the group (EAEU)."),
    col("country", "id", ("Country", "Страна", "Ел"), "A member, ISO 3166-1 alpha-2."),
    col(
        "kind",
        "choice",
        ("Kind", "Вид", "Түрі"),
        "Customs union, or a mere area that rates and claims may name.",
        default="area",
        choices=("customs_union", "area"),
    ),
)

CLAIMS = table(
    "claims",
    ("Claims", "Подтверждения происхождения", "Шығу тегі талаптары"),
    "Origins that goods may claim. A claim may have several rows for different goods; the most "
    "specific one sets the rule. Goods bought in a country of the area hold the claim as they are; "
    "goods made there hold it if the rule is kept.",
    ("claim", "product", "hs", "family"),
    col("claim", "id", ("Claim", "Подтверждение", "Талап"), "Name of the claim (CT1)."),
    col(
        "area",
        "id",
        ("Area", "Территория", "Аумақ"),
        "Country or group whose origin is claimed; inputs from all of it count as originating.",
        refers=COUNTRY_OR_GROUP,
    ),
    ROW_PRODUCT,
    HS,
    ROW_FAMILY,
    col(
        "rule",
        "choice",
        ("Rule", "Правило", "Ереже"),
        "Least originating share of value, change of HS heading, or either of them.",
        default="value",
        choices=("value", "heading", "either"),
    ),
    col(
        "least_share",
        "number",
        ("Least share", "Минимальная доля", "Ең аз үлес"),
        "Least originating share of the customs value, for the rules value and either.",
        unit="share",
        default=0.5,
        most=1.0,
    ),
)

TARIFFS = table(
    "tariffs",
    ("Tariffs", "Пошлины", "Баждар"),
    "Import duties. The most specific row counts; a row that needs a claim stands beside the "
    "ordinary one, and the cheaper counts.",
    ("product", "hs", "family", "origin", "destination", "claim", "from_date"),
    ROW_PRODUCT,
    HS,
    ROW_FAMILY,
    replace(
        MADE_IN,
        name="origin",
        meaning="Country or group in which the goods were made.",
    ),
    DESTINATION,
    FROM_DATE,
    col(
        "ad_valorem",
        "number",
        ("Duty rate", "Ставка пошлины", "Баж мөлшерлемесі"),
        "Duty as a share of the dutiable value.",
        unit="share",
        default=0,
    ),
    col(
        "specific",
        "number",
        ("Specific duty", "Специфическая ставка", "Спецификалық баж"),
        "Duty as an amount per unit or tonne, in addition.",
        unit="money",
        default=0,
    ),
    col(
        "specific_per",
        "choice",
        ("Specific duty per", "Единица специфической ставки", "Спецификалық баж бірлігі"),
        "What the specific duty is charged on.",
        default="unit",
        choices=("unit", "tonne"),
    ),
    ROW_CLAIM,
    col(
        "drawback_share",
        "number",
        ("Drawback share", "Доля возврата пошлины", "Қайтару үлесі"),
        "Share of the duty on an input that is refunded when it leaves the customs territory again "
        "inside an exported product.",
        unit="share",
        default=0,
        most=1.0,
        charges=CostKind("drawback", "Drawback", 150),
    ),
    CURRENCY,
)

FEES = table(
    "fees",
    ("Fees", "Утилизационный сбор", "Кәдеге жарату алымы"),
    "Recycling fee on finished units delivered in a country. The most specific row with an amount "
    "sets the fee, the most specific row with a relief the share of it that is let off; a relief "
    "that needs a claim stands beside the ordinary one, and the larger counts.",
    ("country", "product", "hs", "family", "made_in", "assembly_mode", "claim", "from_date"),
    DELIVERED_IN,
    ROW_PRODUCT,
    HS,
    ROW_FAMILY,
    MADE_IN,
    ROW_MODE,
    ROW_CLAIM,
    FROM_DATE,
    AMOUNT,
    col(
        "relief",
        "number",
        ("Relief", "Льгота", "Жеңілдік"),
        "Share of the fee that is let off.",
        unit="share",
        blank="this row sets no relief",
        most=1.0,
    ),
    CURRENCY,
)

INCENTIVES = table(
    "incentives",
    ("Incentives", "Меры поддержки", "Қолдау шаралары"),
    "Support for finished units delivered in a country; the most specific row counts, a row that "
    "needs a claim stands beside the ordinary one, and the larger counts.",
    ("country", "product", "hs", "family", "made_in", "assembly_mode", "claim", "from_date"),
    DELIVERED_IN,
    ROW_PRODUCT,
    HS,
    ROW_FAMILY,
    MADE_IN,
    ROW_MODE,
    ROW_CLAIM,
    FROM_DATE,
    replace(AMOUNT, default=0, blank=""),
    col(
        "share_of_price",
        "number",
        ("Share of price", "Доля от цены", "Баға үлесі"),
        "Support as a share of the demand price (where there is none, of the customs value), in "
        "addition to the amount.",
        unit="share",
        default=0,
        most=1.0,
    ),
    CURRENCY,
)

LIMITS = table(
    "limits",
    ("Limits", "Ограничения", "Шектеулер"),
    "Further limits on the plan, each on a selection of it. Numbers of open sites and lines are "
    "counted in every period; all other quantities are totals over the periods selected.",
    ("limit",),
    col("limit", "id", ("Limit", "Ограничение", "Шектеу"), "Name of the limit."),
    col(
        "quantity",
        "choice",
        ("Quantity", "Показатель", "Көрсеткіш"),
        "What is limited: sites or lines open, units made, units bought, investment (base "
        "currency, undiscounted), CO2 (tonnes), share of the purchases of the selected products "
        "that the selected sites supply, share of demand served over lanes within a distance or "
        "time.",
        choices=(
            "sites_open",
            "lines_open",
            "made",
            "bought",
            "investment",
            "co2",
            "share_of_source",
            "demand_within",
        ),
    ),
    col(
        "sense",
        "choice",
        ("Sense", "Условие", "Шек түрі"),
        "At most, or at least.",
        default="at_most",
        choices=("at_most", "at_least"),
    ),
    col("value", "number", ("Value", "Значение", "Мәні"), "The limit."),
    col(
        "site",
        "id",
        ("Site", "Площадка", "Алаң"),
        "Only this site.",
        blank="all sites",
        refers=SITE,
    ),
    col(
        "site_tag",
        "text",
        ("Site tag", "Метка площадки", "Алаң белгісі"),
        "Only sites with this tag.",
        blank="all sites",
    ),
    col(
        "country",
        "id",
        ("Country", "Страна", "Ел"),
        "Only sites in this country.",
        blank="all countries",
    ),
    replace(ROW_PRODUCT, meaning="Only this product."),
    replace(ROW_FAMILY, meaning="Only this family.", refers=FAMILY),
    col(
        "product_tag",
        "text",
        ("Product tag", "Метка продукции", "Өнім белгісі"),
        "Only products with this tag.",
        blank="all products",
    ),
    replace(ROW_MODE, meaning="Only recipes in this assembly mode, and the lines that run them."),
    replace(ROW_PERIOD, meaning="Only this period."),
    col(
        "for_each",
        "tags",
        ("For each", "Для каждого", "Әрқайсысы үшін"),
        "Repeat the limit for each site, country, product, family, assembly_mode or period; "
        "several parted by commas.",
        blank="one limit for all together",
        choices=("site", "country", "product", "family", "assembly_mode", "period"),
    ),
    col(
        "within_km",
        "number",
        ("Within distance", "Расстояние не более", "Қашықтық шегі"),
        "Distance for demand_within.",
        unit="km",
        blank="any distance",
    ),
    col(
        "within_days",
        "number",
        ("Within time", "Время в пути не более", "Жолдағы уақыт шегі"),
        "Transit time for demand_within.",
        unit="days",
        blank="any time",
    ),
)
