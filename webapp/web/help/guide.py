"""The guide: chapters in Markdown, in every language, read once and kept."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from flask_babel import lazy_gettext as lazy

from webapp.domain.people.roles import Role
from webapp.settings import REPOSITORY_DIR
from webapp.web.core.languages import translated

CHAPTERS_DIR = REPOSITORY_DIR / "templates" / "help" / "chapters"
# The chapters in the order in which they are read, by the role that they are written for.
CHAPTERS = {
    Role.STAFF: ("alerts", "expressions", "dashboard", "account", "trouble"),
    Role.MANAGER: ("incidents", "insights"),
    Role.ADMIN: (
        "start",
        "cameras",
        "zones",
        "rules",
        "notifications",
        "people",
        "notice",
        "backups",
        "system",
        "programs",
    ),
}
PARTS = {
    Role.STAFF: lazy("For everyone"),
    Role.MANAGER: lazy("For managers"),
    Role.ADMIN: lazy("For admins"),
}
SLUGS = tuple(slug for slugs in CHAPTERS.values() for slug in slugs)
_SECTION = re.compile(r"^## (?P<title>.+?) \{#(?P<anchor>[a-z-]+)\}$", re.MULTILINE)
# What a page calls a button or a field, written as in the code: [[Acknowledge]].
_ON_THE_PAGE = re.compile(r"\[\[(.+?)\]\]")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Section:
    """A part of a chapter under a heading of its own.

    Attributes:
        anchor: the same in every language; links lead to it.
        title: in the language of the chapter.
        html: the text; its links still name pages and chapters, see `guide_links`.
    """

    anchor: str
    title: str
    html: str

    @property
    def text(self) -> str:
        """The words alone."""
        return " ".join(unescape(_TAG.sub(" ", self.html)).split())


@dataclass(frozen=True)
class Chapter:
    """A page of the guide in one language.

    Attributes:
        slug: its name in addresses, the same in every language.
        lead: what stands before the first section, as HTML; may be empty.
    """

    slug: str
    title: str
    lead: str
    sections: tuple[Section, ...]

    def holding(self, words: list[str]) -> list[Section]:
        """Return the sections in which all the words occur, wherever in it, in upper or lower case."""
        wanted = [word.casefold() for word in words]
        return [one for one in self.sections if all(word in f"{one.title} {one.text}".casefold() for word in wanted)]


@lru_cache
def chapter(slug: str, language: str) -> Chapter:
    """Return a chapter in a language.

    Args:
        slug: one of `SLUGS`.
        language: by its code; there is a folder for each.
    """
    source = (CHAPTERS_DIR / language / f"{slug}.md").read_text(encoding="utf-8")
    before, *parts = _SECTION.split(source)
    title, _between, lead = before.removeprefix("# ").partition("\n")
    sections = (
        Section(anchor, title, _html(text, language))
        for title, anchor, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
    return Chapter(slug, title.strip(), _html(lead, language), tuple(sections))


def parts(language: str) -> list[tuple[str, list[Chapter]]]:
    """Return all chapters in a language, by whom they are for."""
    return [(str(PARTS[role]), [chapter(slug, language) for slug in slugs]) for role, slugs in CHAPTERS.items()]


def names_on_pages(source: str) -> list[str]:
    """Return what a chapter's source names of the pages."""
    return _ON_THE_PAGE.findall(source)


def _html(source: str, language: str) -> str:
    from markdown_it import MarkdownIt  # Not before someone reads the guide.

    named = _ON_THE_PAGE.sub(lambda found: f"**{translated(found[1], language)}**", source)
    html = str(MarkdownIt("commonmark", {"html": False}).enable("table").render(named))
    # A table wider than a phone scrolls by itself.
    return html.replace("<table>", '<div class="table-scroll"><table class="table">').replace(
        "</table>", "</table></div>"
    )


def excerpt(section: Section, words: list[str], length: int = 180) -> str:
    """Return the words around the first of those that were searched for, as HTML with marks."""
    text = section.text
    found = next((at for word in words if (at := text.casefold().find(word.casefold())) >= 0), 0)
    begin = max(0, text.rfind(" ", 0, max(0, found - length // 3)))
    end = text.find(" ", begin + length)
    cut = text[begin:end] if end > 0 else text[begin:]
    shown = f"{'… ' if begin else ''}{cut.strip()}{' …' if end > 0 else ''}"
    pattern = "|".join(map(re.escape, words))
    # Escaped piece by piece: a word must not be found in the middle of what stands for a quotation mark.
    pieces = re.split(f"({pattern})", shown, flags=re.IGNORECASE)
    return "".join(f"<mark>{escape(one)}</mark>" if at % 2 else escape(one) for at, one in enumerate(pieces))
