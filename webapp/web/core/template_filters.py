"""How values read on a page: the filters and constants of the templates."""

import io
from datetime import date, datetime, tzinfo
from urllib.parse import urlencode

import segno
from flask import Flask, current_app, g, url_for
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from markupsafe import Markup, escape

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cameras.schedule import WEEKDAYS
from webapp.domain.events import EventKind
from webapp.domain.people.roles import Role
from webapp.domain.site.site import DEFAULT_PURPOSE, Site
from webapp.domain.vision.emotions import EMOTIONS, Emotion
from webapp.errors import AmendsError
from webapp.web.core import languages
from webapp.web.core.devices import UNKNOWN_BROWSER
from webapp.web.core.guards import ROLE_NAMES, signed_in_user
from webapp.web.core.languages import SOURCE_LANGUAGE, page_language, translated

STATE_WORDS = {
    CameraState.CONNECTING: lazy("Connecting"),
    CameraState.ONLINE: lazy("Online"),
    CameraState.CLOSED: lazy("Closed"),
    CameraState.AWAITING_RECORDS: lazy("Not analysed"),
    CameraState.OFFLINE: lazy("Offline"),
    CameraState.DISABLED: lazy("Disabled"),
    IncidentState.NEW: lazy("New"),
    IncidentState.ACKNOWLEDGED: lazy("Acknowledged"),
    IncidentState.RESOLVED: lazy("Resolved"),
}
OUTCOME_WORDS = {
    Outcome.RECOVERED: lazy("Recovered"),
    Outcome.ESCALATED: lazy("Escalated"),
    Outcome.FALSE_ALARM: lazy("False alarm"),
    Outcome.NO_ACTION: lazy("No action"),
}
EVENT_WORDS = {
    EventKind.INCIDENT_OPENED: lazy("Alert raised"),
    EventKind.INCIDENT_CONTINUED: lazy("Angry-looking again"),
    EventKind.INCIDENT_PEAKED: lazy("Picture renewed"),
    EventKind.INCIDENT_CLIPPED: lazy("Clip kept"),
    EventKind.INCIDENT_ENDED: lazy("No longer angry-looking"),
    EventKind.INCIDENT_ACKNOWLEDGED: lazy("Acknowledged"),
    EventKind.INCIDENT_RESOLVED: lazy("Resolved"),
    EventKind.INCIDENT_UNACKNOWLEDGED: lazy("Acknowledgement undone"),
    EventKind.INCIDENT_REOPENED: lazy("Reopened"),
    EventKind.INCIDENT_CORRECTED: lazy("Corrected"),
    EventKind.INCIDENT_REPEATED: lazy("Reminder"),
    EventKind.INCIDENT_ESCALATED: lazy("Escalated to the managers"),
}
ROLE_WORDS = {
    Role.STAFF: lazy("Staff: the dashboard and the alerts"),
    Role.MANAGER: lazy("Manager: also the incident log"),
    Role.ADMIN: lazy("Admin: everything, with cameras and users"),
}


# A face while it alerts: anger and disgust are one face to a camera.
ALERT_NAMES = {
    Emotion.ANGRY: lazy("Angry-looking"),
    Emotion.DISGUST: lazy("Angry-looking"),
    Emotion.FEAR: lazy("Fearful-looking"),
    Emotion.HAPPY: lazy("Happy-looking"),
    Emotion.NEUTRAL: lazy("Neutral-looking"),
    Emotion.SAD: lazy("Sad-looking"),
    Emotion.SURPRISE: lazy("Surprised-looking"),
}
LEVEL_WORDS = {AlertLevel.LOW: lazy("low"), AlertLevel.MEDIUM: lazy("medium"), AlertLevel.HIGH: lazy("high")}
EMOTION_NAMES = {
    Emotion.ANGRY: lazy("Angry-looking"),
    Emotion.DISGUST: lazy("Disgust"),
    Emotion.FEAR: lazy("Fear"),
    Emotion.HAPPY: lazy("Happy"),
    Emotion.NEUTRAL: lazy("Neutral"),
    Emotion.SAD: lazy("Sad"),
    Emotion.SURPRISE: lazy("Surprise"),
}
# What a rule is about is what the model says, not how it looks to people.
EMOTION_LABELS = {**EMOTION_NAMES, Emotion.ANGRY: lazy("Angry")}
WEEKDAY_NAMES = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)
_DEFAULT_PURPOSE = lazy(
    "So that our staff notice when somebody looks unhappy, and can help while the visit can still be put right."
)
# The values of errors that are words themselves, by the name of their place.
_WORDS_OF_VALUES: dict[str, dict[str, object]] = {
    "weekday": dict(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)),
    "entry": {
        "product name": lazy("product name"),
        "operator": lazy("operator"),
        "purpose": lazy("purpose"),
        "contact": lazy("contact"),
        "public url": lazy("public url"),
        "snapshots": lazy("snapshots"),
        "scores": lazy("scores"),
        "incidents": lazy("incidents"),
        "events": lazy("events"),
        "expressions": lazy("counts of expressions"),
    },
}

_RECORD_NAMES: dict[str, object] = {
    "purpose": lazy("purpose"),
    "notice": lazy("notice"),
    "staff zones": lazy("staff zones"),
}
_WORDS_OF_VALUES |= {f"record_{number}": _RECORD_NAMES for number in (1, 2, 3)}


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    languages.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(time_tag=time_tag, percent=percent, duration=duration, word=word)
    app.jinja_env.filters.update(number=number, long_day=long_day, short_day=short_day, linked=linked)
    app.jinja_env.filters.update(long_moment=long_moment)
    app.jinja_env.filters.update(device=device, purpose=purpose, why=why)
    app.jinja_env.filters.update(alert_word=alert_word, rough_duration=rough_duration)
    app.jinja_env.globals.update(
        Role=Role, EMOTIONS=EMOTIONS, OUTCOME_WORDS=OUTCOME_WORDS, ROLE_WORDS=ROLE_WORDS, urlencode=urlencode
    )
    app.jinja_env.globals.update(EMOTION_LABELS=EMOTION_LABELS, records_address=records_address)
    app.context_processor(lambda: {"person": None if g.get("amends_failed") else signed_in_user()})


def error_words(said: AmendsError | StateReason, language: str = "") -> str:
    """Return what an error or a reason says, in a language; by default in the page's."""
    wanted = language or page_language()
    text = translated(said.text, wanted) if said.text else ""
    return text % {name: _word_of(name, value, wanted) for name, value in said.values.items()} if said.values else text


def _word_of(name: str, value: str | float, language: str) -> object:
    return translated(str(value), language) if str(value) in _WORDS_OF_VALUES.get(name, {}) else value


def state_reason_message(reason: StateReason | None, language: str) -> dict[str, str]:
    """Return why a camera is offline as browsers receive it: words for people and a code for programs."""
    words, code = (error_words(reason, language), reason.code) if reason else ("", "")
    return {"reason": words, "reason_code": code}


def why(camera: Camera, zone: tzinfo) -> str:
    """Return why a camera is in its state, and for how long, on the clocks of a time zone; empty where nothing is."""
    if camera.state is CameraState.CLOSED:
        return closed_words(camera.opens_at, zone)
    return error_words(camera.state_reason) if camera.state_reason else ""


def closed_words(opens_at: datetime | None, zone: tzinfo) -> str:
    """Return that nothing is analysed outside the opening hours, and until when, on the clocks of a time zone."""
    if opens_at is None:
        return _("Closed: nothing is analysed")
    local = opens_at.astimezone(zone)
    weekday, time = WEEKDAY_NAMES[local.weekday()], f"{local:%H:%M}"
    return _("Closed until %(weekday)s %(time)s: nothing is analysed", weekday=weekday, time=time)


def device(words: str) -> str:
    """Return a browser and its system, as `devices.device_words` stored them."""
    browser, between, system = words.partition(" on ")
    if between:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return _("An unknown browser") if words == UNKNOWN_BROWSER else words


def purpose(site: Site) -> str:
    """Return why emotion recognition is used: the site's own words, or ours in the page's language."""
    return str(_DEFAULT_PURPOSE) if site.purpose == DEFAULT_PURPOSE else site.purpose


def time_tag(at: datetime | None, style: str = "full") -> Markup:
    """Return a `<time>` that the page's script turns into the reader's own zone."""
    if at is None:
        return Markup("–")
    return Markup('<time datetime="{}" data-style="{}">{} UTC</time>').format(
        escape(at.isoformat()), escape(style), f"{at:%Y-%m-%d %H:%M}"
    )


def qr_code(address: str) -> Markup:
    """Return a QR code as an SVG picture, made here: no other machine learns of it."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", xmldecl=False, svgns=False, omitsize=True)
    # What it is made of is a path of our own drawing; the address is in its shape alone.
    return Markup(picture.getvalue().decode())  # noqa: S704


def percent(score: float) -> str:
    """Return a score in [0, 1] as people read it."""
    return f"{_unsigned_zero(score, 2):.0%}".replace("%", " %")


def number(value: float, decimals: int | None = None) -> str:
    """Return a number as the page's language writes it; without a count of decimals, as many as it needs up to 3."""
    pattern = "#,##0.###" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(_unsigned_zero(value, 3 if decimals is None else decimals), format=pattern)


def _unsigned_zero(value: float, decimals: int) -> float:
    """Return a value, without a sign where it is nothing at so many decimals: nobody reads "-0"."""
    return value if round(value, decimals) else 0


def long_day(day: date) -> str:
    """Return a day with its weekday, as the page's language writes it."""
    return format_date(day, "full" if page_language() != SOURCE_LANGUAGE else "EEEE, d MMMM y")


def short_day(day: date) -> str:
    """Return a day without its weekday, as the page's language writes it."""
    return format_date(day, "medium" if page_language() != SOURCE_LANGUAGE else "d MMM y")


def long_moment(at: datetime, zone: tzinfo) -> str:
    """Return a moment as the clocks of a time zone show it, with its day in the page's language."""
    local = at.astimezone(zone)
    return _("%(day)s, %(time)s", day=long_day(local.date()), time=f"{local:%H:%M}")


def records_address() -> str:
    """Return where is put on record what a camera waits for: the guide of the first day, or the words of the notice."""
    return url_for("welcome.guide" if "welcome.guide" in current_app.view_functions else "admin.site")


def linked(text: Markup, address: str) -> Markup:
    """Return a text whose `<a>` leads to an address: translators see where the link stands, not where it leads."""
    return Markup(str(text).replace("<a>", f'<a class="text-decoration-underline" href="{escape(address)}">', 1))  # noqa: S704


def duration(seconds: float | None) -> str:
    """Return a duration as people read it; a clock that was put back makes none shorter than nothing."""
    if seconds is None:
        return _("still going on")
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def rough_duration(seconds: float) -> str:
    """Return a duration in seconds or whole minutes, where more is not asked for."""
    return duration(seconds if seconds < 60 else seconds // 60 * 60).replace(" 0 s", "")


def alert_word(emotion: Emotion) -> str:
    """Return how a face looks that alerts, whatever else it may look like."""
    return str(ALERT_NAMES[emotion])


def word(value: object) -> str:
    """Return the words for a state, an outcome, an event, a role, an emotion or a level."""
    for words in (STATE_WORDS, OUTCOME_WORDS, EVENT_WORDS, ROLE_NAMES, EMOTION_NAMES, LEVEL_WORDS):
        if value in words:
            return str(words[value])  # type: ignore[index]
    return str(value)
