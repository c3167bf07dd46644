"""Pages behind links without a login: Jinja2 files, into which nothing goes unescaped, and the headers."""

import hashlib
from base64 import b64encode
from importlib.resources import files
from typing import Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

FOLDER = files("bot.pages") / "templates"
STYLE: Final = FOLDER.joinpath("style.css").read_text("utf-8")
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
PAGES: Final = Environment(
    loader=PackageLoader("bot.pages"),
    autoescape=True,
    undefined=StrictUndefined,  # a forgotten fact is a bug, never an empty place
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, /, **facts: object) -> str:
    """The page `templates/{template}`, which extends `frame.html` (blocks `title` and `content`)."""
    return PAGES.get_template(template).render(style=STYLE, **facts)


def page(text: str, *, status: int = 200) -> web.Response:
    """The answer with the headers of every page: nothing from elsewhere, no script, not kept, not listed."""
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)


def message_page(title: str, text: str, *, status: int = 200) -> web.Response:
    """A page that only says something: 404 for what never was a link, 410 for one that has ended."""
    return page(rendered("message.html", title=title, text=text), status=status)
