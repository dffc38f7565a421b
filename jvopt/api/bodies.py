"""What a request sends and which form of answer it wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.types import Message

from jvopt.api.problems import Trouble
from jvopt.service.messages import mistake, too_large
from jvopt.service.task import MEDIA_TYPES, Form

MULTIPART = "multipart/form-data"
Document = TypeVar("Document", bound=BaseModel)
_DRAINED = 4
"""How many times the limit is read, and thrown away, so that the client gets to see the answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The case that a request sends."""

    content: bytes
    kind: Form


async def read_case(request: Request, most: int) -> Sent:
    """Read the case from a request's body.

    Parameters
    ----------
    request
        With JSON, a workbook, or either as the only file of a form.
    most
        Largest body in bytes. What goes beyond is never kept, whatever Content-Length says.

    Raises
    ------
    Trouble
        413 too large, 415 another type of content, 400 a broken form.
    """
    media = _bare(request.headers.get("content-type", ""))
    kind = _kind_of(media)
    if kind is None and media != MULTIPART:
        raise _unsupported(media)
    limited = Request(request.scope, _Limited(request, most))
    if kind is not None:
        return Sent(await limited.body(), kind)
    async with limited.form(max_files=2, max_fields=10) as form:
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        if len(files) != 1:
            raise Trouble(400, [mistake("not_one_file", len(files))])
        kind = _kind_of(_bare(files[0].content_type or "")) or _kind_of_name(files[0].filename)
        if kind is None:
            raise _unsupported(files[0].content_type or "")
        return Sent(await files[0].read(), kind)


async def read_document(request: Request, most: int, model: type[Document]) -> Document:
    """Read what is asked from a JSON body.

    Parameters
    ----------
    request
        With JSON.
    most
        Largest body in bytes.
    model
        What it should hold.

    Raises
    ------
    Trouble
        413 too large, 415 no JSON, 400 broken JSON.
    RequestValidationError
        It does not hold what it should.
    """
    media = _bare(request.headers.get("content-type", ""))
    if media != MEDIA_TYPES["json"]:
        json = MEDIA_TYPES["json"]
        raise Trouble(415, [mistake("unsupported_body", media or "none", hint=json)])
    content = await Request(request.scope, _Limited(request, most)).body()
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        if any(e["type"] == "json_invalid" for e in found):
            raise Trouble(400, [mistake("bad_request", hint=found[0]["msg"])]) from None
        raise RequestValidationError(found) from None


def answer_kind(accept: str | None, offers: Sequence[Form]) -> Form:
    """Choose the form of the answer by the Accept header; of equals the first that is offered.

    Raises
    ------
    Trouble
        406 where no offer is accepted.
    """
    ranges = [_range(part) for part in (accept or "*/*").split(",")]
    weights = {kind: _weight(MEDIA_TYPES[kind], ranges) for kind in offers}
    best = max(offers, key=lambda kind: weights[kind])
    if weights[best] == 0:
        known = " or ".join(MEDIA_TYPES[kind] for kind in offers)
        raise Trouble(406, [mistake("not_acceptable", accept, hint=known)])
    return best


def _bare(media: str) -> str:
    return media.partition(";")[0].strip().lower()


def _kind_of(media: str) -> Form | None:
    return next((kind for kind, name in MEDIA_TYPES.items() if name == media), None)


def _kind_of_name(name: str | None) -> Form | None:
    end = PurePath(name or "").suffix.lower()
    return next((kind for kind in MEDIA_TYPES if end == f".{kind}"), None)


def _unsupported(media: str) -> Trouble:
    known = ", ".join([*MEDIA_TYPES.values(), MULTIPART])
    return Trouble(415, [mistake("unsupported_media_type", media or "none", hint=known)])


def _range(part: str) -> tuple[str, float]:
    media, *parameters = part.split(";")
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = min(max(float(value), 0.0), 1.0)
            except ValueError:
                weight = 0.0
    return media.strip().lower(), weight


def _weight(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Give the weight of a media type: that of the most specific range that holds it."""
    for name in (media, f"{media.partition('/')[0]}/*", "*/*"):
        found = [weight for given, weight in ranges if given == name]
        if found:
            return max(found)
    return 0.0


class _Limited:
    """The body of a request, cut off with a problem once it is too large."""

    def __init__(self, request: Request, most: int) -> None:
        self._request = request
        self._most = most
        self._length = 0

    async def __call__(self) -> Message:
        declared = self._request.headers.get("content-length", "0")
        if (
            "expect" in self._request.headers
            and declared.isdecimal()
            and int(declared) > self._most
        ):
            raise Trouble(413, [too_large(self._most)])  # the client has not sent it yet
        message = await self._count()
        if self._length <= self._most:
            return message
        while message.get("more_body") and self._length <= _DRAINED * self._most:
            message = await self._count()
        raise Trouble(413, [too_large(self._most)])

    async def _count(self) -> Message:
        message = await self._request.receive()
        self._length += len(message.get("body", b""))
        return message
