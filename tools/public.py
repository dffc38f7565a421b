"""The public API, as a list of names and signatures for review."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

HEAD = """\
# The public API: what stands here changes only with the version, and is told in the CHANGELOG.
# Renew it after a change that is meant: .venv/bin/python tools/generate.py
"""
MODULES = ("jvopt", "jvopt.analysis", "jvopt.models", "jvopt.client")
FURTHER = {
    "jvopt.core.report": ("Report",),
    "jvopt.solve.whatif": ("Prepared", "WhatIf"),
}
"""Classes that public functions give."""


def listing() -> str:
    """Give all names with their signatures."""
    lines = [HEAD]
    for name in MODULES:
        module = import_module(name)
        lines += _module(name, module, _public(module))
    for name, classes in FURTHER.items():
        lines += _module(name, import_module(name), classes)
    return "\n".join(lines).rstrip() + "\n"


def _public(module: ModuleType) -> tuple[str, ...]:
    """Name what a module offers: its ``__all__``, else the classes that it defines."""
    if named := getattr(module, "__all__", None):
        return tuple(sorted(named))
    found = inspect.getmembers(module, inspect.isclass)
    return tuple(n for n, c in found if c.__module__ == module.__name__ and n[0] != "_")


def _module(name: str, module: ModuleType, names: tuple[str, ...]) -> Iterator[str]:
    yield f"[{name}]"
    for each in names:
        what = getattr(module, each)
        if inspect.isclass(what):
            yield from _class(what)
        elif callable(what):
            yield f"{each}{inspect.signature(what)}"
        else:
            yield each
    yield ""


def _class(what: type) -> Iterator[str]:
    yield f"class {what.__name__}{_signature(what)}"
    for name, member in sorted(vars(what).items()):
        if name.startswith("_"):
            continue
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        is_call = inspect.isfunction(plain)
        yield f"    {name}{inspect.signature(plain) if is_call else ''}"


def _signature(what: type) -> str:
    try:
        return str(inspect.signature(what))
    except (TypeError, ValueError):
        return ""
