"""Every block of code in the README and the pages is run, or says above it why it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, Block, Reader, blocks

SLOW = {
    "README.md": "solves the base network many times",
    "docs/tour.md": "solves the base network three times",
    "docs/planner.md": "solves the base network",
    "docs/service.md": "asks a thousand what-ifs",
    "docs/alternatives.md": "",
    "docs/analyses.md": "",
    "docs/robust.md": "",
}
WITH_BLOCKS = [page for page in PAGES if any(True for _ in blocks(page))]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    yield reader
    reader.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "page",
    [pytest.param(p, marks=pytest.mark.slow if p in SLOW else ()) for p in WITH_BLOCKS],
)
def test_every_block_runs(page: str, reader: Reader) -> None:
    for block in blocks(page):
        try:
            reader.run(block)
        except BaseException as error:
            error.add_note(f"{page}, line {block.line}")
            raise


def test_every_mark_is_known() -> None:
    for page in WITH_BLOCKS:
        for block in blocks(page):
            fits = re.fullmatch(r"|not run: .+|ends with \d", block.mark)
            assert fits, f"{page}, line {block.line}: {block.mark}"


def test_commands_are_in_blocks_that_are_run() -> None:
    """A block without a language is for what is printed, not for what is typed."""
    for page in PAGES:
        fenced = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)
        for language, text in fenced:
            if language in ("", "text"):
                assert not re.search(r"^(\$ |jvopt |make |curl )", text, re.M), f"{page}: {text}"


def test_a_failing_block_is_noticed(reader: Reader) -> None:
    with pytest.raises(AssertionError):
        reader.run(Block("sh", "false\ntrue\n", 1, ""))
    with pytest.raises(NameError):
        reader.run(Block("python", "unknown\n", 1, ""))
    reader.run(Block("sh", "exit 2\n", 1, "ends with 2"))
