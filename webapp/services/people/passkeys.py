"""Passkeys: kept, named, listed, used and removed. What a device signs is checked by the web."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import User
from webapp.domain.people.passkeys import CHALLENGE_FOR, MOST_PASSKEYS, AnsweredChallenges, Passkey
from webapp.errors import AlreadyExists, InputInvalid, NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, SharedState, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class PasskeyService:
    """The use cases around passkeys.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        shared: what all web processes know of answered challenges.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    shared: SharedState
    _challenges: AnsweredChallenges = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no challenge answered."""
        object.__setattr__(self, "_challenges", AnsweredChallenges(self.clock.now()))

    def list(self, user_id: int) -> Sequence[Passkey]:
        """Return a person's passkeys, oldest first."""
        with self.unit_of_work.reading() as work:
            return work.passkeys.list(user_id)

    def are_used(self) -> bool:
        """Return whether anyone has a passkey."""
        with self.unit_of_work.reading() as work:
            return work.passkeys.exist()

    def take_challenge(self, challenge: bytes, asked_at: datetime) -> None:
        """Let a challenge be answered, once and in time.

        Raises:
            InputInvalid: it was answered before, or is too old.
        """
        is_taken_here = self._challenges.take(challenge, asked_at, self.clock.now())
        if not is_taken_here or not self._is_first_of_all(challenge):
            raise InputInvalid("That took too long. Try again.", field="passkey")

    def check_count(self, user_id: int) -> None:
        """Check that a person may have one more.

        Raises:
            InputInvalid: there are as many as there may be.
        """
        with self.unit_of_work.reading() as work:
            _check_count(work, user_id)

    def add(self, passkey: Passkey) -> Passkey:
        """Keep a passkey that a person's device has made.

        Raises:
            InputInvalid: there are as many as there may be.
            AlreadyExists: the device has it already.
            NotFound: the person is gone.
        """
        with self.unit_of_work() as work:
            user = work.users.get(passkey.user_id)
            if user is None:
                raise NotFound("There is no user %(user_id)s.", user_id=passkey.user_id)
            _check_count(work, passkey.user_id)
            if work.passkeys.find(passkey.credential_id):
                raise AlreadyExists("This passkey is there already.", field="passkey")
            kept = work.passkeys.add(passkey)
            _log(work, EventKind.PASSKEY_ADDED, kept, user, self.clock.now(), user.name)
            work.commit()
        return kept

    def remove(self, user_id: int, passkey_id: int) -> Passkey:
        """Remove one of a person's passkeys.

        Raises:
            NotFound: they have none of this id.
        """
        with self.unit_of_work() as work:
            passkey, user = work.passkeys.get(passkey_id), work.users.get(user_id)
            if passkey is None or user is None or passkey.user_id != user_id:
                raise NotFound("There is no passkey %(passkey_id)s.", passkey_id=passkey_id)
            work.passkeys.remove(passkey_id)
            _log(work, EventKind.PASSKEY_REMOVED, passkey, user, self.clock.now(), user.name)
            work.commit()
        return passkey

    def find(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey that a device names."""
        with self.unit_of_work.reading() as work:
            return work.passkeys.find(credential_id)

    def use(self, passkey: Passkey, sign_count: int) -> User:
        """Return who logs in with a passkey whose signature was checked, and keep that it was used.

        Raises:
            InputInvalid: it is gone, its person is deactivated, or it was copied.
        """
        with self.unit_of_work() as work:
            kept, user = work.passkeys.get(passkey.passkey_id), work.users.get(passkey.user_id)
            is_right = kept is not None and user is not None and user.enabled and kept.counts_on(sign_count)
            if kept and user and not is_right:
                _log(work, EventKind.PASSKEY_REFUSED, kept, user, self.clock.now(), None)
            elif kept and user:
                work.passkeys.note_use(kept.passkey_id, sign_count, self.clock.now())
                user = replace(user, last_login_at=self.clock.now())
                work.users.update(user)
            work.commit()
        if user is None or not is_right:
            raise InputInvalid("This passkey cannot be used here. Log in with your password.", field="passkey")
        return user

    def note_refused(self, passkey: Passkey) -> None:
        """Put down that what came in the name of a passkey was not signed by it."""
        with self.unit_of_work() as work:
            user = work.users.get(passkey.user_id)
            if user is not None:
                _log(work, EventKind.PASSKEY_REFUSED, passkey, user, self.clock.now(), None)
            work.commit()

    def _is_first_of_all(self, challenge: bytes) -> bool:
        """Return whether no other web process has taken a challenge."""
        seen: list[str | None] = []

        def to(stored: Sequence[str | None]) -> Sequence[str | None]:
            seen[:] = stored
            return ["answered"]

        self.shared.change("challenges", [challenge.hex()], to, CHALLENGE_FOR)
        return seen == [None]


def remove_passkeys(work: UnitOfWork, user: User, now: datetime, actor: str | None) -> None:
    """Remove all passkeys of a person whose way in is set anew by someone else, within a transaction."""
    for passkey in work.passkeys.list(user.user_id):
        work.passkeys.remove(passkey.passkey_id)
        _log(work, EventKind.PASSKEY_REMOVED, passkey, user, now, actor)


def _check_count(work: ReadUnitOfWork, user_id: int) -> None:
    if len(work.passkeys.list(user_id)) >= MOST_PASSKEYS:
        raise InputInvalid(
            "You have %(count)s passkeys, which is as many as there may be. Remove one first.",
            count=MOST_PASSKEYS,
            field="name",
        )


def _log(work: UnitOfWork, kind: EventKind, passkey: Passkey, user: User, now: datetime, actor: str | None) -> None:
    payload = {"user_id": user.user_id, "user": user.name, "passkey": passkey.name}
    work.events.append(Event(kind, now, payload, actor))
