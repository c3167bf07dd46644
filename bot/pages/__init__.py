"""Pages behind links without a login: the minutes, a calendar file, the surveys of a measure."""
