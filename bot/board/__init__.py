"""The public board (公示栏) of a community: meetings ahead, what was agreed and by when, how votes ended."""

from bot.board.pages import BoardPages

__all__ = ["BoardPages"]
