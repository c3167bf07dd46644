"""All wording: fixed sentences (`sentences.toml`, said through `say`) and what is put together from facts."""

from handlers.replies.sentences import say

__all__ = ["say"]
