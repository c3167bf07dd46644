"""Numbers as people write them: 33, ３３, 三十三, 三零一, 两."""

from typing import Final

FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ！ to ～ become ! to ~
DIGITS: Final = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4}
DIGITS.update({"五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "幺": 1, "俩": 2})
UNITS: Final = {"十": 10, "百": 100, "千": 1000}

NUMBER: Final = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,6})"  # part of a regular expression


def half_width(text: str) -> str:
    """The text with full-width digits, letters and punctuation made half-width, position for position."""
    return text.translate(FULL_WIDTH)


def parse_number(text: str) -> int | None:
    """The value of 33, ３３, 三十三 or 三零一; None when the text is not one whole number below 10,000."""
    text = half_width(text)
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 9 else None
    if not text or any(char not in DIGITS and char not in UNITS for char in text):
        return None
    if not any(char in UNITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text[:9]))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    total, pending, ceiling = 0, -1, 10_000
    for char in text:
        if char in DIGITS:
            if pending > 0:
                return None
            pending = DIGITS[char]
            continue
        unit = UNITS[char]
        if unit >= ceiling:
            return None
        total += (1 if pending < 0 else pending) * unit
        pending, ceiling = -1, unit
    return total + max(pending, 0)


def to_digits(text: str) -> str:
    """The number in Arabic digits without leading zeros (三十三 → 33); what is no number stays as it is."""
    value = parse_number(text)
    return text if value is None else str(value)
