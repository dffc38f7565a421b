"""The blocks of a page, run in order, as a reader would.

A block of `python` or `sh` is run unless the line above it, an HTML comment, says otherwise:

- ``<!-- not run: WHY -->``: it is not.
- ``<!-- ends with N -->``: a block of `sh` whose last command is expected to end with N.

What a reader does by hand stands in a comment ``<!-- by hand`` in Python, and is done as well.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]

_PART = re.compile(
    r"^<!-- by hand\n(?P<hand>.*?)^-->$"
    r"|^(?:<!-- (?P<mark>[^\n]*) -->\n)?```(?P<kind>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_SERVE = re.compile(r"^(?:make|jvopt) serve\b.*$", re.MULTILINE)


class Block(NamedTuple):
    """Something to run: ``python`` or ``sh``, the line that it begins at, and the mark above it."""

    kind: str
    code: str
    line: int
    mark: str


def blocks(page: str) -> Iterator[Block]:
    """Give the blocks of a page that are for running."""
    text = (ROOT / page).read_text("utf-8")
    for part in _PART.finditer(text):
        line = text.count("\n", 0, part.start()) + 1
        if part["hand"]:
            yield Block("python", part["hand"], line, "")
        elif part["kind"] in ("python", "sh"):
            yield Block(part["kind"], part["code"], line, part["mark"] or "")


class Reader:
    """Someone who types a page, block by block, in a folder with jvopt at hand.

    Parameters
    ----------
    folder
        Where; it gets a ``.venv`` that leads to the environment of the tests.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".venv").symlink_to(sys.prefix)
        self.names: dict[str, Any] = {"__name__": "page"}
        self.port = 0
        self._service: subprocess.Popen[bytes] | None = None
        self._env = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "JVOPT_DATABASE": f"sqlite:///{folder / 'jobs.db'}",
            "JVOPT_TIME_LIMIT": "300",
        }

    def run(self, block: Block) -> None:
        """Run a block; an error in it is an error here."""
        if block.mark.startswith("not run: "):
            return
        code = block.code
        if block.kind == "sh" and _SERVE.search(code):
            self._serve()
            code = _SERVE.sub("", code)
        code = re.sub(r"(localhost|127\.0\.0\.1):8000", rf"\1:{self.port}", code)
        if block.kind == "python":
            exec(compile(code, f"line {block.line}", "exec"), self.names)
            return
        expected = int(block.mark.removeprefix("ends with ")) if block.mark else 0
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            cwd=self.folder,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == expected, ended.stdout + ended.stderr

    def _serve(self) -> None:
        """Start the service on a free port, once."""
        if self._service is not None:
            return
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._service = subprocess.Popen(
            [sys.executable, "-m", "jvopt.cli", "serve", "--port", str(self.port)],
            cwd=self.folder,
            env=self._env,
            stderr=(self.folder / "service.log").open("wb"),
        )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/health", timeout=5):
                    return
            except OSError:
                assert self._service.poll() is None, (self.folder / "service.log").read_text()
                time.sleep(0.2)
        raise TimeoutError("the service does not answer")

    def close(self) -> None:
        """End the service."""
        if self._service is not None:
            self._service.terminate()
            self._service.wait(60)
