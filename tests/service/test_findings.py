"""What a terminal shows of a report."""

from itertools import pairwise

import pandas as pd

import jvopt
from jvopt.core.analyses import ANALYSES
from jvopt.core.report import Report
from jvopt.excel import Reading
from jvopt.service.findings import SHOWN, findings_of


def test_of_a_long_curve_rows_spread_over_all_of_it_are_shown():
    case = jvopt.example("tiny")
    tables = {
        table.name: pd.DataFrame(columns=table.names) for table in ANALYSES["tradeoff"].tables
    }
    tables["frontier"] = (
        tables["frontier"].reindex(range(100)).assign(step=range(1, 101), kind="point")
    )
    report = Report(case, "tradeoff", tables, [], complete=True)
    found = findings_of(report, Reading(case, []), 0.0)
    steps = [int(row[0]) for row in found.rows]
    assert (len(steps), steps[0], steps[-1], found.more) == (SHOWN, 1, 100, 100 - SHOWN)
    assert max(b - a for a, b in pairwise(steps)) == 4
