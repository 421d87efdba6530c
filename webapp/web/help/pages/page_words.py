"""What is said of a page behind its "?"."""

from dataclasses import dataclass, field

from webapp.domain.people.roles import Role


@dataclass(frozen=True)
class PageHelp:
    """What is said of a page.

    Attributes:
        words: two sentences, for everyone who may open the page.
        chapter: of the guide, by its slug.
        section: of that chapter.
        also: what only someone with this role or a higher one can do there.
    """

    words: str
    chapter: str
    section: str
    also: dict[Role, str] = field(default_factory=dict)

    def words_for(self, role: Role) -> list[str]:
        """Return what someone with a role reads, one text for each paragraph."""
        return [str(self.words), *(str(words) for least, words in self.also.items() if role.includes(least))]
