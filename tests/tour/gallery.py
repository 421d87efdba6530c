"""The part of `docs/tour.md` that shows the pictures."""

from tests.tour.pages import ALL_SHOTS, SIZES, THEMES, Shot
from webapp.settings import REPOSITORY_DIR

TOUR_PAGE = REPOSITORY_DIR / "docs" / "tour.md"
BEGIN, END = "<!-- The pictures: written by `make screenshots`. -->", "<!-- The pictures end. -->"
_WIDTHS = {"desktop": 330, "phone": 100}


def write_gallery() -> None:
    """Put the pictures' table where the last one stood."""
    before, _, rest = TOUR_PAGE.read_text(encoding="utf-8").partition(BEGIN)
    TOUR_PAGE.write_text(f"{before}{gallery()}{rest.partition(END)[2]}", encoding="utf-8")


def gallery() -> str:
    """Return the table: a row per page, a column per size and theme."""
    columns = [(size, theme) for size in SIZES for theme in THEMES]
    head = " | ".join(f"{size.capitalize()}, {theme}" for size, theme in columns)
    rows = [f"| **{shot.words}** | {' | '.join(_cell(shot, *column) for column in columns)} |" for shot in ALL_SHOTS]
    return "\n".join([BEGIN, "", f"| Page | {head} |", "|---" * 5 + "|", *rows, "", END])


def _cell(shot: Shot, size: str, theme: str) -> str:
    address = f"img/tour/{shot.file(size, theme).name}"
    words = f"{shot.words}: {size}, {theme}"
    return f'<a href="{address}"><img src="{address}" width="{_WIDTHS[size]}" alt="{words}"></a>'
