"""LibreOffice, where it is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def soffice(tmp_path: Path) -> Callable[[Path, str], Path]:
    """Give a function that opens a file in LibreOffice and saves it as another kind."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        words = "LIBREOFFICE IS NOT INSTALLED: workbooks were not tried in it."
        if os.environ.get("REQUIRE_LIBREOFFICE") == "1":
            pytest.fail(words)
        pytest.skip(words)

    def convert(path: Path, kind: str) -> Path:
        folder = tmp_path / "saved"
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", kind, "--outdir", folder, path]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return folder / f"{path.stem}.{kind}"

    return convert
