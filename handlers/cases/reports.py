"""What somebody says is wrong, and where."""

from dataclasses import dataclass

from storage.models.cases import Source, Urgency
from storage.models.organization import Estate


@dataclass(frozen=True, slots=True)
class Place:
    """Where the trouble is, as far as it is known."""

    estate: Estate | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    spot: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a resident says is wrong, and where; `entered_by_id` is who reported it for them."""

    community_id: int
    category: str
    subcategory: str | None
    urgency: Urgency
    text: str
    place: Place
    is_whisper: bool = False  # 悄悄话, 别说是我: who said it is hidden, and no residents' group is told
    source: Source = Source.ACCOUNT
    outside_number: str = ""  # of the hotline's own sheet
    entered_by_id: int | None = None
