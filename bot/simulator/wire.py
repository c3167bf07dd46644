"""JSON over HTTP as the platform speaks it: errcode in a 200, bytes read with a cap, UTF-8 throughout."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulator.world import Account, App

Json = dict[str, Any]  # where JSON enters

ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u([0-9a-fA-F]{4})")
SPOILED_ASCII = frozenset({0x3C, 0x3E, 0x26})  # < > &, which customer messages show as literal escapes


class ApiError(Exception):
    """An answer with an errcode, in HTTP 200."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


@dataclass(frozen=True)
class Call:
    """One request to a platform endpoint."""

    path: str
    query: Mapping[str, str]
    raw: bytes
    request: web.Request
    account: Account | None = None  # whose access token it carried
    app: App | None = None  # whose access token it carried; None for the one of customer contact

    def json(self) -> Json:
        """The body; ApiError 47001 when it is not a JSON object in UTF-8."""
        try:
            body = json.loads(self.raw.decode("utf-8"))
        except (ValueError, RecursionError):
            raise ApiError(47001, "data format error") from None
        if not isinstance(body, dict):
            raise ApiError(47001, "data format error")
        return body


def json_text(value: object) -> str:
    """JSON without escapes of Chinese characters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_response(value: object, *, status: int = 200) -> web.Response:
    return web.Response(
        text=json_text(value), status=status, content_type="application/json", charset="utf-8"
    )


async def read_body(request: web.Request, limit: int) -> bytes:
    """The body up to `limit` bytes, whatever cap the surrounding application has set."""
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_chunked(1 << 16):
        size += len(part)
        if size > limit:
            raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=size)
        parts.append(part)
    return b"".join(parts)


def byte_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def has_spoiling_escape(raw: bytes) -> bool:
    r"""Whether the raw JSON holds \uXXXX where the character itself was meant."""
    codes = (int(match.group(1), 16) for match in ESCAPED.finditer(raw))
    return any(code >= 0x80 or code in SPOILED_ASCII for code in codes)


def text_field(table: Mapping[str, Any], key: str) -> str:
    """A string field, empty when it is absent or of another type."""
    value = table.get(key)
    return value if isinstance(value, str) else ""


def table_field(table: Mapping[str, Any], key: str) -> Json:
    """An object field, empty when it is absent or of another type."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}
