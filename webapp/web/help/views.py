"""The pages of the guide."""

from flask import Blueprint, abort, render_template, request

from webapp.domain.people.roles import Role
from webapp.web.core.guards import requires
from webapp.web.core.languages import page_language
from webapp.web.help import guide as chapters
from webapp.web.help.guide_links import linked_text

guide = Blueprint("guide", __name__, url_prefix="/guide")
_MOST_LETTERS = 100


@guide.get("")
@requires(Role.STAFF)
def contents() -> str:
    """All chapters, and a search."""
    asked = request.args.get("q", "")[:_MOST_LETTERS].strip()
    parts = chapters.parts(page_language())
    words = asked.split()
    found = [(one, section) for _, part in parts for one in part for section in one.holding(words)] if words else []
    shown = [(one, section, linked_text(chapters.excerpt(section, words))) for one, section in found]
    return render_template("help/guide.html", parts=parts, asked=asked, found=shown)


@guide.get("/<slug>")
@requires(Role.STAFF)
def chapter(slug: str) -> str:
    """One chapter."""
    if slug not in chapters.SLUGS:
        abort(404)
    at = chapters.SLUGS.index(slug)
    around = [chapters.SLUGS[index] if 0 <= index < len(chapters.SLUGS) else None for index in (at - 1, at + 1)]
    before, after = (chapters.chapter(one, page_language()) if one else None for one in around)
    shown = chapters.chapter(slug, page_language())
    return render_template("help/chapter.html", shown=shown, before=before, after=after, linked_text=linked_text)


@guide.get("/whole")
@requires(Role.STAFF)
def whole() -> str:
    """Everything on one page, to search in and to print."""
    return render_template("help/whole.html", parts=chapters.parts(page_language()), linked_text=linked_text)
