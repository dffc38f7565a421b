"""Small parts that every screen is made of, so that all of them look and read alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from html import escape
from typing import Any, TypeVar

from nicegui import ui
from nicegui.element import Element

Act = Callable[..., Any]
E = TypeVar("E", bound=Element)


class Markup(str):
    """HTML that we wrote ourselves; any other words are escaped before they are shown."""

    __slots__ = ()


def named(element: E, words: str) -> E:
    """Name an element for who cannot see it.

    `Element.props` would take the words apart, and those of users may hold anything.
    """
    element.props["aria-label"] = words
    return element


def box(css: str = "", tag: str = "div") -> Element:
    """Make an element that holds others."""
    return ui.element(tag).classes(css)


def text(words: str, css: str = "", tag: str = "div") -> ui.html:
    """Write words."""
    return ui.html(escape(words), sanitize=False, tag=tag).classes(css)


def button(
    words: str, act: Act | None = None, *, icon: str = "", main: bool = False, css: str = ""
) -> ui.button:
    """Make a button."""
    made = ui.button(words, on_click=act, icon=icon or None, color=None)
    made.props("unelevated no-caps").classes(f"jv-btn {'main' if main else ''} {css}")
    return made


def link(words: str, act: Act, icon: str = "") -> ui.button:
    """Make a button that looks like a link."""
    made = ui.button(words, on_click=act, icon=icon or None, color=None)
    made.props("flat dense no-caps").classes("jv-link")
    return made


def choose(label: str, options: dict[Any, str], value: Any, act: Act) -> ui.select:
    """Make a drop-down; its label is for who cannot see what it holds."""
    made = ui.select(options, value=value, on_change=act)
    made.props("outlined dense options-dense").classes("jv-field")
    return named(made, label)


def segments(options: dict[Any, str], value: Any, act: Act, label: str) -> ui.toggle:
    """Make a row of buttons of which one is pressed."""
    made = ui.toggle(options, value=value, on_change=act)
    made.props("unelevated dense no-caps toggle-color=none").classes("jv-seg")
    return named(made, label)


def panel(title: str = "", remark: str = "", css: str = "") -> Element:
    """Make a panel with a heading."""
    made = box(f"jv-panel {css}", "section")
    if title:
        with named(made, title), box("stack tight"):
            text(title, tag="h2")
            if remark:
                text(remark, "small quiet")
    return made


def pill(words: str, kind: str = "") -> ui.html:
    """Show a state."""
    return text(words, f"jv-pill {kind}", "span")


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Sequence[bool],
    act: Callable[[int], Any] | None = None,
    total: bool = False,
    caption: str = "",
    wide: Collection[int] = (),
) -> ui.html:
    """Write a small table; a row may be clicked, or entered with the keyboard.

    Parameters
    ----------
    headings, rows, numeric
        The words, and which columns are numbers. Only `Markup` is shown as HTML.
    act
        Called with the number of the row that is chosen.
    total
        Whether the last row is a total.
    caption
        What the table shows, for who cannot see it.
    wide
        Numbers of the columns that a narrow window leaves out.
    """
    kinds = [
        ("n" if is_number else "") + (" wide" if n in wide else "")
        for n, is_number in enumerate(numeric)
    ]
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(words)}</th>'
        for words, kind in zip(headings, kinds, strict=True)
    )
    body = "".join(
        _row(row, kinds, number, act is not None, total and number == len(rows) - 1)
        for number, row in enumerate(rows)
    )
    said = f'<caption class="hidden-label">{escape(caption)}</caption>' if caption else ""
    made = ui.html(
        f'<table class="jv">{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>',
        sanitize=False,
    ).classes("jv-scroll")
    if act is not None:
        made.on("click", lambda event: act(int(event.args)), js_handler=_ROW_CLICKED)
    return made


_ROW_CLICKED = (
    "event => { const row = event.target.closest('tr[data-row]'); if (row) emit(row.dataset.row); }"
)


def _row(cells: Sequence[str], kinds: Sequence[str], number: int, goes: bool, total: bool) -> str:
    made = []
    for at, (words, kind) in enumerate(zip(cells, kinds, strict=True)):
        shown = words if isinstance(words, Markup) else escape(words)
        if at == 0 and goes:
            shown = f'<button type="button" class="cell">{shown}</button>'
        made.append(f'<td class="{kind}">{shown}</td>')
    css = " ".join(c for c, is_so in (("sum", total), ("go", goes)) if is_so)
    data = f' data-row="{number}"' if goes else ""
    return f'<tr class="{css}"{data}>{"".join(made)}</tr>'
