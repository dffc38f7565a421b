"""Run every benchmark, or those named, and write their tables beside this file, in ``out/``."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pandas as pd

from benchmarks import examples, handover, whatif, workbooks


def main() -> None:
    out = Path(__file__).parent / "out"
    out.mkdir(exist_ok=True)
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for module in (handover, examples, whatif, workbooks):
        name = module.__name__.rpartition(".")[2]
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        table = module.run()
        table.to_csv(out / f"{name}.csv", index=False)
        print(f"\n{(module.__doc__ or '').splitlines()[0]}")
        with pd.option_context("display.width", 160, "display.max_columns", 20):
            print(table.to_string(index=False, float_format=lambda x: f"{x:.3g}"))


if __name__ == "__main__":
    main()
