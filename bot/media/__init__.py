"""Photos, voices and videos are fetched from the platforms before these drop them, checked, and kept.

`worker` claims what waits and records what became of it, `download` reads from the network within bounds,
`checking` and `photos` decide what may be kept; how each platform gives its files out stands with the
channels (`bot/channels/*/media.py`), and `fetchers` lists them.
"""
