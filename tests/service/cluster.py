"""A Dask cluster of processes on this machine."""

import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

DASK = Path(sys.executable).with_name("dask")


class Cluster:
    """A scheduler, and workers of one thread each."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._folder = folder
        self.workers: list[subprocess.Popen] = []
        self.start_scheduler()

    def start_scheduler(self) -> None:
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard"]
        self.scheduler = self._start(*words)

    def add_worker(self) -> subprocess.Popen:
        place = ["--local-directory", str(self._folder), "--host", "127.0.0.1"]
        worker = self._start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny", *place
        )
        self.workers.append(worker)
        return worker

    def end(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def _start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen([DASK, *words], stderr=subprocess.DEVNULL)


@contextmanager
def cluster(workers: int):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = Cluster(Path(folder))
        try:
            for _ in range(workers):
                found.add_worker()
            yield found
        finally:
            found.end()
