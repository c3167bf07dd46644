"""Broadcasts of staff: planned and shown first, sent only with a code, followed until the last is out."""
