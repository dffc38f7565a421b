"""Solving on a Dask cluster: each worker keeps solving processes of its own, as a service would."""

from __future__ import annotations

import contextlib
import math
import queue
import secrets
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

import structlog
from distributed import Client, Future, get_worker
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker

from jvopt.service.executors.local import LocalExecutor
from jvopt.service.news import News
from jvopt.service.runner import Run, Watch
from jvopt.service.task import Answer, Ended, Killed, Step, Task

log = structlog.get_logger("jvopt")

_BEGUN = "begun"
_GONE = (KilledWorker, CancelledError, FutureCancelledError, CommClosedError, OSError, TimeoutError)


class DaskExecutor:
    """A Dask cluster that does tasks.

    Parameters
    ----------
    address
        Of its scheduler, as in ``tcp://host:8786``.
    memory_mb
        Most memory of each solving process on its workers, in MB; 0 for no limit.
    """

    def __init__(self, address: str, memory_mb: int = 0) -> None:
        self._address = address
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._client: Client | None = None
        self._slots = 1

    @property
    def slots(self) -> int:
        """The most threads that all workers ever had at a look: some may be away for a while."""
        client = self._connect(once=True)
        if client is not None:
            with contextlib.suppress(*_GONE):
                self._slots = max(self._slots, sum(client.nthreads().values()))
        return self._slots

    @property
    def free(self) -> bool:
        """Whether a task would begin at once."""
        client = self._connect(once=True)
        if client is not None:
            with contextlib.suppress(*_GONE):
                at_work = sum(len(tasks) for tasks in client.processing().values())
                return bool(at_work < sum(client.nthreads().values()))
        return False

    @contextmanager
    def slot(self) -> Iterator[_There]:
        """Wait until the cluster can be reached; which worker is free is for it to say."""
        client = self._connect()
        assert client is not None
        yield _There(client, self._memory_mb)

    def close(self) -> None:
        """Leave the cluster as it is."""
        self._closed.set()
        if self._client is not None:
            self._client.close(timeout=2)

    def _connect(self, once: bool = False) -> Client | None:
        pause = 0.5
        while not self._closed.is_set():
            with self._lock:
                if self._client is not None and self._client.status == "running":
                    return self._client
                try:
                    if self._client is not None:
                        self._client.close(timeout=1)
                    self._client = Client(self._address, timeout=3, set_as_default=False)
                    return self._client
                except _GONE as error:
                    log.warning("the cluster is away", address=self._address, what=str(error))
            if once:
                return None
            self._closed.wait(pause)
            pause = min(2 * pause, 5.0)
        raise Killed("The service is stopping.")


class _There:
    """A task that is done by some worker of a cluster."""

    def __init__(self, client: Client, memory_mb: int) -> None:
        self._client = client
        self._memory_mb = memory_mb
        self._topic = f"jvopt-{secrets.token_hex(8)}"
        self._told: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._worker: str | None = None
        self._asked = ""
        self._lock = threading.Lock()

    def answer(self, task: Task, watch: Watch | None = None, grace: float = math.inf) -> Answer:
        """Do a task and wait for its answer."""
        client, topic = self._client, self._topic
        try:
            client.subscribe_topic(topic, lambda event: self._told.put(event[1]))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a case of many MB is as it should be
                future = client.submit(
                    _do, task, topic, grace, self._memory_mb, key=topic, pure=False
                )
            try:
                return self._await(future, watch)
            finally:
                with contextlib.suppress(*_GONE):
                    client.unsubscribe_topic(topic)
                    future.release()
        except _GONE as error:
            if self._asked == "kill":
                raise Killed("The run was ended.") from None
            what = f"The worker or the cluster was lost ({type(error).__name__})."
            raise Ended(what, str(error)) from None

    def stop(self) -> None:
        """End the search and keep the best plan so far."""
        self._ask("stop")

    def kill(self) -> None:
        """End what runs at once."""
        self._ask("kill")

    def _await(self, future: Future, watch: Watch | None) -> Answer:
        while True:
            try:
                told = self._told.get(timeout=0.2)
            except queue.Empty:
                # What was told comes another way than the answer, and may come later.
                if future.done():
                    answer: Answer = future.result(timeout=30)
                    return answer
                if self._client.status != "running":
                    raise CommClosedError("the scheduler has gone") from None
                if self._asked == "kill" and self._worker is None:
                    future.cancel(force=True)
                    raise Killed("The run was ended.") from None
                continue
            if told[0] == _BEGUN:
                with self._lock:
                    self._worker = told[1]
                if self._asked:  # it was asked for while the task waited, or for a worker that died
                    self._send(self._asked)
            elif watch is not None:
                watch(Step(*told))

    def _ask(self, what: str) -> None:
        with self._lock:
            self._asked = what
            known = self._worker is not None
        if known:
            self._send(what)

    def _send(self, what: str) -> None:
        with contextlib.suppress(*_GONE, ValueError):
            at = [str(self._worker)]
            self._client.run(_end, self._topic, what, workers=at, wait=False)


# What follows runs on the workers.

_executor: LocalExecutor | None = None
_at_work: dict[str, Run] = {}
_lock = threading.Lock()


def _do(task: Task, topic: str, grace: float, memory_mb: int) -> Answer:
    """Do a task in a solving process of this worker."""
    global _executor
    worker = get_worker()
    with _lock:
        if _executor is None:
            _executor = LocalExecutor(worker.state.nthreads, memory_mb)
    news = News()

    def tell(step: Step) -> None:
        if news.passes(step):
            worker.log_event(topic, list(step))

    with _executor.slot() as run:
        with _lock:
            _at_work[topic] = run
        worker.log_event(topic, [_BEGUN, worker.address])
        try:
            return run.answer(task, tell, grace)
        finally:
            with _lock:
                del _at_work[topic]


async def _end(topic: str, what: str) -> None:
    """End a task, if it is at work here."""
    with _lock:
        run = _at_work.get(topic)
        if run is not None:
            run.kill() if what == "kill" else run.stop()
