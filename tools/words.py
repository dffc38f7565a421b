"""The catalogues of words: every text that workbooks and messages say, in each language.

A text is found where it is declared (tables, messages), or in the code as an argument of ``say``,
``Phrase`` or ``word``, or in a variable or loop named ``words`` or ``headings``, or in a dict that
is named as one of words.
"""

from __future__ import annotations

import ast
import io
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from jvopt import examples
from jvopt.core.analyses import ANALYSES
from jvopt.core.explained import CELLS
from jvopt.core.issues import Severity
from jvopt.core.language import LANGUAGES
from jvopt.core.messages import ALIKE, MESSAGES, NEAREST
from jvopt.core.plan_tables import COST_KINDS, NETWORKS, PLAN_TABLES
from jvopt.core.tables import SETTING_VALUES, TABLES
from jvopt.excel import case_book, figures, losses, ours, read_me, sheet_names
from jvopt.excel.result_words import text_of
from jvopt.solve.optimize import REMARKS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "jvopt" / "core" / "words"
CODE = (
    "jvopt/analysis",
    "jvopt/core",
    "jvopt/excel",
    "jvopt/page",
    "jvopt/service",
    "jvopt/solve",
    "jvopt/cli",
)

_CALLS = {"say", "Phrase", "broken"}
_NAMES = {"words", "headings"}
_DICTS = {"WORDS", "FAILED_WORDS", "REFUSED_WORDS", "TERMINATIONS", "STATES", "ROLES",
          "WITHOUT_WORDS", "PART_WORDS", "PHASE_WORDS", "COUNT_WORDS"}  # fmt: skip
Found = Iterator[tuple[str, str, str]]


def texts() -> dict[tuple[str, str], list[str]]:
    """Give every text by context and words, with the places where it is said."""
    found: dict[tuple[str, str], list[str]] = {}
    for source in (_messages, _tables, _plan_tables, _constants, _code, _examples):
        for context, text, place in source():
            if text:
                places = found.setdefault((context, text), [])
                if place not in places:
                    places.append(place)
    return found


def _messages() -> Found:
    for code, entry in MESSAGES.items():
        yield "", entry.message, f"{entry.severity} {code}"
        yield "", entry.hint, f"{entry.severity} {code}, hint"
    for words in (NEAREST, ALIKE):
        yield "", words, "before a hint"


def _tables() -> Found:
    for table in TABLES.values():
        yield "", table.meaning, f"table {table.name}"
        values = SETTING_VALUES.values() if table.name == "settings" else ()
        for column in (*table.columns, *values):
            place = f"{table.name}.{column.name}"
            yield "", column.meaning, place
            yield "", column.blank, f"{place}, what a blank cell means"
            if column.name != "setting":
                for choice in column.choices:
                    yield "choice", choice, f"{place}, a word of its drop-down"
            if column.unit:
                yield "unit", column.unit, "unit in a heading"


def _plan_tables() -> Found:
    for table in (*PLAN_TABLES.values(), *(t for a in ANALYSES.values() for t in a.tables)):
        yield "sheet", table.titles.en, f"sheet of the result table {table.name}"
        yield "", table.meaning, f"result table {table.name}"
        for column in table.columns:
            place = f"{table.name}.{column.name}"
            yield "title", column.titles.en, f"heading of {place}"
            yield "", column.meaning, f"result column {place}"
            for choice in column.choices:
                yield *text_of(column, choice), f"a word of {place}"
            if column.unit:
                yield "unit", column.unit, "unit in a heading"
    for analysis in ANALYSES.values():
        yield "", analysis.title, f"analysis {analysis.name}"
        yield "", analysis.question, f"analysis {analysis.name}"
        for chart in analysis.charts:
            yield "", chart.title, f"a chart of {chart.table}"
    for kind, title in COST_KINDS.items():
        yield "cost", title, f"kind of cost {kind}"


def _constants() -> Found:
    yield "unit", "money", "stands for the name of a currency in units"
    for text in (sheet_names.PLAN, sheet_names.RESULT, "read me", "problems", "overview", "charts"):
        yield "sheet", text, "part of the name of a sheet"
    for text in NETWORKS.values():
        yield "", text, "a network"
    for words in (figures._PLAN, figures._NO_PLAN):
        for text, _ in words.values():
            yield "", text, "how a search ended"
    yield "", figures._A_PLAN[0], "how a search ended"
    yield "", figures._NONE[0], "how a search ended"
    for money, meaning in case_book.MONEY.items():
        yield "", money, "in the unit of a heading"
        yield "", meaning, "in the unit of a comment"
    for text in REMARKS:
        yield "", text, "a remark of the run"
    for text in read_me.STEPS:
        yield "", text, "step on the first sheet"
    for text in ours.PROBLEM_HEADINGS:
        yield "", text, "heading of the list of problems"
    kinds = (losses._RELATIONS, losses._DRAWN, losses._EXTENSIONS, losses._PARTS, losses._FOLDERS)
    for lost in (*kinds, losses._WIDE, losses._UNUSUAL):
        for text in lost.values():
            yield "", text, "what would be lost"
    for text in CELLS.values():
        yield "", text, "a cell of an impossible case"
    for text in get_args(Severity):
        yield "", text, "how bad an issue is"


def _code() -> Found:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for text in _said(node):
                    yield "", text, place


def _examples() -> Found:
    for name in examples.names():
        for text in examples.texts(name):
            yield "example", text, f"the example {name}"


def _said(node: ast.AST) -> Iterator[str]:
    """Give the texts that a piece of code says."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in _CALLS and node.args:
            yield from _strings(node.args[0])
        if called == "word" and len(node.args) == 2:
            yield from _strings(node.args[1])
        if called in ("_wrong", "_word", "_take") and node.args:
            yield from _strings(node.args[-1])
    elif isinstance(node, ast.Assign):
        if any(isinstance(t, ast.Name) and t.id in _NAMES for t in node.targets):
            yield from _strings(node.value)
        if any(isinstance(t, ast.Name) and t.id in _DICTS for t in node.targets):
            for item in node.value.values if isinstance(node.value, ast.Dict) else ():
                yield from _strings(item)
    elif isinstance(node, (ast.For, ast.comprehension)):
        named = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        if named & _NAMES:
            yield from _strings(node.iter)


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)
    elif isinstance(node, (ast.Tuple, ast.List)):
        for item in node.elts:
            yield from _strings(item)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        for item in node.args if node.func.id == "enumerate" else ():
            yield from _strings(item)


def _catalogue(language: str) -> Catalog:
    """Give the catalogue of a language with all texts, and the translations that it has."""
    path = FOLDER / f"{language}.po"
    old = read_po(io.BytesIO(path.read_bytes()) if path.exists() else io.BytesIO())
    new = Catalog(
        locale=language,
        project="jvopt",
        fuzzy=False,
        header_comment="# Translations of jvopt.",
        charset="utf-8",
    )
    for (context, text), places in texts().items():
        known = old.get(text, context or None)
        shown = places[:3] + ([f"and {len(places) - 3} more"] if len(places) > 3 else [])
        translated = known.string if known else ""
        new.add(text, translated, auto_comments=shown, context=context or None)
    return new


def _written(catalogue: Catalog) -> bytes:
    made = io.BytesIO()
    write_po(made, catalogue, width=100, omit_header=True)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return header + made.getvalue()


def _languages() -> list[str]:
    return [language for language in LANGUAGES if language != "en"]


def stale_words() -> list[str]:
    """Name the catalogues that are out of date, and each text that is not or badly translated."""
    found = []
    for language in _languages():
        catalogue, name = _catalogue(language), f"jvopt/core/words/{language}.po"
        path = FOLDER / f"{language}.po"
        if not path.exists() or path.read_bytes() != _written(catalogue):
            found.append(name)
        for message in catalogue:
            if message.id and (wrong := _wrong(str(message.id), str(message.string))):
                found.append(f"{name}: {wrong}: {message.id!r}")
    return found


def _wrong(text: str, translated: str) -> str:
    if not translated:
        return "not translated"
    return "" if _fields(text) == _fields(translated) else "other {fields} than in English"


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def write_words() -> None:
    """Write the catalogues anew: new texts wait for a translation, old ones are gone."""
    FOLDER.mkdir(exist_ok=True)
    for language in _languages():
        (FOLDER / f"{language}.po").write_bytes(_written(_catalogue(language)))
