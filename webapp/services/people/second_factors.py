"""Second factors: set up, asked for, replaced by a recovery code, removed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import User
from webapp.domain.people.second_factor import (
    SecondFactor,
    as_typed,
    is_same,
    matching_step,
    new_recovery_codes,
)
from webapp.errors import AlreadyExists, InputInvalid, NotFound, SettingsInvalid
from webapp.services.people.wrong_codes import WrongCodeCounter
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, SharedState, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import secret_hash


@dataclass(frozen=True)
class SecondFactorService:
    """The use cases around second factors.

    Attributes:
        unit_of_work: opens transactions.
        cipher: encrypts what a device and this machine both know.
        clock: the time, on which codes depend.
        shared: what all web processes count together.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    shared: SharedState

    @property
    def _wrong(self) -> WrongCodeCounter:
        return WrongCodeCounter(self.shared)

    def set_up(self, user_id: int, secret: str, entered: str) -> tuple[User, Sequence[str]]:
        """Keep a device that has shown one right code; all sessions of the person end.

        Returns:
            The person, and the recovery codes, to be shown once.

        Raises:
            InputInvalid: the code is not the device's.
            AlreadyExists: the person has a second factor.
        """
        self._wait(self._wrong.of(user_id).wait_ends_at)
        step = matching_step(secret, as_typed(entered), self.clock.now(), last_step=-1)
        if step is None:
            raise InputInvalid(
                "That code does not fit. Compare the two clocks, and enter the newest code.", field="code"
            )
        self._wrong.forget(user_id)
        with self.unit_of_work() as work:
            user = _existing(work, user_id)
            if user.has_second_factor:
                raise AlreadyExists("You have a second factor. Remove it before you set up another one.", field="code")
            work.second_factors.put(user_id, SecondFactor(self.cipher.encrypt(secret), step))
            codes = _put_new_codes(work, user_id)
            user = self._end_sessions(work, user_id)
            self._log(work, EventKind.SECOND_FACTOR_ADDED, user, user.name)
            work.commit()
        return user, codes

    def check(self, user_id: int, entered: str) -> None:
        """Take a code of the device or a recovery code; each is worth something once.

        Raises:
            InputInvalid: it is wrong or was used, or the person has to wait.
        """
        self._wait(self._wrong.begin(user_id, self.clock.now()))
        with self.unit_of_work() as work:
            user, code = _existing(work, user_id), as_typed(entered)
            is_right = self._takes_device_code(work, user_id, code) or self._takes_recovery_code(work, user, code)
            if not is_right:
                self._log(work, EventKind.SECOND_FACTOR_REFUSED, user, None)
            work.commit()
        if not is_right:
            raise InputInvalid("That code is wrong or was used before. Wait for the next one.", field="code")
        self._wrong.forget(user_id)

    def wrong_since(self, user_id: int, begin: datetime) -> int:
        """Return how many wrong codes a person entered from a time on."""
        return self._wrong.of(user_id).since(begin)

    def codes_left(self, user_id: int) -> int:
        """Return how many recovery codes a person can still use."""
        with self.unit_of_work.reading() as work:
            return len(work.second_factors.code_hashes(user_id))

    def renew_codes(self, user_id: int) -> Sequence[str]:
        """Replace the recovery codes and return the new ones, to be shown once.

        Raises:
            NotFound: the person has no second factor.
        """
        with self.unit_of_work() as work:
            user = _with_factor(work, user_id)
            codes = _put_new_codes(work, user_id)
            self._log(work, EventKind.RECOVERY_CODES_RENEWED, user, user.name)
            work.commit()
        return codes

    def remove(self, user_id: int, actor: str) -> User:
        """Let the password be enough again; all sessions of the person end.

        Raises:
            NotFound: there is nobody with this id, or they have no second factor.
        """
        with self.unit_of_work() as work:
            _with_factor(work, user_id)
            work.second_factors.remove(user_id)
            user = self._end_sessions(work, user_id)
            self._log(work, EventKind.SECOND_FACTOR_REMOVED, user, actor)
            work.commit()
        self._wrong.forget(user_id)
        return user

    def _wait(self, ends_at: datetime | None) -> None:
        now = self.clock.now()
        if ends_at is not None and now < ends_at:
            seconds = int((ends_at - now).total_seconds()) + 1
            raise InputInvalid("After wrong codes you have to wait: %(seconds)s s more.", seconds=seconds, field="code")

    def _takes_device_code(self, work: UnitOfWork, user_id: int, code: str) -> bool:
        factor = work.second_factors.get(user_id)
        try:
            secret = self.cipher.decrypt(factor.encrypted_secret) if factor else ""
        except SettingsInvalid:  # Another credentials.key is there: the recovery codes still work.
            return False
        step = matching_step(secret, code, self.clock.now(), factor.last_step) if factor else None
        if factor is None or step is None:
            return False
        work.second_factors.put(user_id, replace(factor, last_step=step))
        return True

    def _takes_recovery_code(self, work: UnitOfWork, user: User, code: str) -> bool:
        entered = secret_hash(code)
        found = [stored for stored in work.second_factors.code_hashes(user.user_id) if is_same(stored, entered)]
        for stored in found:
            work.second_factors.remove_code(user.user_id, stored)
            self._log(work, EventKind.RECOVERY_CODE_USED, user, user.name)
        return bool(found)

    def _end_sessions(self, work: UnitOfWork, user_id: int) -> User:
        user = _existing(work, user_id)
        work.users.update(replace(user, session_epoch=user.session_epoch + 1))
        return _existing(work, user_id)

    def _log(self, work: UnitOfWork, kind: EventKind, user: User, actor: str | None) -> None:
        payload = {"user_id": user.user_id, "user": user.name}
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def _put_new_codes(work: UnitOfWork, user_id: int) -> Sequence[str]:
    codes = new_recovery_codes()
    work.second_factors.put_codes(user_id, [secret_hash(as_typed(code)) for code in codes])
    return codes


def _existing(work: ReadUnitOfWork, user_id: int) -> User:
    user = work.users.get(user_id)
    if user is None:
        raise NotFound("There is no user %(user_id)s.", user_id=user_id)
    return user


def _with_factor(work: ReadUnitOfWork, user_id: int) -> User:
    user = _existing(work, user_id)
    if not user.has_second_factor:
        raise NotFound("%(name)s has no second factor.", name=user.name)
    return user
