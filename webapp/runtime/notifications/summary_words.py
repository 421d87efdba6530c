"""The words of the daily summary: a plain text, and the same as a simple page."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.notifications.messages import MessageWords
from webapp.domain.notifications.summaries import CameraDay, DailySummary

Translate = Callable[[str], str]
Row = tuple[str, str, str]


def _(text: str) -> str:
    """Mark a text for translators; it is translated when it is sent."""
    return text


_TITLE = _("Alerts of %(day)s")
_NONE = _("There was no alert on this day.")
_HEADS = (_("Alerts"), _("On this day"), _("Average of the week before"))
_TOTAL = _("All cameras")
_CAMERA = _("Camera %(number)s")
_GONE = _("A camera that is gone")
_OUTCOME = _("Outcome")
_OPEN = _("Not resolved")
_OUTCOMES = {
    Outcome.RECOVERED: _("Recovered"),
    Outcome.ESCALATED: _("Escalated"),
    Outcome.FALSE_ALARM: _("False alarm"),
    Outcome.NO_ACTION: _("No action"),
}
_TAKEN = _("Half were acknowledged within")
_MINUTES = _("%(minutes)s min %(seconds)s s")
_SECONDS = _("%(seconds)s s")
_NOTHING = "–"
_STYLE = "font-family:sans-serif;border-collapse:collapse"
_CELL = "padding:4px 12px 4px 0;border-bottom:1px solid #ccc"


def summary_words(
    summary: DailySummary, translate: Callable[[str, str], str], *, language: str, names_place: bool
) -> MessageWords:
    """Return a summary as it is mailed.

    Args:
        summary: what is said.
        translate: returns a text in a language.
        language: by its code.
        names_place: whether cameras are called by their names, or by their numbers.
    """

    def translated(text: str) -> str:
        return translate(text, language)

    title = translated(_TITLE) % {"day": summary.day.isoformat()}
    rows = list(_rows(summary, translated, names_place=names_place))
    lead = "" if summary.alerts else translated(_NONE)
    return MessageWords(title, _as_text(lead, rows), _as_html(title, lead, rows))


def _rows(summary: DailySummary, translated: Translate, *, names_place: bool) -> Iterator[Row]:
    """Yield a label, the day and the week before; the first is the head."""
    head, day, week = map(translated, _HEADS)
    yield head, day, week
    for camera in summary.cameras:
        yield _camera(camera, translated, names_place=names_place), str(camera.alerts), _average(camera.usual)
    yield translated(_TOTAL), str(summary.alerts), _average(summary.usual_alerts)
    for outcome in (*Outcome, None):
        count, usual = summary.outcomes.get(outcome, 0), summary.usual_outcomes.get(outcome, 0.0)
        if count or usual:
            word = translated(_OPEN if outcome is None else _OUTCOMES[outcome])
            yield f"{translated(_OUTCOME)}: {word}", str(count), _average(usual)
    taken, usually = (_duration(one, translated) for one in (summary.acknowledged_s, summary.usual_acknowledged_s))
    yield translated(_TAKEN), taken, usually


def _camera(camera: CameraDay, translated: Translate, *, names_place: bool) -> str:
    if names_place:
        return camera.name
    return translated(_GONE) if camera.camera_id is None else translated(_CAMERA) % {"number": camera.camera_id}


def _average(count: float) -> str:
    return f"{count:.1f}"


def _duration(seconds: float | None, translated: Translate) -> str:
    if seconds is None:
        return _NOTHING
    minutes, rest = divmod(round(seconds), 60)
    return translated(_MINUTES if minutes else _SECONDS) % {"minutes": minutes, "seconds": rest}


def _as_text(lead: str, rows: Sequence[Row]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{label:<{widths[0]}}  {day:>{widths[1]}}  {week}" for label, day, week in rows]
    return "\n".join([*([lead, ""] if lead else []), *lines, ""])


def _as_html(title: str, lead: str, rows: Sequence[Row]) -> str:
    head, *body = rows
    heads = "".join(f'<th scope="col" align="left" style="{_CELL}">{escape(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row" align="left" style="{_CELL}">{escape(label)}</th>'
        f'<td style="{_CELL}">{escape(day)}</td><td style="{_CELL}">{escape(week)}</td></tr>'
        for label, day, week in body
    )
    said = f"<p>{escape(lead)}</p>" if lead else ""
    table = f'<table style="{_STYLE}"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>'
    return f'<h1 style="font:bold 20px sans-serif">{escape(title)}</h1>{said}{table}'
