"""What is said about consultation (协商): `TableReader` finds it, `TableAction` names it."""

from nlp.consultation.actions import TableAction
from nlp.consultation.reading import TableReader
from nlp.consultation.said import Said, TableWord

__all__ = ["Said", "TableAction", "TableReader", "TableWord"]
