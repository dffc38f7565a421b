"""Trials: plans of settings that were tried, and have no name until somebody keeps them."""

from __future__ import annotations

from jvopt.service.job import Job

_TAG = "jvopt:trial"
"""Nobody else can give it: the service takes no tags that begin so."""


def tags_of(setting: str) -> tuple[str, ...]:
    """Give the tags of the trial of a setting, in words."""
    return (_TAG, setting)


def is_trial(job: Job) -> bool:
    """Tell whether a plan was only tried: who keeps one names it."""
    return _TAG in job.tags and not job.name


def setting_of(job: Job) -> str:
    """Say the setting that a plan tries; nothing for other plans."""
    return turned_in(job) if is_trial(job) else ""


def turned_in(job: Job) -> str:
    """Say the setting that a plan tried, also of one that was kept under a name since."""
    return job.tags[1] if len(job.tags) > 1 and job.tags[0] == _TAG else ""
