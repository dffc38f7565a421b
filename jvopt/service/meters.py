"""What the service measures of itself, for Prometheus."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


class Meters:
    """The meters of one service process.

    Attributes
    ----------
    requests
        Seconds of answering, by method, route and status.
    submitted, ended
        Jobs that came in here, by kind, and that ended here, by state.
    seconds
        Seconds that jobs were at work, by kind.
    jobs
        Jobs in the database, by state, as of the last look.
    """

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.requests = Histogram(
            "jvopt_request_seconds",
            "Seconds until a request was answered.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=own,
        )
        self.submitted = Counter(
            "jvopt_jobs_submitted", "Jobs that came in here.", ("kind",), registry=own
        )
        self.ended = Counter("jvopt_jobs_ended", "Jobs that ended here.", ("state",), registry=own)
        self.seconds = Histogram(
            "jvopt_job_seconds",
            "Seconds that a job was at work.",
            ("kind",),
            buckets=_SECONDS,
            registry=own,
        )
        self.jobs = Gauge("jvopt_jobs", "Jobs in the database.", ("state",), registry=own)
        Gauge("jvopt_start_time_seconds", "When the service began.", registry=own).set(time.time())

    def text(self, counts: dict[str, int]) -> bytes:
        """Give all meters as Prometheus reads them.

        Parameters
        ----------
        counts
            Jobs by state.
        """
        self.jobs.clear()
        for state, count in counts.items():
            self.jobs.labels(state).set(count)
        return generate_latest(self.registry)
