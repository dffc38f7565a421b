"""Small networks that several tests solve by hand."""

from tests.models.support import case

TWO_YEARS = "period start; 2026 2026-01-01; 2027 2027-01-01"
THREE_YEARS = "period start; 2026 2026-01-01; 2027 2027-01-01; 2028 2028-01-01"


def market(demand, price=5, **tables):
    """P is bought at S for what it costs there."""
    defaults = {
        "products": "product; P",
        "sites": "site; S; M",
        "supply": f"site product unit_cost; S P {price}",
        "lanes": "origin destination; S M",
        "demand": demand,
    }
    return case(**{**defaults, **tables})


def plant(quantity=50, import_cost=10, sites="site; S; I; F; M", **tables):
    """P is assembled at F from free kits for 4, or imported."""
    defaults = {
        "products": "product; K; P",
        "sites": sites,
        "supply": f"site product unit_cost; S K 0; I P {import_cost}",
        "lines": "line site now decision capacity; L F open open 30",
        "recipes": "recipe product; R P",
        "recipe_inputs": "recipe product; R K",
        "assembly": "line recipe unit_cost; L R 4",
        "lanes": "origin destination; S F; F M; I M",
        "demand": f"site product quantity; M P {quantity}",
    }
    return case(**{**defaults, **tables})


def depot(row, quantity="site product quantity; M P 20", **tables):
    """20 units to a market: by a depot for 7 each, or straight for 10."""
    return case(
        products="product; P",
        sites=f"""site now decision opening_cost closing_cost fixed_cost
                  S . . . . .
                  M . . . . .
                  D {row}""",
        supply="site product; S P",
        lanes="origin destination cost_per_unit; S D 3; D M 4; S M 10",
        demand=quantity,
        **tables,
    )
