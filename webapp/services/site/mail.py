"""Mails: which server takes them, and a test whether it does."""

import base64
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from webapp.domain.events import Event, EventKind, changed
from webapp.domain.site.mail import Mail, MailFailure, MailSettings, MailTest, checked_mail_address
from webapp.errors import AmendsError, InputInvalid, MailFailed
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory

MAIL_SETTING = "mail"
_PASSWORD_SETTING = "mail_password"  # noqa: S105 - a setting's name.
_TEST_SETTING = "mail_test"
MAX_MAIL_PASSWORD = 256


class Mailer(Protocol):
    """Hands mails to a server. It may take a while: nothing else waits for it."""

    def send(self, settings: MailSettings, password: str, mail: Mail) -> None:
        """Send one mail.

        Raises:
            MailFailed: its value `cause` says why it was not taken.
        """


@dataclass(frozen=True)
class MailService:
    """The use cases around mails.

    Attributes:
        unit_of_work: opens transactions.
        cipher: keeps the server's password.
        clock: the time of day.
        mailer: hands mails to the server.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    mailer: Mailer

    def settings(self) -> MailSettings:
        """Return which server takes mails."""
        with self.unit_of_work.reading() as work:
            return _settings(work)

    def is_set(self) -> bool:
        """Return whether mails can be sent."""
        return self.settings().is_set

    def has_password(self) -> bool:
        """Return whether a password is kept for the server."""
        with self.unit_of_work.reading() as work:
            return bool(work.settings.get(_PASSWORD_SETTING))

    def change(self, settings: MailSettings, password: str, actor: str) -> None:
        """Let another server take mails; an empty password keeps the one that is kept.

        Raises:
            InputInvalid: the password is too long, or that of another server or person would be sent there.
        """
        if len(password) > MAX_MAIL_PASSWORD:
            most = MAX_MAIL_PASSWORD
            raise InputInvalid("Expected at most %(most)s characters.", most=most, field="password")
        with self.unit_of_work() as work:
            before = _settings(work)
            is_kept = bool(work.settings.get(_PASSWORD_SETTING))
            if settings.username and not password and is_kept and _goes_elsewhere(before, settings):
                raise InputInvalid(
                    "Enter the password again: it was kept for another server or user name.", field="password"
                )
            if password or not settings.username:
                work.settings.put(_PASSWORD_SETTING, self._sealed(password) if settings.username else "")
            self._put(work, before, settings, actor, is_password_new=bool(password))
            work.commit()

    def remove(self, actor: str) -> None:
        """Send no mails any more, and forget the password."""
        with self.unit_of_work() as work:
            work.settings.put(_PASSWORD_SETTING, "")
            self._put(work, _settings(work), MailSettings(), actor, is_password_new=False)
            work.commit()

    def ask_for_test(self, mail: Mail) -> None:
        """Have a mail sent soon, to see whether it arrives.

        Raises:
            InputInvalid: its address is none.
        """
        checked_mail_address(mail.to, field="to")
        self._keep_test(MailTest(mail, self.clock.now()))

    def test(self) -> MailTest | None:
        """Return the last test and what became of it."""
        with self.unit_of_work.reading() as work:
            stored = json.loads(work.settings.get(_TEST_SETTING) or "null")
        return _test_from(stored) if stored else None

    def send_test(self) -> None:
        """Send the mail of a test that waits, and note what became of it."""
        test = self.test()
        if test is None or test.done_at is not None:
            return
        try:
            self.send(test.mail)
        except MailFailed as error:
            cause, detail = MailFailure(str(error.values["cause"])), str(error.values.get("detail", error))
            self._keep_test(replace(test, done_at=self.clock.now(), failure=cause, detail=detail))
        else:
            self._keep_test(replace(test, done_at=self.clock.now()))

    def send(self, mail: Mail) -> None:
        """Send one mail; it may take a while.

        Raises:
            MailFailed: it was not taken.
        """
        with self.unit_of_work.reading() as work:
            settings, sealed = _settings(work), work.settings.get(_PASSWORD_SETTING)
        if not settings.is_set:
            raise MailFailed("No mail server is set.", cause=MailFailure.UNREACHABLE)
        self.mailer.send(settings, self._opened(sealed), mail)

    def _opened(self, sealed: str | None) -> str:
        try:
            return self.cipher.decrypt(base64.b64decode(sealed)) if sealed else ""
        except AmendsError as error:  # A reduced backup of another machine has no key.
            cause = MailFailure.LOGIN_REFUSED
            raise MailFailed("The password of the mail server cannot be read: enter it again.", cause=cause) from error

    def _sealed(self, password: str) -> str:
        return base64.b64encode(self.cipher.encrypt(password)).decode()

    def _put(
        self, work: UnitOfWork, before: MailSettings, after: MailSettings, actor: str, *, is_password_new: bool
    ) -> None:
        payload: dict[str, Any] = {"setting": MAIL_SETTING, **changed(asdict(before), asdict(after))}
        if is_password_new:
            payload["password_changed"] = True
        work.settings.put(MAIL_SETTING, json.dumps(asdict(after)))
        work.events.append(Event(EventKind.SETTINGS_CHANGED, self.clock.now(), payload, actor))

    def _keep_test(self, test: MailTest) -> None:
        with self.unit_of_work() as work:
            work.settings.put(_TEST_SETTING, json.dumps(asdict(test), default=datetime.isoformat))
            work.commit()


def _settings(work: ReadUnitOfWork) -> MailSettings:
    stored = work.settings.get(MAIL_SETTING)
    return MailSettings(**json.loads(stored)) if stored else MailSettings()


def _goes_elsewhere(before: MailSettings, after: MailSettings) -> bool:
    """Return whether a password that is kept would reach somebody else, or more people, than it was entered for."""
    return (before.host, before.port, before.security, before.username) != (
        after.host, after.port, after.security, after.username,
    )  # fmt: skip


def _test_from(stored: dict[str, Any]) -> MailTest:
    done_at, failure = stored["done_at"], stored["failure"]
    return MailTest(
        Mail(**stored["mail"]),
        datetime.fromisoformat(stored["asked_at"]),
        datetime.fromisoformat(done_at) if done_at else None,
        MailFailure(failure) if failure else None,
        stored["detail"],
    )
