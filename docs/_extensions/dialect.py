r"""GitHub's dialect of Markdown, in which the pages can be read in the repository as well.

GitHub writes a formula within a line as ``$`x`$``, and tells notes as quotes that begin with
``[!NOTE]``; links lead to files of the repository.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTE = re.compile(r"^> \[!(NOTE|TIP|WARNING)\]\n((?:^>.*\n?)+)", re.MULTILINE)


def _read(app, name, source):
    text = re.sub(r"\$`([^`]+)`\$", r"{math}`\1`", source[0])
    source[0] = NOTE.sub(_note, text)


def _note(found):
    body = re.sub(r"^> ?", "", found[2], flags=re.MULTILINE)
    return f":::{{{found[1].lower()}}}\n{body.rstrip()}\n:::\n"


def setup(app):
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
