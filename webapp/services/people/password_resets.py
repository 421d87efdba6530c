"""Choosing another password oneself, by a link that comes by mail.

A page stores the wish and learns nothing; whether there is such a person is only known to the process that sends the
mail. The link's secret is made there, for that mail, and kept as a hash alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import MAX_USER_NAME, User
from webapp.domain.people.password_resets import (
    COUNTED_FOR,
    LINK,
    MOST_TRIES,
    MOST_WAITING,
    VALID_FOR,
    PasswordReset,
    may_get_link,
)
from webapp.domain.site.mail import Mail
from webapp.errors import MailFailed, NotFound
from webapp.services.people.accounts import AccountService
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import new_secret, secret_hash


@dataclass(frozen=True)
class PasswordResetService:
    """The use cases around links for another password.

    Attributes:
        unit_of_work: opens transactions.
        accounts: sets passwords.
        clock: the time.
        send: sends a mail; it may take a while.
    """

    unit_of_work: UnitOfWorkFactory
    accounts: AccountService
    clock: Clock
    send: Callable[[Mail], None]

    def ask(self, name: str, *, page: str, subject: str, text: str) -> None:
        """Store somebody's wish for a link; the same is done for every name.

        Args:
            name: as it was entered.
            page: address of the page that the link leads to.
            subject: of the mail.
            text: of the mail, with `LINK` in it.
        """
        with self.unit_of_work() as work:
            if work.password_resets.count_waiting() < MOST_WAITING:
                work.password_resets.add(
                    PasswordReset(name[:MAX_USER_NAME], page, subject, text, asked_at=self.clock.now())
                )
            work.commit()

    def has_waiting(self) -> bool:
        """Return whether somebody waits."""
        with self.unit_of_work.reading() as work:
            return bool(work.password_resets.count_waiting())

    def send_waiting(self) -> None:
        """See to all that wait: who may get a link gets one, and of all others nothing is heard."""
        with self.unit_of_work.reading() as work:
            waiting = [one for one in work.password_resets.waiting() if one.is_due(self.clock.now())]
        for reset in waiting:
            self._see_to(reset)

    def expire(self) -> None:
        """Forget what does not count any more."""
        with self.unit_of_work() as work:
            work.password_resets.remove_before(self.clock.now() - COUNTED_FOR)
            work.commit()

    def look_at(self, code: str) -> User:
        """Return whose password a link lets somebody choose.

        Raises:
            NotFound: it was used, has run out, or never was.
        """
        with self.unit_of_work.reading() as work:
            return self._working(work, code)[1]

    def accept(self, code: str, password: str) -> User:
        """Set the new password; the link works no more, and all sessions and tokens of the person end.

        Raises:
            NotFound: the link was used, has run out, or never was.
            InputInvalid: the password cannot be used; the link goes on working.
        """
        password_hash = self.accounts.hash_password(password, self.look_at(code).name)
        with self.unit_of_work() as work:
            _reset, user = self._working(work, code, for_update=True)
            changed = self.accounts.reset_within(work, user.user_id, password_hash, user.name, must_change=False)
            payload = {"user_id": user.user_id, "user": user.name}
            work.events.append(Event(EventKind.PASSWORD_RESET_BY_MAIL, self.clock.now(), payload, user.name))
            work.commit()
        return changed

    def _see_to(self, reset: PasswordReset) -> None:
        secret, now = new_secret(), self.clock.now()
        with self.unit_of_work() as work:
            user = work.users.find(reset.name)
            sent = work.password_resets.of_user(user.user_id) if user else ()
            is_elsewhere = bool(user and work.sign_in_links.get(user.user_id))
            is_sent = now < reset.asked_at + VALID_FOR and may_get_link(user, sent, now, is_single_sign_on=is_elsewhere)
            if is_sent and user:
                # Nobody has the link before the mail is sent; if that fails, this one never works.
                linked = replace(reset, is_waiting=False, user_id=user.user_id, expires_at=now + VALID_FOR)
                work.password_resets.update(linked, secret_hash(secret))
            else:
                work.password_resets.update(replace(reset, is_waiting=False), None)
            work.commit()
        if is_sent and user:
            self._send(reset, user, secret)

    def _send(self, reset: PasswordReset, user: User, secret: str) -> None:
        text = reset.text.replace(LINK, f"{reset.page}#{secret}")
        try:
            self.send(Mail(user.mail, reset.subject, text))
        except MailFailed:
            tries = reset.tries + 1
            again = replace(reset, tries=tries, is_waiting=tries < MOST_TRIES)
            with self.unit_of_work() as work:
                work.password_resets.update(again, None)
                work.commit()
            raise
        with self.unit_of_work() as work:
            payload = {"user_id": user.user_id, "user": user.name}
            work.events.append(Event(EventKind.PASSWORD_RESET_SENT, self.clock.now(), payload))
            work.commit()

    def _working(self, work: ReadUnitOfWork, code: str, *, for_update: bool = False) -> tuple[PasswordReset, User]:
        reset = work.password_resets.find(secret_hash(code), for_update=for_update)
        user = work.users.get(reset.user_id) if reset and reset.user_id else None
        is_elsewhere = bool(user and work.sign_in_links.get(user.user_id))
        if not (reset and user and user.enabled and reset.works(self.clock.now())) or is_elsewhere:
            raise NotFound("This link has been used or has run out. Ask for a new one.")
        return reset, user
