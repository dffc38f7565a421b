"""A case without a plan: the cells that cannot all hold, where they stand and what they say."""

from __future__ import annotations

from dataclasses import asdict, replace

from nicegui import ui

from jvopt.core.called import names_by_id
from jvopt.core.explained import sentence
from jvopt.page.desk import Shown
from jvopt.page.drafts import Found
from jvopt.page.parts import box, button, link, panel, text
from jvopt.page.speaker import Speaker
from jvopt.page.view import View


def conflicts(shown: Shown, speaker: Speaker) -> list[Found]:
    """Give the cells as issues, of the severity ``conflict`` or ``change``, at their places."""
    case = shown.plan.case
    names = {
        table[:-1]: names_by_id(case, table, speaker.language)
        for table in ("sites", "lines", "products")
    }
    voice = replace(shown.reading.voice, language=speaker.language, titles=True)
    found: list[Found] = []
    for row in shown.plan["conflicts"].to_dict("records"):
        where = shown.reading.place_of(row["table"], row["row"], row["column"])
        words = sentence(case, {str(k): v for k, v in row.items()}, names).said(voice)
        found.append(asdict(where) | {"severity": row["part"], "message": words})
    return found


def place_words(issue: Found) -> str:
    """Say where an issue stands: its cell, or table, row and column; nothing for the whole case."""
    if issue.get("cell"):
        return f"{issue['sheet']}!{issue['cell']}"
    if issue.get("sheet"):
        return str(issue["sheet"])
    parts = [str(issue[k]) for k in ("table", "row", "column") if issue.get(k)]
    return ", ".join(parts)


def show(view: View) -> None:
    """Say why there is no plan, what would make one possible, and lead to the cells."""
    say, found = view.say, conflicts(view.shown, view.speaker)
    if not found:
        text(say("Nothing was found that explains it."), "jv-note").style("margin-top:16px")
        return
    parts = {
        "conflict": say("These cells cannot all hold"),
        "change": say("The least change that gives a plan"),
    }
    with box("jv-grid").style("margin-top:16px"):
        for part, title in parts.items():
            mine = [issue for issue in found if issue["severity"] == part]
            if not mine:
                continue
            with panel(title, css="s6"):
                for issue in mine:
                    with box("jv-note " + ("plain" if part == "change" else "bad")):
                        text(place_words(issue), "strong num")
                        text(issue["message"])
    with box("row").style("margin:14px 0"):
        if view.visit.desk.may_run:
            to = f"/jobs/{view.shown.job.id}/change"
            again = button(say("Change and try again"), icon="edit", main=True)
            again.on_click(lambda: ui.navigate.to(to))
        link(say("All rows"), lambda: view.open("conflicts"))
