"""公众号群发: one text to many residents of an Official Account at once."""
