"""Polls in rows: what is asked, what was answered, at which doors, and the rooms that may vote."""
