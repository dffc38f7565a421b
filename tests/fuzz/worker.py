"""A process that judges inputs, one after another, within a limit of memory."""

from __future__ import annotations

import base64
import json
import resource
import sys
import warnings

from tests.fuzz.inputs import recipe, smaller
from tests.fuzz.judge import judge

MEMORY_MB = 2048
THOROUGH = 40
"""One in so many is solved too, and its answer written."""


def main(seed: int, kind: str, first: int, step: int, count: int, large: int) -> None:
    """Judge every `step`-th of the numbers from `first` on; tell each before it is begun."""
    most = MEMORY_MB * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    sys.setrecursionlimit(1000)
    warnings.simplefilter("ignore")
    # What libraries print must not get between the lines for whoever watches.
    watcher, sys.stdout = sys.stdout, sys.stderr
    for number in range(first, count, step):
        print(json.dumps({"number": number}), file=watcher, flush=True)
        made = recipe(seed, number, kind, large=bool(large))
        thoroughly = number % THOROUGH == 0
        try:
            content = made.made()
        except Exception as error:  # a mutation that cannot be is a fault of this fuzzer
            print(json.dumps({"fuzzer": f"{made}: {error!r}"}), file=watcher, flush=True)
            continue
        found = judge(content, made.kind, thoroughly=thoroughly)
        if found is None:
            continue

        def still(trial, mark=found.mark, thoroughly=thoroughly):
            try:
                again = judge(trial.made(), trial.kind, thoroughly=thoroughly)
            except Exception:
                return False
            return again is not None and again.mark == mark

        made = smaller(made, still)
        told = {
            "finding": found.mark, "what": found.what, "details": found.details,
            "recipe": str(made), "kind": made.kind,
            "content": base64.b64encode(made.made()).decode(),
        }  # fmt: skip
        print(json.dumps(told), file=watcher, flush=True)
    print(json.dumps({"number": None}), file=watcher, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
