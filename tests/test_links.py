"""The folders that stand at the top level for readers are links into the package."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["models", "api", "examples"])
def test_a_link_leads_into_the_package(name: str) -> None:
    link = ROOT / name
    assert link.is_symlink()
    assert link.resolve() == ROOT / "jvopt" / name
    assert link.is_dir()
