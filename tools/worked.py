"""The pages of the worked examples: each script, run, with what it prints and draws.

``python tools/worked.py`` runs all of them and writes ``docs/questions/``; with names, those alone.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "jvopt" / "examples" / "questions"
PAGES = ROOT / "docs" / "questions"


class Cell(NamedTuple):
    """A part of a script: words or code."""

    words: bool
    text: str


def names() -> list[str]:
    """Name the scripts."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def cells(script: str) -> Iterator[Cell]:
    """Give the cells of a script in the percent format of notebooks."""
    for part in re.split(r"^# %%", script, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        words = "[markdown]" in head
        if words:
            body = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
        yield Cell(words, body.strip())


def run(name: str, pictures: Path | None) -> str:
    """Run a script, and give its page.

    Parameters
    ----------
    name
        The script.
    pictures
        Where its drawings are written; None to let them be.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams |= {
        "svg.hashsalt": name, "figure.figsize": (7.5, 3.6), "figure.autolayout": True,
        "axes.titlesize": 11, "axes.spines.top": False, "axes.spines.right": False,
    }  # fmt: skip
    import matplotlib.pyplot as plt

    names_of_code: dict[str, Any] = {"__name__": name}
    page, drawn = [], 0
    for cell in cells((FOLDER / f"{name}.py").read_text(encoding="utf-8")):
        if cell.words:
            page.append(cell.text)
            continue
        page.append(f"```python\n{cell.text}\n```")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(cell.text, f"{name}.py", "exec"), names_of_code)
        if printed.getvalue().strip():
            page.append(f"```text\n{printed.getvalue().rstrip()}\n```")
        for number in plt.get_fignums():
            drawn += 1
            file = f"{name}-{drawn}.svg"
            if pictures is not None:
                plt.figure(number).savefig(pictures / file, metadata={"Date": None})
            page.append(f"![{_title(plt.figure(number))}]({file})")
        plt.close("all")
    return "\n\n".join(page) + "\n"


def _title(figure: Any) -> str:
    return next((axes.get_title() for axes in figure.axes), "")


def main(chosen: list[str]) -> int:
    """Write the pages of some scripts, of all where none is named."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in chosen or names():
        (PAGES / f"{name}.md").write_text(run(name, PAGES), encoding="utf-8")
        print(f"wrote docs/questions/{name}.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
