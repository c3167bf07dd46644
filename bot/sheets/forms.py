"""What was filled in on a sheet's page, read with a limit on every part of it."""

import asyncio
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from bot.media.checking import LIMITS
from storage.models.attachments import AttachmentKind

MAX_TEXT = 64 * 1024  # bytes of one field; far beyond any answer
MAX_PHOTO = LIMITS[AttachmentKind.PHOTO]
MAX_FIELDS = 16
MAX_BODY = MAX_PHOTO + MAX_FIELDS * MAX_TEXT
BODY_SECONDS = 120  # a photo from a cellar
NAME_LENGTH, TEXT_LENGTH = 32, 2000  # characters that are kept


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What somebody filled in; `photo` is empty without one. Long texts are cut."""

    action: str
    name: str
    text: str
    photo: bytes


class UnreadableForm(Exception):
    """The body is no form of ours."""


async def read_form(request: web.Request) -> SheetForm:
    """The form of a request; 413 as soon as a part of it is too large, 408 when it takes too long."""
    if (request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            fields = await _fields(request)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="too slow\n") from error
    return SheetForm(
        fields.get("action", b"").decode("utf-8", "replace").strip()[:NAME_LENGTH],
        _line(fields.get("name", b""))[:NAME_LENGTH],
        _text(fields.get("text", b""))[:TEXT_LENGTH],
        fields.get("photo", b""),
    )


async def _fields(request: web.Request) -> dict[str, bytes]:
    """The first part of each name; aiohttp takes the body apart as it comes."""
    if request.content_type != "multipart/form-data":
        raise UnreadableForm
    fields: dict[str, bytes] = {}
    try:
        reader = await request.multipart()
        async for part in reader:
            if not isinstance(part, BodyPartReader) or len(fields) >= MAX_FIELDS:
                raise UnreadableForm
            limit = MAX_PHOTO if part.name == "photo" else MAX_TEXT
            fields.setdefault(part.name or "", await _content(part, limit))
    except (web.HTTPException, UnreadableForm):
        raise
    except Exception as error:  # one broad guard: broken bytes are answered with errors of every family
        raise UnreadableForm from error
    return fields


async def _content(part: BodyPartReader, limit: int) -> bytes:
    """A part as it is on the wire: our own page encodes nothing."""
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(content))
    return bytes(content)


def _text(content: bytes) -> str:
    """Words as they may be stored: no control characters, which a database may refuse."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(char for char in text if char == "\n" or char.isprintable()).strip()


def _line(content: bytes) -> str:
    return " ".join(_text(content).split())
