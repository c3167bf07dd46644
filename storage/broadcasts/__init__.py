"""Broadcasts of staff: their rows, whom they reach, what became of them, what recurs, and templates."""
