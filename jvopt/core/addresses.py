"""Figures of a case by name: ``table[rows].column``, and changes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jvopt.core.case import Case
from jvopt.core.conditions import selected
from jvopt.core.headings import as_named
from jvopt.core.issues import CaseError, issue
from jvopt.core.tables import TABLES

_NAME = r'[^\[\].=*+"()]+(?:\((?:[^()]|\([^()]*\))*\)\s*)?'
"""A name, or a heading that may end in parentheses: ``Cost (USD / (t*km))``."""
_ADDRESS = re.compile(rf"({_NAME})(?:\[(.*)\])?\s*\.({_NAME})", re.DOTALL)
_CHANGE = re.compile(rf'({_NAME}(?:\[(?:"[^"]*"|[^"])*?\])?\s*\.{_NAME})([=*+])\s*(.*)', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"', re.DOTALL)
_ACTIONS = {"=": "set", "*": "multiply", "+": "add"}


@dataclass(frozen=True, slots=True)
class Address:
    """Cells of one column.

    Attributes
    ----------
    table, column
        Where they stand, by name.
    where
        Which rows, as of `Case.change`; all where empty.
    """

    table: str
    column: str
    where: str = ""

    @classmethod
    def read(cls, text: str) -> Address:
        """Read an address, in which tables and columns may also go by their titles.

        Raises
        ------
        CaseError
            It is none.

        Examples
        --------
        >>> Address.read("tariffs[hs = 870193 and destination = UZ].ad_valorem")
        Address(table='tariffs', column='ad_valorem', where='hs = 870193 and destination = UZ')
        """
        found = _ADDRESS.fullmatch(text)
        if found is None and (change := _CHANGE.fullmatch(text.strip())):
            raise CaseError([issue("change_as_address", value=text, figure=change[1].strip())])
        if found is None:
            raise CaseError([issue("bad_address", value=text)])
        table, where, column = found.groups()
        return cls(*as_named(table.strip(), column.strip()), (where or "").strip())

    def rows(self, case: Case) -> NDArray[np.intp]:
        """Give the rows, from 0, of those of these cells that hold a number."""
        tables = {name: case[name] for name in TABLES}
        chosen = selected(tables, TABLES[self.table], self.where)
        return np.flatnonzero(chosen & case[self.table][self.column].notna().to_numpy(bool))

    def change(self, case: Case, value: object, action: str = "set") -> Case:
        """Give a case with these cells changed; see `Case.change`."""
        return case.change(self.table, self.column, value, action=action, where=self.where)


def read_change(text: str) -> dict[str, str]:
    """Read a change, as a row of the table ``changes`` without scenario and order.

    The value is all that follows the sign. The word ``blank`` empties a cell; in double quotes it
    is a word like others.

    Raises
    ------
    CaseError
        It is none.

    Examples
    --------
    >>> read_change("lanes[mode = rail].cost_per_tonne * 1.2")["action"]
    'multiply'
    """
    found = _CHANGE.fullmatch(text.strip())
    if found is None:
        raise CaseError([issue("bad_change", value=text)])
    address = Address.read(found[1])
    return {
        "table": address.table,
        "where": address.where,
        "column": address.column,
        "action": _ACTIONS[found[2]],
        "value": _value(found[3].strip()),
    }


def _value(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[1].replace('""', '"')
    return "" if text.lower() == "blank" else text


def written(change: Mapping[str, Any]) -> str:
    """Write a row of the table ``changes`` as `read_change` reads it.

    Examples
    --------
    >>> written({"table": "fees", "column": "amount", "action": "set", "value": "2"})
    'fees.amount = 2'
    """
    where = f"[{change['where']}]" if change.get("where") else ""
    sign = next(sign for sign, action in _ACTIONS.items() if action == change["action"])
    value = str(change.get("value", "")) or "blank"
    if change.get("value") and _value(value.strip()) != value:
        value = '"{}"'.format(value.replace('"', '""'))
    return f"{change['table']}{where}.{change['column']} {sign} {value}"
