"""Write the files that are drawn from the code; with ``--check``, say which are out of date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jvopt.core.reference import markdown as tables  # noqa: E402
from tools import base_data, contract, http_reference, mathematics, public, words  # noqa: E402

SERVICE = "docs/service.md"
BEGIN, END = "<!-- settings: generated -->\n", "<!-- end of settings -->\n"


def service() -> str:
    """Give the page of the service with its table of settings renewed."""
    text = (ROOT / SERVICE).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + contract.settings() + END + rest.partition(END)[2]


# Pages by path: what each should hold.
PAGES: dict[str, Callable[[], str]] = {
    "docs/tables.md": tables,
    "docs/mathematics.md": mathematics.page,
    "docs/data.md": base_data.page,
    "docs/openapi.json": contract.document,
    "docs/http.md": http_reference.page,
    SERVICE: service,
    "docs/public.txt": public.listing,
}


def stale_pages() -> list[str]:
    """Name the pages that do not hold what they should."""
    return [name for name, page in PAGES.items() if _text(ROOT / name) != page()]


def write_pages() -> None:
    """Write the pages that are out of date."""
    for name in stale_pages():
        (ROOT / name).write_text(PAGES[name](), encoding="utf-8")


def stale_examples() -> list[str]:
    """Name the example workbooks that do not hold the case that their script makes."""
    from jvopt.examples.make.__main__ import stale

    return [f"jvopt/examples/{name}.xlsx" for name in stale()]


def write_examples() -> None:
    """Write the example workbooks that are out of date."""
    from jvopt.examples.make.__main__ import write

    write()


# What is generated: for each kind how to name what is stale, and how to write it.
GENERATORS = (
    (words.stale_words, words.write_words),
    (stale_pages, write_pages),
    (stale_examples, write_examples),
)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments: list[str]) -> int:
    """Run; 1 where ``--check`` finds something stale."""
    if arguments not in ([], ["--check"]):
        print("usage: tools/generate.py [--check]", file=sys.stderr)
        return 2
    found = [name for stale, _ in GENERATORS for name in stale()]
    if arguments:
        for name in found:
            print(f"{name} is out of date: run tools/generate.py", file=sys.stderr)
        return 1 if found else 0
    for _, write in GENERATORS:
        write()
    for name in found:
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
