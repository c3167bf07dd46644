"""Who else hears of what happened to a case."""
