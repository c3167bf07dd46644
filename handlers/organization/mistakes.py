"""What is wrong with an organization file, collected so that everything is told at once."""

from handlers.errors import UserError


class OrganizationRefused(UserError):
    """The organization file has mistakes; nothing of it was taken over."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = tuple(mistakes)
        lines = (f"{number}. {sentence}" for number, sentence in enumerate(mistakes, start=1))
        super().__init__("\n".join((f"组织文件有 {len(mistakes)} 处要改，没有导入：", *lines)))


class Mistakes:
    """The sentences collected so far."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, where: str, sentence: str) -> None:
        """One more: where it stands (community, table, entry, key), what is the matter and what to do."""
        self.sentences.append(f"{where}：{sentence}")

    def refuse_if_any(self) -> None:
        """Raises `OrganizationRefused` unless nothing was wrong."""
        if self.sentences:
            raise OrganizationRefused(list(dict.fromkeys(self.sentences)))
