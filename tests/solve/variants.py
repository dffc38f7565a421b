"""Random changes of a case: of everything that a planner's slider may move, and of some more."""

from __future__ import annotations

import random

from jvopt.core.case import Case
from jvopt.core.issues import CaseError
from jvopt.core.tables import TABLES
from jvopt.models.renew import AMOUNTS, PRICES

FACTORS = (0.0, 0.5, 0.8, 0.9, 1.1, 1.3, 2.0)


def numbers() -> list[tuple[str, str]]:
    """Every number that a model takes over without being built anew."""
    found = [
        (table, column)
        for columns in (PRICES, AMOUNTS)
        for table, names in columns.items()
        for column in names
        if TABLES[table].by_name[column].numeric
    ]
    return sorted(found)


def scaled(case: Case, table: str, column: str, factor: float, rng: random.Random) -> Case:
    """Multiply a number in some rows of a table."""
    frame = case[table]
    rows = [rng.random() < 0.6 for _ in range(len(frame))]
    frame[column] = frame[column].where([not r for r in rows], frame[column] * factor)
    return case.replace(**{table: frame})


def restated(case: Case, rng: random.Random) -> Case:
    """Change what is open now or decided at one site or line."""
    table = rng.choice(["sites", "lines"])
    frame = case[table]
    column = rng.choice(["now", "decision", "decision"])
    values = {"now": ["open", "closed"], "decision": ["free", "open", "closed", "stay"]}
    row = rng.randrange(len(frame))
    frame.loc[row, column] = rng.choice(values[column])
    return case.replace(**{table: frame})


def structural(case: Case, rng: random.Random) -> Case:
    """Take a row away, or fill or clear a number: the model may need to be built anew."""
    table = rng.choice(["lanes", "supply", "demand", "tariffs", "lines"])
    frame = case[table]
    if frame.empty:
        return case
    row = rng.randrange(len(frame))
    if table in ("demand", "lines"):
        column = {"demand": "penalty", "lines": "capacity"}[table]
        frame.loc[row, column] = rng.choice([None, 50.0])
        return case.replace(**{table: frame})
    return case.replace(**{table: frame.drop(index=row)})


def variant(case: Case, seed: int) -> Case:
    """Give a seeded variant: one to three changes."""
    rng = random.Random(seed)
    columns = [(t, c) for t, c in numbers() if case[t][c].notna().any()]
    for _ in range(rng.randint(1, 3)):
        kind = rng.random()
        try:
            if kind < 0.7:
                case = scaled(case, *rng.choice(columns), rng.choice(FACTORS), rng)
            elif kind < 0.9:
                case = restated(case, rng)
            else:
                case = structural(case, rng)
        except CaseError:
            continue
    return case
