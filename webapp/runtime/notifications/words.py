"""The words of messages. They name no person, and the camera only where the channel is set so."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.messages import MessageWords
from webapp.domain.notifications.routes import Notice, NoticeKind
from webapp.domain.notifications.summaries import DailySummary
from webapp.runtime.notifications.summary_words import summary_words


def _(text: str) -> str:
    """Mark a text for translators; it is translated when it is sent."""
    return text


_LEVELS = {AlertLevel.LOW: _("low"), AlertLevel.MEDIUM: _("medium"), AlertLevel.HIGH: _("high")}
_ALERT = _("Please send assistance")
_ALERT_TEXT = _("A new alert waits. Level: %(level)s.")
_ALERT_AT = _("A new alert waits at %(place)s. Level: %(level)s.")
_TEST = _("Test alert: nobody needs help")
_TEST_TEXT = _("Someone is testing whether alerts arrive. This one did.")
_OFFLINE = _("A camera is offline")
_OFFLINE_TEXT = _("A camera sends no pictures. Alerts from there are missing until it is back.")
_OFFLINE_AT = _("The camera %(place)s sends no pictures. Alerts from there are missing until it is back.")
_FAILED = _("A notification channel fails")
_FAILED_TEXT = _("Messages over a channel do not arrive. Check the channels.")
_FAILED_AT = _("Messages over the channel %(place)s do not arrive.")
_TRIED = _("Test message")
_TRIED_TEXT = _("This channel works.")
_SUMMARY = _("Daily summary")
_SUMMARY_TEXT = _("The alerts of the day before.")
_ON_CALL = _("You are on call now")
_ON_CALL_TEXT = _("Your turn has begun. Open alerts: %(open_alerts)s.")
_ON_CALL_UNTIL = _("Your turn has begun and lasts until %(place)s. Open alerts: %(open_alerts)s.")
_CONFIRM = _("Confirm your mail address")
_CONFIRM_TEXT = _("Enter this code on the page of your notifications. If it was not you who asked for it, do nothing.")
# Without a place, and with it.
_TEXTS = {
    NoticeKind.ALERT: (_ALERT, _ALERT_TEXT, _ALERT_AT),
    NoticeKind.CAMERA_OFFLINE: (_OFFLINE, _OFFLINE_TEXT, _OFFLINE_AT),
    NoticeKind.CHANNEL_FAILED: (_FAILED, _FAILED_TEXT, _FAILED_AT),
    NoticeKind.CHANNEL_TEST: (_TRIED, _TRIED_TEXT, _TRIED_TEXT),
    NoticeKind.DAILY_SUMMARY: (_SUMMARY, _SUMMARY_TEXT, _SUMMARY_TEXT),
    NoticeKind.CHANNEL_CONFIRM: (_CONFIRM, _CONFIRM_TEXT, _CONFIRM_TEXT),
    NoticeKind.ON_CALL_BEGAN: (_ON_CALL, _ON_CALL_TEXT, _ON_CALL_UNTIL),
}


@dataclass(frozen=True)
class CatalogueWriter:
    """`MessageWriter` over the catalogues of the pages.

    Attributes:
        translate: returns a text in a language.
    """

    translate: Callable[[str, str], str]

    def words_of(self, notice: Notice, *, language: str, names_place: bool) -> MessageWords:
        """Return what is said of something; see `MessageWriter.words_of`."""
        title, bare, named = _TEXTS[notice.kind]
        if notice.is_test and notice.kind is NoticeKind.ALERT:
            title, bare, named = _TEST, _TEST_TEXT, _TEST_TEXT
        # Until when a turn lasts names no place.
        is_named = bool(notice.about) and (names_place or notice.kind is NoticeKind.ON_CALL_BEGAN)
        text = self.translate(named if is_named else bare, language)
        level = self.translate(_LEVELS[notice.level], language)
        values = {"place": notice.about, "level": level, "open_alerts": notice.open_alerts}
        return MessageWords(self.translate(title, language), text % values)

    def summary_words(self, summary: DailySummary, *, language: str, names_place: bool) -> MessageWords:
        """Return a daily summary; see `MessageWriter.summary_words`."""
        return summary_words(summary, self.translate, language=language, names_place=names_place)
