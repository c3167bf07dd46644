"""The page behind a one-time link: a unit without an account reads its sheet there and answers it once."""

from bot.sheets.pages import SheetPages

__all__ = ["SheetPages"]
