"""The page's HTML: files with blanks, into which nothing goes unescaped."""

import hashlib
from base64 import b64encode
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from bot.sheets.forms import NAME_LENGTH, TEXT_LENGTH, SheetForm
from bot.sheets.views import SheetView

FOLDER = files("bot.sheets") / "templates"


def _read(name: str) -> str:
    return FOLDER.joinpath(name).read_text("utf-8")


STYLE: Final = _read("style.css")
FRAME: Final = Template(_read("frame.html"))
SHEET: Final = Template(_read("sheet.html"))
CHECK_IN: Final = _read("check_in.html")
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


def sheet_page(view: SheetView, token: str, *, error: str = "", form: SheetForm | None = None) -> str:
    """The sheet with its form; `error` says what is missing, and what was filled in stays."""
    facts = [("承办单位", view.unit), ("事项", view.kind), ("地点", view.place), ("居民原话", view.words)]
    facts += [("要办的事", view.task)] if view.task else []
    facts += [("牵头单位", view.lead)] if view.lead else []
    facts += [("期限", f"{view.due}前{'（已超期）' if view.is_late else ''}")]
    body = SHEET.substitute(
        label=escape(view.label),
        notice=_notice("wrong", error) + _notice("good", "已报到。" if view.has_come else ""),
        facts="".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in facts),
        photos=_photos(view, token),
        check_in=CHECK_IN if view.has_to_come else "",
        name=escape(form.name if form else ""),
        text=escape(form.text if form else ""),
        name_length=NAME_LENGTH,
        text_length=TEXT_LENGTH,
        contact=escape(f"{view.community} {view.phone}"),
    )
    return _framed(f"交办单 {view.label}", body)


def message_page(title: str, text: str) -> str:
    """A page that only says something."""
    return _framed(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")


def _framed(title: str, body: str) -> str:
    return FRAME.substitute(title=escape(title), style=STYLE, body=body)


def _notice(kind: str, text: str) -> str:
    return f'<p class="{kind}" role="alert">{escape(text)}</p>' if text else ""


def _photos(view: SheetView, token: str) -> str:
    """The photos; a token has no character that a path would change."""
    shown = "".join(
        f'<img src="/sheet/{escape(token)}/photos/{number}" alt="居民照片 {index}" loading="lazy">'
        for index, number in enumerate(view.photos, start=1)
    )
    return f'<div class="photos">{shown}</div>' if shown else ""
