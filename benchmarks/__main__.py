"""Run every benchmark, or those named, and write their tables beside this file, in ``out/``."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version

import pandas as pd

from benchmarks.published import TwoStage, load
from benchmarks.runs import WAYS, Options

MINUTES = {
    "handover": 2,
    "scaling": 15,
    "examples": 1,
    "whatif": 20,
    "analyses": 5,
    "workbooks": 4,
    "service": 4,
    "page": 5,
    "location": 90,
    "two_stage": 340,
    "plots": 1,
}
"""The benchmarks in the order they run, and how long each takes on two cores, at most or so."""
WITH_OPTIONS = ("location", "two_stage", "plots")
PACKAGES = ("highspy", "pyomo", "linopy", "pulp", "pyscipopt")


def main() -> None:
    names, options = asked(sys.argv[1:])
    options.out.mkdir(parents=True, exist_ok=True)
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print(f"{platform.machine()}, Python {platform.python_version()}, {packages}")
    if options.quick:
        print("A QUICK LOOK: short time limits, one turn; these are not the figures to publish.")
    elif not options.instances:
        minutes = sum(MINUTES[name] for name in names)
        print(f"{', '.join(names)}: {_length(minutes)} at most or so, less what was done before")
    for name in names:
        module = import_module(f"benchmarks.{name}")
        run: Callable[..., pd.DataFrame | dict[str, pd.DataFrame]] = module.run
        print(f"\n{(module.__doc__ or '').splitlines()[0]}", flush=True)
        found = run(options) if name in WITH_OPTIONS else run()
        tables = found if isinstance(found, dict) else {name: found}
        for title, table in tables.items():
            table.to_csv(options.out / f"{title}.csv", index=False)
            with pd.option_context("display.width", 200, "display.max_columns", 30):
                print(f"\n{title}")
                print(table.to_string(index=False, float_format=lambda x: f"{x:.6g}"))


def asked(words: list[str]) -> tuple[list[str], Options]:
    """Read the command line: the benchmarks to run, in their order, and how."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Run benchmarks of jvopt and its peers; tables go to benchmarks/out/.",
        epilog="Runs of location and two_stage are kept one by one: a suite that was interrupted "
        "goes on where it was. Benchmarks and minutes: "
        + ", ".join(f"{name} {minutes}" for name, minutes in MINUTES.items()),
    )
    parser.add_argument(
        "what",
        nargs="*",
        metavar="BENCHMARK or INSTANCE",
        help="benchmarks to run, all by default; after location or two_stage also instances: by "
        "name (capa-8000), or files of OR-Library (path/to/capa.txt:8000 with the capacity that "
        "the file leaves open) and of Mauri et al. (path/to/PSC1-C1-50-5.txt.gz)",
    )
    parser.add_argument(
        "--ways",
        nargs="+",
        choices=list(WAYS),
        metavar="WAY",
        help="only these ways to solve: " + ", ".join(f"{way} ({WAYS[way]})" for way in WAYS),
    )
    parser.add_argument("--fresh", action="store_true", help="run again what was done before")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a look at whether all works: 10 s each on large instances, one turn, tables in "
        "benchmarks/out/quick/",
    )
    given = parser.parse_args(words)
    named = [word for word in given.what if word in MINUTES]
    instances = [word for word in given.what if word not in MINUTES]
    if instances and named not in (["location"], ["two_stage"]):
        parser.error(f"{instances[0]} is no benchmark; instances go after location or two_stage")
    for instance in instances:
        try:
            problem, _ = load(instance)
        except ValueError as error:
            parser.error(str(error))
        if isinstance(problem, TwoStage) != (named == ["two_stage"]):
            parser.error(f"{instance} is no instance for {named[0]}")
    names = [name for name in MINUTES if not given.what or name in named]
    return names, Options(instances, given.ways or [], given.fresh, given.quick)


def _length(minutes: int) -> str:
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} hours"


if __name__ == "__main__":
    main()
