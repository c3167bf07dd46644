"""Text on the wire: what the platforms and the database refuse is taken out."""

import re
from hashlib import sha256

KEY_LENGTH = 160  # characters of receipts.message_key
NAME_LENGTH = 128  # characters of identities.external_id and conversations.chat

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without control characters and halves of characters."""
    return _FORBIDDEN.sub("", text)


def is_clean(text: str) -> bool:
    """Whether nothing would be taken out: names and keys are refused instead of changed."""
    return not _FORBIDDEN.search(text)


def fitting_key(key: str) -> str:
    """The key under which a message is received once, as short as its column."""
    return key if len(key) <= KEY_LENGTH else sha256(key.encode()).hexdigest()
