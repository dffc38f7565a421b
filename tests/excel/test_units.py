"""Units in headings."""

from __future__ import annotations

import pytest

from jvopt.core.units import UnknownUnit, WrongUnit, read_unit

# What a figure under the heading counts in the declared unit, by the definition of the units.
SAME = [
    ("kg", "t", 7200.0, 7.2),
    ("кг", "t", 0.3, 0.0003),
    ("g", "kg/(t*km)", None, None),
    ("g CO2/t-km", "kg/(t*km)", 25.0, 0.025),
    ("m", "km", 1500.0, 1.5),
    ("h", "days", 36.0, 1.5),
    ("сағат", "days", 12.0, 0.5),
    ("months", "years", 18.0, 1.5),
    ("мес.", "years", 6.0, 0.5),
    ("%", "share", 5.0, 0.05),
    ("pcs / month", "units/year", 10.0, 120.0),
    ("тыс. шт./год", "units/year", 1.2, 1200.0),
    ("million USD", "money", 1.5, 1_500_000.0),
    ("KZT per unit", "money/unit", 12.0, 12.0),
    ("USD/t·km", "money/(t*km)", 0.04, 0.04),
    ("USD/kg", "money/t", 2.0, 2000.0),
    ("row currency / unit / year", "money/unit/year", 3.0, 3.0),
]


@pytest.mark.parametrize(("words", "declared", "figure", "meant"), SAME)
def test_figure_in_another_unit(
    words: str, declared: str, figure: float | None, meant: float | None
) -> None:
    if figure is None:
        with pytest.raises(WrongUnit):
            read_unit(words, declared)
    else:
        assert read_unit(words, declared).convert(figure) == pytest.approx(meant, rel=1e-15)


@pytest.mark.parametrize(
    "words", ["bla", "2 kg", "kg**2", "__import__('os')", "kg; t", "t/", "((t"]
)
def test_no_unit(words: str) -> None:
    with pytest.raises(UnknownUnit):
        read_unit(words, "t")
