"""Plain log lines on standard error, with the ids that `extra` carries."""

import logging
import sys

QUIET = ("alembic", "aiohttp.access", "apscheduler", "jieba", "asyncio")  # their news are warnings only
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """One line a record: time, level, module, message, then key=value for every extra."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line (and its traceback below, when it has one)."""
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        first, *rest = super().format(record).split("\n")
        told = " ".join([first, *(f"{key}={value}" for key, value in extras.items())])
        return "\n".join([told, *rest])


def set_up(*, verbose: bool) -> None:
    """The process logs from now on: news and worse, with `verbose` everything."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET if verbose else logging.WARNING)
