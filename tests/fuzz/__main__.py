"""`make fuzz`: mutate workbooks and JSON cases, and keep what must not happen in the corpus.

make fuzz ARGS="--workbooks 500 --cases 500 --seed 7 --first 0 --processes 1"
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.fuzz.inputs import recipe

CORPUS = Path(__file__).parent / "corpus"
PATIENCE = 300.0
"""Seconds without a word after which a process hangs."""


def main() -> int:
    """Run; the exit code is 1 where something was found."""
    ask = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    ask.add_argument("--workbooks", type=int, default=20_000)
    ask.add_argument("--cases", type=int, default=20_000)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--first", type=int, default=0, help="number to begin with")
    ask.add_argument("--processes", type=int, default=2)
    asked = ask.parse_args()
    marks: dict[str, int] = {}
    for kind, count in (("xlsx", asked.workbooks), ("json", asked.cases)):
        began = time.monotonic()
        run = Run(kind, asked.seed, asked.first, asked.first + count, asked.processes, marks)
        run.go()
        seconds = time.monotonic() - began
        print(f"{run.done} {kind} inputs in {seconds:.0f} s, seed {asked.seed}", flush=True)
        if run.done < count:
            marks[f"unfinished: {kind} inputs"] = count - run.done
    for mark, times in marks.items():
        print(f"{times:6} x {mark}")
    print("no finding" if not marks else f"{len(marks)} kinds of findings, kept in {CORPUS}")
    return 1 if marks else 0


class Run:
    """The inputs of one kind, shared out among some processes that are watched."""

    def __init__(self, kind, seed, first, end, processes, marks) -> None:
        self.kind, self.seed, self.end, self.step = kind, seed, end, processes
        self.firsts = [first + n for n in range(processes)]
        self.marks = marks
        self.done = 0

    def go(self) -> None:
        threads = [threading.Thread(target=self._share, args=(first,)) for first in self.firsts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _share(self, first: int) -> None:
        """Run a process to the end of its share, and another in its place where it dies."""
        following: int | None = first
        while following is not None and following < self.end:
            following = self._process(following)

    def _process(self, first: int) -> int | None:
        words = [self.seed, self.kind, first, self.step, self.end, 1]
        command = [sys.executable, "-m", "tests.fuzz.worker", *map(str, words)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
        threading.Thread(target=_pass_on, args=(process.stderr, None), daemon=True).start()
        number, why = first, "died"
        while True:
            try:
                line = lines.get(timeout=PATIENCE)
            except queue.Empty:
                process.kill()
                why = "hangs"
                break
            if not line:
                break
            told = json.loads(line)
            if told.get("number", 0) is None:
                process.wait()
                return None
            if "number" in told:
                number = told["number"]
                self.done += 1
                if self.done % 500 == 0:
                    print(f"{self.done} {self.kind}", flush=True)
            elif "fuzzer" in told:
                print(told["fuzzer"], flush=True)
            else:
                self._keep(told, number)
        process.wait()
        made = recipe(self.seed, number, self.kind)
        content = base64.b64encode(made.made()).decode()
        told = {"finding": why, "what": why, "details": f"code {process.returncode}"}
        told |= {"recipe": str(made), "kind": self.kind, "content": content}
        self._keep(told, number)
        return number + self.step

    def _keep(self, told: dict[str, str], number: int) -> None:
        """Note a finding; the first of its kind goes into the corpus."""
        mark = f"{told['what']}: {told['finding']}"
        self.marks[mark] = self.marks.get(mark, 0) + 1
        if self.marks[mark] > 1:
            return
        content = base64.b64decode(told["content"])
        name = f"{told['what']}-{hashlib.sha256(content).hexdigest()[:10]}.{told['kind']}"
        CORPUS.mkdir(exist_ok=True)
        (CORPUS / name).write_bytes(content)
        print(
            f"--- {mark}\n    {name}: number {number}, {told['recipe']}\n{told['details']}",
            flush=True,
        )


def _pass_on(stream, lines) -> None:
    for line in stream:
        if lines is not None:
            lines.put(line)
    if lines is not None:
        lines.put(b"")


if __name__ == "__main__":
    sys.exit(main())
