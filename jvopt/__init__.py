"""Joint-venture supply chain optimizer: demand, logistics and tariffs in, the best plan out.

>>> import jvopt
>>> case = jvopt.example("tiny")  # or jvopt.read_excel("case.xlsx"), jvopt.read_json("case.json")
>>> plan = jvopt.optimize(case)
>>> plan.shipments  # every table of a plan is a DataFrame
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jvopt.analysis import explain
    from jvopt.core.case import Case
    from jvopt.core.checks import check
    from jvopt.core.issues import CaseError, Issue
    from jvopt.core.plan import Plan
    from jvopt.core.reading import read_json
    from jvopt.examples import example
    from jvopt.excel import read_excel, write_excel
    from jvopt.solve import optimize
    from jvopt.solve.whatif import prepare

    __version__: str

__all__ = [
    "Case",
    "CaseError",
    "Issue",
    "Plan",
    "__version__",
    "check",
    "example",
    "explain",
    "optimize",
    "prepare",
    "read_excel",
    "read_json",
    "write_excel",
]

# Imported when first used: pandas and Pyomo take a second or two to load.
_HOMES = {
    "Case": "jvopt.core.case",
    "CaseError": "jvopt.core.issues",
    "Issue": "jvopt.core.issues",
    "Plan": "jvopt.core.plan",
    "check": "jvopt.core.checks",
    "example": "jvopt.examples",
    "explain": "jvopt.analysis",
    "optimize": "jvopt.solve",
    "prepare": "jvopt.solve.whatif",
    "read_excel": "jvopt.excel",
    "read_json": "jvopt.core.reading",
    "write_excel": "jvopt.excel",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'jvopt' has no attribute {name!r}")
    globals()[name] = value
    return value


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("jvopt")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "0+source"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
