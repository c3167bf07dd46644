"""What became of one line that was raised at the table."""

from dataclasses import dataclass

from handlers.cases.joining import Registered
from handlers.meetings.items import Made
from storage.models.topics import Topic


@dataclass(frozen=True, slots=True)
class Raised:
    """A case, a topic, a decision, or the sentence that says why none."""

    words: str
    case: Registered | None = None
    topic: Topic | None = None
    made: Made | None = None
    refusal: str = ""
