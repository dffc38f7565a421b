"""A client of the HTTP service: `pip install httpx` and this file are all that it takes.

>>> client = Client("http://127.0.0.1:8000")  # or Client(url, "jvopt_...") with an access key
>>> job = client.submit(Path("case.xlsx").read_bytes(), name="March")
>>> job = client.wait(job.id)
>>> client.result(job.id)["tables"]["purchases"]
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import httpx

ENDED = ("succeeded", "failed", "cancelled")
_JSON = "application/json"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_WAIT = 30.0
"""Seconds for which the service is asked to hold an answer back, at a time."""

_PAUSE = 0.5
"""Seconds before a stream that ended before its job is opened again."""


class Jsonable(Protocol):
    """What can write itself as JSON, as a `jvopt.Case` can."""

    def to_json(self) -> str:
        """Give the JSON."""
        ...


Sent = bytes | str | Mapping[str, Any] | Jsonable
"""A case: a workbook or JSON as bytes, JSON as text, its tables, or a `jvopt.Case`."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong with a case or a request, or worth knowing.

    Attributes
    ----------
    code, severity, message, hint
        A stable name, ``error`` or ``warning``, what is wrong, and what would be right.
    table, row, column, value, sheet, cell
        Where, and what stands there, as far as that can be told.
    """

    code: str
    severity: str
    message: str
    hint: str = ""
    table: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Where a job stands; times are as in ISO 8601, everything else as the service tells it."""

    id: str
    name: str
    tags: list[str]
    kind: str
    parent: str | None
    state: str
    cancelling: bool
    termination: str | None
    found: bool | None
    objective: float | None
    currency: str | None
    gap: float | None
    created: str
    started: str | None
    finished: str | None
    issues: list[Found]
    failure: dict[str, str] | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was told of a job: its number, what it is, and its data."""

    number: int
    event: str
    data: dict[str, Any]


class ServiceError(Exception):
    """The service did not do what it was asked.

    Attributes
    ----------
    status
        The HTTP status.
    issues
        What is wrong, and what would be right.
    """

    def __init__(self, status: int, detail: str, issues: Sequence[Found] = ()) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.issues = list(issues)


class Client:
    """A client of one service; close it, or use it in a ``with`` statement.

    Every function raises `ServiceError` where the service refuses, and `httpx.TransportError` where
    it cannot be reached.

    Parameters
    ----------
    url
        Of the service, as in ``http://127.0.0.1:8000``.
    key
        Access key, where the service wants one.
    timeout
        Seconds to wait for an answer, and in `events` for a service that went away to come back.
    """

    def __init__(self, url: str, key: str | None = None, timeout: float = 60.0) -> None:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        base = f"{url.rstrip('/')}/v1"
        self._timeout = timeout
        self._http = httpx.Client(base_url=base, headers=headers, timeout=timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def submit(self, case: Sent, *, idempotency_key: str | None = None, **options: Any) -> Job:
        """Send a case whose best plan is to be found.

        Parameters
        ----------
        idempotency_key
            Sent again with the same order, it gives the same job.
        **options
            As the query of ``POST /v1/jobs`` takes them: `scenario`, `time_limit`, `gap`, `lang`,
            `name`, and `tag`, a list.
        """
        return self._sent("/jobs", case, options, idempotency_key)

    def analyse(
        self, analysis: str, case: Sent, *, idempotency_key: str | None = None, **options: Any
    ) -> Job:
        """Send a case with a question of `docs/analyses.md`.

        Parameters
        ----------
        analysis
            Its name, as in ``breakeven``.
        idempotency_key, **options
            As in `submit`; the options are those of the analysis.
        """
        return self._sent(f"/analyses/{analysis}/jobs", case, options, idempotency_key)

    def whatif(self, id: str, orders: Sequence[Mapping[str, Any]]) -> list[Job]:
        """Ask more about the case of a job: each order is a job of its own, all taken or none.

        Parameters
        ----------
        orders
            Up to 10,000, each with any of `name`, `tags`, `scenario`, `changes`, `time_limit`,
            `gap` and `lang`.
        """
        told = self._json("POST", f"/jobs/{id}/whatif", json={"orders": list(orders)})
        return [_job(job) for job in told["jobs"]]

    def job(self, id: str, wait: float = 0) -> Job:
        """Tell where a job stands, once it has ended or so many seconds (up to 60) are over."""
        return _job(self._json("GET", f"/jobs/{id}", params={"wait": wait}, timeout=wait + 60))

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """Give your jobs, the newest first: by `state`, `kind`, `tag` or `parent`."""
        page: dict[str, Any] = {"limit": 200, **filters}
        while True:
            told = self._json("GET", "/jobs", params=page)
            yield from map(_job, told["jobs"])
            if told["next"] is None:
                return
            page["before"] = told["next"]

    def wait(self, id: str, timeout: float = float("inf")) -> Job:
        """Wait until a job has ended; `TimeoutError` once so many seconds are over."""
        until = time.monotonic() + timeout
        while True:
            left = until - time.monotonic()
            job = self.job(id, wait=max(0.0, min(left, _LONGEST_WAIT)))
            if job.ended:
                return job
            if left <= 0:
                raise TimeoutError(f"The job {id} has not ended.")

    def events(self, id: str, after: int = 0) -> Iterator[Event]:
        """Follow a job to its end, also past a service that stops and starts again.

        Parameters
        ----------
        after
            Number of the last event that is known: it goes on from there, and nothing is missed.
        """
        away = -math.inf  # since when; a service that was never reached is not waited for
        while True:
            try:
                # Asked first: what is streamed of a job that had ended holds its end as well.
                ended = self.job(id).ended
                away = math.inf
                for event in self._streamed(id, after):
                    yield event
                    after = event.number
                    ended = ended or event.data.get("state") in ENDED
                if ended:
                    return
            except (httpx.TransportError, ServiceError) as error:
                if isinstance(error, ServiceError) and error.status != 503:
                    raise
                away = min(away, time.monotonic())
                if time.monotonic() - away > self._timeout:
                    raise
            time.sleep(_PAUSE)

    def _streamed(self, id: str, after: int) -> Iterator[Event]:
        headers = {"Last-Event-ID": str(after)}
        with self._http.stream("GET", f"/jobs/{id}/events", headers=headers) as answer:
            if answer.is_error:
                answer.read()
                raise _error(answer)
            told: dict[str, str] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if line and name:
                    told[name] = value
                elif "data" in told:
                    yield Event(int(told["id"]), told["event"], json.loads(told["data"]))
                    told = {}

    def cancel(self, id: str) -> Job:
        """Ask for the end of a job; its best plan so far is kept."""
        return _job(self._json("POST", f"/jobs/{id}/cancel"))

    def rename(self, id: str, name: str) -> Job:
        """Give a job another name."""
        return _job(self._json("PATCH", f"/jobs/{id}", json={"name": name}))

    def delete(self, id: str) -> None:
        """Delete a job that has ended, and its result."""
        self._ask("DELETE", f"/jobs/{id}")

    def result(self, id: str) -> dict[str, Any]:
        """Give the plan or the report as JSON, as `jvopt.core.plan.Plan.to_dict` does."""
        found: dict[str, Any] = self._json("GET", f"/jobs/{id}/result")
        return found

    def workbook(self, id: str) -> bytes:
        """Give the result as a workbook; of a workbook with errors, the copy that marks them."""
        return self._ask("GET", f"/jobs/{id}/result.xlsx", timeout=300).content

    def table(self, id: str, name: str) -> bytes:
        """Give one table of the result as Parquet."""
        return self._ask("GET", f"/jobs/{id}/tables/{name}.parquet").content

    def _sent(self, path: str, case: Sent, options: Mapping[str, Any], key: str | None) -> Job:
        content = case if isinstance(case, (bytes, str)) else _as_json(case)
        book = isinstance(content, bytes) and content.startswith(b"PK")
        headers = {"Content-Type": _XLSX if book else _JSON}
        headers |= {} if key is None else {"Idempotency-Key": key}
        given = {name: value for name, value in options.items() if value is not None}
        return _job(self._json("POST", path, content=content, params=given, headers=headers))

    def _json(self, method: str, path: str, **given: Any) -> Any:
        return self._ask(method, path, **given).json()

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        answer = self._http.request(method, path, **given)
        if answer.is_error:
            raise _error(answer)
        return answer


def _as_json(case: Mapping[str, Any] | Jsonable) -> str:
    return json.dumps(case) if isinstance(case, Mapping) else case.to_json()


def _job(told: dict[str, Any]) -> Job:
    values = {name: told[name] for name in _names(Job)}
    return Job(**values | {"issues": [_found(issue) for issue in told["issues"]]})


def _found(told: dict[str, Any]) -> Found:
    return Found(**{name: told[name] for name in _names(Found) if name in told})


def _names(kind: type) -> list[str]:
    """Name the fields that are known here: later services may tell more."""
    return [field.name for field in fields(kind)]


def _error(answer: httpx.Response) -> ServiceError:
    try:
        told = answer.json()
        issues = [_found(issue) for issue in told["errors"]]
        return ServiceError(answer.status_code, told["detail"], issues)
    except (ValueError, KeyError, TypeError):  # from something between here and the service
        return ServiceError(answer.status_code, answer.text[:200])
