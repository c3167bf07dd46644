"""Long texts in parts: cut at line ends if possible, never through what people see as one character."""

import unicodedata

ELLIPSIS = "…"
JOINER = "\u200d"
STOPS = "。！？；.!?;"
MIN_FILL = 2  # a nicer place is taken when the part is then still at least 1/2 full


def split_text(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` UTF-8 bytes, white space at their ends left out; empty: no parts.

    A part ends, in order of preference, at a line end, a sentence end, or any place that tears neither a
    composed character (emoji with skin tone, flags, accents) nor a link.
    """
    parts = []
    rest = text.strip()
    while rest:
        end = _cut(rest, limit)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in parts if part]


def shorten(text: str, limit: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis into `limit` UTF-8 bytes."""
    if len(_bytes(text)) <= limit:
        return text
    room = limit - len(_bytes(ELLIPSIS))
    return text[: _cut(text, room)].rstrip() + ELLIPSIS


def abridge(text: str, characters: int) -> str:
    """The text, or as much of its beginning as makes `characters` with an ellipsis."""
    if len(text) <= characters:
        return text
    at = characters - len(ELLIPSIS)
    while at > 0 and _tears(text, at):
        at -= 1
    return text[: at or characters - len(ELLIPSIS)].rstrip() + ELLIPSIS


def _cut(text: str, limit: int) -> int:
    fitting = _fitting(text, limit)
    if fitting == len(text):
        return fitting
    least = fitting // MIN_FILL
    for at in (_after_last(text, "\n", fitting), _after_last(text, STOPS, fitting)):
        if at > least and not _tears(text, at):
            return at
    at = fitting
    while at > 0 and _tears(text, at):
        at -= 1
    return at or fitting  # one monstrous character: cut it after all


def _fitting(text: str, limit: int) -> int:
    """How many characters fit; at least one, so that there is an end."""
    head = _bytes(text[:limit])[:limit].decode("utf-8", "ignore")
    return max(1, len(head))


def _after_last(text: str, characters: str, end: int) -> int:
    return max(text.rfind(character, 0, end) for character in characters) + 1


def _tears(text: str, at: int) -> bool:
    """Whether a cut before text[at] would go through something that belongs together."""
    before, after = text[at - 1], text[at]
    if JOINER in (before, after) or _is_attached(after):
        return True
    if _is_regional(before) and _is_regional(after):
        run = 0
        while run < at and _is_regional(text[at - 1 - run]):
            run += 1
        return run % 2 == 1
    return _is_in_link(text, at)


def _is_attached(character: str) -> bool:
    """Combining marks, variation selectors, keycaps, skin tones and tags belong to what stands before."""
    is_mark = unicodedata.category(character) in ("Mn", "Me", "Mc")
    return is_mark or "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_in_link(text: str, at: int) -> bool:
    opened = text.rfind("<a ", 0, at + 2)  # begun before the cut
    if opened < 0:
        return False
    closed = text.find("</a>", opened)
    return closed >= 0 and closed + len("</a>") > at


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
