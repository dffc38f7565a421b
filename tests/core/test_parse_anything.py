"""Cells of every kind and of none: what was read comes back equal, nothing ends in a traceback."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jvopt.core.case import Case
from jvopt.core.issues import errors
from jvopt.core.parse import parse_tables
from jvopt.core.reading import examine
from jvopt.core.tables import TABLES
from tests.core.small_case import CASE

WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6).map(str.strip),
    st.just("001"),
)


def cells_of(column):
    if column.numeric:
        whole = column.kind == "integer"
        low = 0 if column.least is None else int(column.least)
        most = 1e12 if column.most is None else column.most
        drawn = st.integers(low, int(most)) if whole else st.floats(low, most)
    elif column.kind == "date":
        drawn = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)).map(dt.date.isoformat)
    elif column.kind == "choice":
        drawn = st.sampled_from(column.choices)
    else:
        drawn = WORDS
    return drawn if column.required else st.one_of(st.none(), drawn)


@st.composite
def tables_of_any_kind(draw):
    names = draw(st.lists(st.sampled_from(sorted(TABLES)), unique=True, max_size=3))
    raw = {}
    for name in names:
        rows = st.fixed_dictionaries({c.name: cells_of(c) for c in TABLES[name].columns})
        raw[name] = draw(st.lists(rows, max_size=3))
    return raw


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables_of_any_kind())
def test_what_was_read_comes_back_equal(raw):
    tables, issues = parse_tables(raw)
    case = Case.from_parsed(tables)
    text = case.to_json()
    again, later = parse_tables(json.loads(text))
    if not errors(issues):
        assert later == []
        assert Case.from_parsed(again) == case
    for name, frame in tables.items():
        assert len(frame) == len(raw.get(name, []))


ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.dates().map(str),
        st.sampled_from(["open", "KZ", "plant", "a", "87", "2026"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)


@st.composite
def tables_of_anything(draw):
    """Rows of declared columns with values of any JSON type, most of them meeting each other."""
    raw = {}
    for name in draw(st.lists(st.sampled_from(sorted(TABLES)), unique=True, max_size=6)):
        columns = st.sampled_from(TABLES[name].names)
        row = st.dictionaries(columns, ANYTHING, max_size=6)
        raw[name] = draw(st.one_of(st.lists(st.one_of(row, row, ANYTHING), max_size=3), ANYTHING))
    return raw


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables_of_anything())
def test_json_of_any_type_gives_issues_and_never_a_traceback(raw):
    issues = examine(raw)[1]
    assert errors(issues)
    for found in issues:
        json.dumps(found.to_dict(), allow_nan=False).encode()
        assert str(found).encode()


@st.composite
def spoiled_cases(draw):
    """The small case with some cells replaced by anything and some rows dropped."""
    case = {name: [dict(row) for row in rows] for name, rows in CASE.items()}
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(sorted(case)))
        if not case[name]:
            continue
        at = draw(st.integers(0, len(case[name]) - 1))
        if draw(st.booleans()):
            column = draw(st.sampled_from(TABLES[name].names))
            case[name][at][column] = draw(ANYTHING)
        elif draw(st.booleans()):
            del case[name][at]
        else:
            case[name].append(dict(case[name][at]))
    return case


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoiled_cases())
def test_a_spoiled_case_gives_issues_and_never_a_traceback(raw):
    case, issues = examine(raw)
    for found in issues:
        assert found.table is None or found.row is None or 1 <= found.row <= len(case[found.table])
        assert json.dumps(found.to_dict())
