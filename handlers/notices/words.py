"""What of somebody's words may be read by whom."""

from sqlalchemy import Connection

from handlers.privacy import concerns_a_worker
from handlers.replies import say
from nlp.masking import mask_contacts
from nlp.speakers import mask_speaker
from storage.models.cases import Case


def words_for_staff(_db: Connection, case: Case, text: str) -> str:
    """What staff read one-to-one: of a whisper nothing that tells who speaks, for that is on record."""
    return mask_speaker(text) if case.has_whisper else text


def words_for_workers(db: Connection, case: Case, text: str) -> str:
    """What workers may read of somebody's words: without phone numbers, and nothing of a complaint of them.

    Of what was said in confidence nothing that tells who speaks.
    """
    if case.is_confidential or concerns_a_worker(db, case.community_id, text):
        return say(case.community_id, "confidential")
    return mask_speaker(text) if case.has_whisper else mask_contacts(text)
