"""Where a robot's file lies, and the key it is encrypted under, in one text.

On the long connection each file has a key of its own. It is of use only as long as the address, five minutes,
and goes with it everywhere, behind a mark that is never sent: what a fragment is to an address.
"""

import base64
import binascii

MARK = "#aeskey="
KEY_BYTES = 32  # AES-256


def with_key(url: str, key: str) -> str:
    """The address and the key as one text; the address alone when there is no key."""
    return f"{url}{MARK}{key}" if key else url


def split_key(place: str) -> tuple[str, bytes | None]:
    """The address, and the file's own key; `None` without one, ValueError when it is no key."""
    url, mark, key = place.rpartition(MARK)
    if not mark:
        return place, None
    try:
        raw = base64.b64decode(key.rstrip("=") + "=", validate=True)  # 43 characters, or 44 with their sign
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(raw) != KEY_BYTES:
        raise ValueError("not a key of 256 bits")
    return url, raw
