"""The reader of what is said about consultation: the first of its parts that knows the words has them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from nlp.commands import without_mention
from nlp.consultation.said import Said, TableWord
from nlp.lexicon import Lexicon
from nlp.places import Places

LONGEST: Final = 4000  # characters; minutes may be long
Part = Callable[[Said], TableWord | None]
PARTS: Final[tuple[Part, ...]] = ()


class TableReader:
    """Reads with one lexicon; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is loaded here; the lexicon was built at start."""
        self._fold = lexicon.spelling.fold

    def read(
        self,
        text: str,
        quoted: str | None = None,
        *,
        is_resident: bool,
        now: datetime,
        places: Places,
        robot_name: str = "回音",
    ) -> TableWord | None:
        """What the text says about consultation, `None` for everything else; never raises, whatever the text.

        `now` is aware; times in `args` are ISO strings in Asia/Shanghai.
        """
        body = (text.strip() if is_resident else without_mention(text, robot_name))[:LONGEST]
        beside = self._fold(quoted or "")[:LONGEST]
        said = Said(body, self._fold(body), beside, is_resident, places, now)
        return next((found for part in PARTS if (found := part(said)) is not None), None)
