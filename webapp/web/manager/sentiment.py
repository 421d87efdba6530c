"""Positive, neutral and negative expressions: over the day as a chart, and by camera beside the week before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from webapp.domain.insights.sentiment import Sentiment, SentimentCounts, SentimentFigures, days_before
from webapp.web.core.template_filters import duration, number, percent, short_day
from webapp.web.manager.charts import HOURS, ChartCard

SENTIMENT_WORDS = {
    Sentiment.POSITIVE: lazy("Positive"),
    Sentiment.NEUTRAL: lazy("Neutral"),
    Sentiment.NEGATIVE: lazy("Negative"),
}
_NOTHING = "–"


@dataclass(frozen=True)
class ComparedShare:
    """One share as the page says it.

    Attributes:
        now: in words.
        before: that of the days before; empty where too little was seen then or now to be compared.
    """

    now: str
    before: str = ""


@dataclass(frozen=True)
class SentimentRow:
    """One camera, or all of them.

    Attributes:
        name: of the camera.
        seen: how much was seen of faces.
        shares: in the order of `Sentiment`.
    """

    name: str
    seen: str
    shares: tuple[ComparedShare, ...]


def sentiment_card(figures: SentimentFigures, *, keeps_faces: bool) -> ChartCard:
    """Return the chart over the hours of the day.

    Args:
        figures: what is shown.
        keeps_faces: whether this installation stores what faces look like.
    """
    names = [str(words) for words in SENTIMENT_WORDS.values()]
    shares = [[counts.share(one) for counts in figures.by_hour] for one in Sentiment]
    why = _("No face was readable in these days.")
    return ChartCard(
        key="sentiment",
        title=_("Positive, neutral and negative expressions over the day"),
        words=_words(figures.now),
        headers=(_("Hour"), *names, _("Minutes of faces")),
        rows=[
            (hour, *(_percent(counts.share(one)) for one in Sentiment), number(counts.minutes, 1))
            for hour, counts in zip(HOURS, figures.by_hour, strict=True)
        ],
        data={
            "hours": HOURS,
            "names": names,
            "series": [[None if share is None else round(share, 4) for share in hours] for hours in shares],
            "minutes": [round(counts.minutes, 1) for counts in figures.by_hour],
        },
        empty=""
        if figures.now.total
        else why
        if keeps_faces
        else _("This installation does not keep what faces show."),
        is_wide=True,
    )


def sentiment_rows(figures: SentimentFigures, names: Mapping[int, str]) -> list[SentimentRow]:
    """Return the table: all cameras, and each of them where there are more; those that are gone are only in all.

    Args:
        figures: what is shown.
        names: camera id → name.
    """
    every = _row(_("All cameras"), figures.now, figures.before)
    cameras = [camera for camera in figures.by_camera if camera.camera_id in names]
    rows = [_row(names[camera.camera_id], camera.now, camera.before) for camera in cameras]
    return rows if len(rows) == 1 and len(figures.by_camera) == 1 else [every, *rows]


def days_before_words(first: date, last: date) -> str:
    """Return which days some days are compared with."""
    begin, end = days_before(first, last)
    return _("%(first)s to %(last)s", first=short_day(begin), last=short_day(end))


def _words(counts: SentimentCounts) -> str:
    if not counts.total:
        return ""
    return _(
        "%(positive)s positive, %(neutral)s neutral, %(negative)s negative, of %(seen)s of faces.",
        seen=duration(counts.minutes * 60),
        **{one.value: _percent(counts.share(one)) for one in Sentiment},
    )


def _row(name: str, now: SentimentCounts, before: SentimentCounts) -> SentimentRow:
    is_compared = now.is_comparable and before.is_comparable
    shares = (
        ComparedShare(_percent(now.share(one)), _percent(before.share(one)) if is_compared else "") for one in Sentiment
    )
    return SentimentRow(name, duration(now.minutes * 60), tuple(shares))


def _percent(share: float | None) -> str:
    return _NOTHING if share is None else percent(share)
