"""A case small enough to be solved by hand, which its notes do."""

from __future__ import annotations

from jvopt.core.case import Case

_NOTES = (
    (
        "what this is",
        "A maker in Minsk sells tractors ready-built or as kits. Two plants in Kazakhstan can "
        "assemble kits: Alpha in one of two modes, Beta in one. Which plants should run, in which "
        "mode, for two markets? One year; six alternatives; money in USD.",
    ),
    (
        "a ready-built tractor",
        "Price 20,000 + fee 1,000 + freight 800 to North or 1,200 to South: "
        "North 21,800, South 22,200.",
    ),
    (
        "a tractor from Alpha, SKD",
        "Kit 19,000 + freight 300 + assembly 400 + fee 1,000 x (1 - 0.3) = 20,400; + freight 100 "
        "to North or 400 to South: North 20,500, South 20,800. 50,000 a year; at most 200.",
    ),
    (
        "a tractor from Alpha, CKD",
        "Kit 18,000 + freight 250 + assembly 1,100 + no fee = 19,350; + freight 100 or 400: "
        "North 19,450, South 19,750. 150,000 a year; at most 120.",
    ),
    (
        "a tractor from Beta, SKD",
        "Kit 19,000 + freight 450 + assembly 400 + fee 700 = 20,550; + freight 450 to North or 50 "
        "to South: North 21,000, South 20,600. 30,000 a year; at most 80.",
    ),
    ("demand", "North 100, South 60, to be met in full."),
    (
        "1: no plant",
        "100 x 21,800 + 60 x 22,200 = 2,180,000 + 1,332,000 = 3,512,000.",
    ),
    (
        "2: Beta",
        "Beta saves 1,600 a tractor in South and 800 in North, so its 80 go to South (60) and "
        "North (20): 60 x 20,600 + 20 x 21,000 + 80 x 21,800 + 30,000 "
        "= 1,236,000 + 420,000 + 1,744,000 + 30,000 = 3,430,000.",
    ),
    (
        "3: Alpha SKD",
        "100 x 20,500 + 60 x 20,800 + 50,000 = 2,050,000 + 1,248,000 + 50,000 = 3,348,000.",
    ),
    (
        "4: Alpha SKD and Beta",
        "100 x 20,500 + 60 x 20,600 + 80,000 = 2,050,000 + 1,236,000 + 80,000 = 3,366,000.",
    ),
    (
        "5: Alpha CKD",
        "Alpha saves 2,350 a tractor in North and 2,450 in South, so its 120 go to South (60) and "
        "North (60), the other 40 are ready-built: 60 x 19,750 + 60 x 19,450 + 40 x 21,800 + "
        "150,000 = 1,185,000 + 1,167,000 + 872,000 + 150,000 = 3,374,000.",
    ),
    (
        "6: Alpha CKD and Beta",
        "Beta makes the 40 that Alpha cannot, for South, where it is 400 cheaper than in North "
        "(Alpha is 300 dearer there): 100 x 19,450 + 20 x 19,750 + 40 x 20,600 + 180,000 "
        "= 1,945,000 + 395,000 + 824,000 + 180,000 = 3,344,000.",
    ),
    (
        "optimum",
        "Alternative 6, 3,344,000: Alpha in CKD for North and 20 of South, Beta for 40 of South. "
        "It beats alternative 3 by 4,000 and no plant at all by 168,000.",
    ),
)


def case() -> Case:
    """Make the case."""
    return Case(
        {
            "settings": [{"setting": "case_name", "value": "Tiny: solved by hand"}],
            "products": [
                {"product": "TRACTOR", "name": "Tractor", "name_ru": "Трактор"},
                {"product": "KIT SKD", "name": "Kit for SKD", "name_ru": "Машинокомплект SKD"},
                {"product": "KIT CKD", "name": "Kit for CKD", "name_ru": "Машинокомплект CKD"},
            ],
            "sites": [
                {"site": "Minsk", "name_ru": "Минск", "country": "BY"},
                {"site": "Alpha", "name_ru": "Альфа", "country": "KZ"},
                {"site": "Beta", "name_ru": "Бета", "country": "KZ"},
                {"site": "North", "name_ru": "Север", "country": "KZ"},
                {"site": "South", "name_ru": "Юг", "country": "KZ"},
            ],
            "supply": [
                {"site": "Minsk", "product": "TRACTOR", "unit_cost": 20000},
                {"site": "Minsk", "product": "KIT SKD", "unit_cost": 19000},
                {"site": "Minsk", "product": "KIT CKD", "unit_cost": 18000},
            ],
            "lines": [
                {"line": "Alpha SKD", "site": "Alpha", "fixed_cost": 50000, "capacity": 200},
                {"line": "Alpha CKD", "site": "Alpha", "fixed_cost": 150000, "capacity": 120},
                {"line": "Beta SKD", "site": "Beta", "fixed_cost": 30000, "capacity": 80},
            ],
            "recipes": [
                {"recipe": "SKD", "product": "TRACTOR", "assembly_mode": "SKD"},
                {"recipe": "CKD", "product": "TRACTOR", "assembly_mode": "CKD"},
            ],
            "recipe_inputs": [
                {"recipe": "SKD", "product": "KIT SKD", "quantity": 1},
                {"recipe": "CKD", "product": "KIT CKD", "quantity": 1},
            ],
            "assembly": [
                {"line": "Alpha SKD", "recipe": "SKD", "unit_cost": 400},
                {"line": "Alpha CKD", "recipe": "CKD", "unit_cost": 1100},
                {"line": "Beta SKD", "recipe": "SKD", "unit_cost": 400},
            ],
            "lanes": [
                _lane("Minsk", "North", 800, "TRACTOR"),
                _lane("Minsk", "South", 1200, "TRACTOR"),
                _lane("Minsk", "Alpha", 300, "KIT SKD"),
                _lane("Minsk", "Alpha", 250, "KIT CKD"),
                _lane("Minsk", "Beta", 450, "KIT SKD"),
                _lane("Alpha", "North", 100),
                _lane("Alpha", "South", 400),
                _lane("Beta", "North", 450),
                _lane("Beta", "South", 50),
            ],
            "demand": [
                {"site": "North", "product": "TRACTOR", "quantity": 100},
                {"site": "South", "product": "TRACTOR", "quantity": 60},
            ],
            "country_groups": [
                {"group": "EAEU", "country": "BY", "kind": "customs_union"},
                {"group": "EAEU", "country": "KZ", "kind": "customs_union"},
            ],
            "fees": [
                {"country": "KZ", "product": "TRACTOR", "amount": 1000},
                {"country": "KZ", "assembly_mode": "SKD", "relief": 0.3},
                {"country": "KZ", "assembly_mode": "CKD", "relief": 1},
            ],
            "limits": [
                {
                    "limit": "one_mode",
                    "quantity": "lines_open",
                    "sense": "at_most",
                    "value": 1,
                    "for_each": "site",
                    "note": "a plant runs in one mode",
                }
            ],
            "notes": [{"topic": topic, "text": text} for topic, text in _NOTES],
        }
    )


def _lane(origin: str, destination: str, cost: float, product: str = "") -> dict[str, object]:
    return {
        "origin": origin,
        "destination": destination,
        "product": product,
        "cost_per_unit": cost,
    }
