"""What the page writes in the browser: names and numbers along the axes of charts."""

from __future__ import annotations

from importlib.resources import files

import pytest

PAGE = (files("jvopt.page") / "assets" / "page.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(chromium):
    made = chromium.new_page()
    made.evaluate(PAGE)
    yield made
    made.close()


def test_small_shares_are_not_none(page) -> None:
    shares = "[0, 1e-15, 0.00014, 0.0085, 0.1234].map(share => jvopt.share(share))"
    assert page.evaluate(shares) == ["0%", "0%", "0.014%", "0.85%", "12.3%"]
    assert page.evaluate("[0, 0.0002, 0.0004].map(share => jvopt.share(share, 2))") == [
        "0%", "0.02%", "0.04%",
    ]  # fmt: skip


def test_numbers_of_a_chart_have_a_unit_in_common(page) -> None:
    amounts = "[0, 700000, -6783585].map(amount => jvopt.amount(amount, 1e6, 2))"
    assert page.evaluate(amounts) == ["0", "0.70\u00a0M", "\u22126.78\u00a0M"]
    assert page.evaluate("jvopt.amount(1320237221, 1, 0)") == "1,320,237,221"


@pytest.mark.parametrize("letters", [17, 25, 36])
def test_names_that_begin_alike_are_told_apart_on_two_lines(page, letters: int) -> None:
    names = [
        f"BELAZ at Vostochny pit, Ekibastuz: dump trucks {size} t, {mode}"
        for size in ("to 90", "over 90") for mode in ("SKD", "CKD")
    ]  # fmt: skip
    drawn = [page.evaluate("([n, l]) => jvopt.broken(n, l)", [name, letters]) for name in names]
    assert len(set(drawn)) == len(names)
    for name in drawn:
        assert len(name.split("\n")) == 2
        assert max(map(len, name.split("\n"))) <= letters + 3


def test_a_name_is_broken_between_words_and_kept_whole_where_it_can_be(page) -> None:
    assert page.evaluate("jvopt.broken('Yearly fixed cost', 17)") == "Yearly fixed cost"
    words = page.evaluate("jvopt.broken('Постоянные годовые затраты', 17)")
    assert words == "Постоянные\nгодовые затраты"
