"""Scripts that make the example workbooks from tables that people can read and compare.

``python -m jvopt.examples.make`` writes them, ``--check`` says which ones are out of date.
"""

from __future__ import annotations

from collections.abc import Callable

from jvopt.core.case import Case
from jvopt.examples.make import kz_assembly, kz_reference, tiny, transport

CASES: dict[str, Callable[[], Case]] = {
    "tiny": tiny.case,
    "transport": transport.case,
    "kz-reference": kz_reference.case,
    "kz-assembly": kz_assembly.case,
}
"""What makes each example, by its name."""
