"""Workbooks: read a case from one, and write a case, a template, a plan or a list of problems."""

from __future__ import annotations

from jvopt.excel.case_book import write_case, write_template
from jvopt.excel.plan_book import write_answer, write_plan
from jvopt.excel.problems import write_problems
from jvopt.excel.read import Reading, read_excel, read_workbook
from jvopt.excel.report_book import write_report, write_report_answer
from jvopt.excel.write import write_excel

__all__ = [
    "Reading",
    "read_excel",
    "read_workbook",
    "write_answer",
    "write_case",
    "write_excel",
    "write_plan",
    "write_problems",
    "write_report",
    "write_report_answer",
    "write_template",
]
