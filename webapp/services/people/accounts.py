"""People: who they are, what they may do, how they prove it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.domain.events import Event, EventKind, changed
from webapp.domain.people.accounts import MAX_USER_NAME, User
from webapp.domain.people.roles import Role
from webapp.domain.site.mail import checked_mail_address
from webapp.errors import AlreadyExists, InputInvalid, LastAdminRequired, NotFound, WrongPassword
from webapp.services.checks import checked_name, parse_choice
from webapp.services.people.passkeys import remove_passkeys
from webapp.services.people.passwords import MAX_PASSWORD_LENGTH, checked_password
from webapp.services.ports import Clock, PasswordHasher, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class AccountService:
    """The use cases around people."""

    unit_of_work: UnitOfWorkFactory
    hasher: PasswordHasher
    clock: Clock

    def list(self) -> Sequence[User]:
        """Return everybody by name."""
        with self.unit_of_work.reading() as work:
            return work.users.list()

    def get(self, user_id: int) -> User:
        """Return one person.

        Raises:
            NotFound: there is nobody with this id.
        """
        with self.unit_of_work.reading() as work:
            return _existing(work, user_id)

    def find(self, name: str) -> User:
        """Return the person of that name.

        Raises:
            NotFound: there is nobody of that name.
        """
        with self.unit_of_work.reading() as work:
            user = work.users.find(name)
        if user is None:
            raise NotFound("Nobody is called '%(name)s'; 'run.py user list' shows the names.", name=name)
        return user

    def add(
        self, name: str, role: str, password: str, actor: str | None = None, *, must_change_password: bool = False
    ) -> User:
        """Add a person.

        Args:
            name: what the person signs in with.
            role: one of the three.
            password: the first one.
            actor: who did it.
            must_change_password: whether the person has to choose another one after signing in.

        Raises:
            InputInvalid: name, role or password cannot be used.
            AlreadyExists: the name is taken.
        """
        checked_role, password_hash = parse_choice(Role, role, "role"), self.hash_password(password, name)
        with self.unit_of_work() as work:
            stored = self.add_within(work, name, checked_role, password_hash, must_change_password=must_change_password)
            self._log(work, EventKind.USER_ADDED, stored, actor)
            work.commit()
        return stored

    def hash_password(self, password: str, name: str) -> str:
        """Return what is stored of a person's new password. It takes a while on purpose: do it before a transaction.

        Raises:
            InputInvalid: the password is too short, too long or among the first that are guessed.
        """
        return self.hasher.hash(checked_password(password, name))

    def add_within(
        self, work: UnitOfWork, name: str, role: Role, password_hash: str, *, must_change_password: bool = False
    ) -> User:
        """Add a person as part of a larger transaction, which logs and commits.

        Raises:
            InputInvalid: the name cannot be used.
            AlreadyExists: the name is taken.
        """
        checked, now = checked_name(name, MAX_USER_NAME), self.clock.now()
        user = User(checked, role, created_at=now, must_change_password=must_change_password)
        other = work.users.find(user.name)
        if other is not None:
            raise AlreadyExists(
                "Someone is already called '%(name)s'; choose another name.", name=other.name, field="name"
            )
        return work.users.add(user, password_hash)

    def add_first_admin(self, name: str, password: str | None) -> str | None:
        """Add an admin where there is nobody yet.

        Returns:
            The password that was made up, to be shown once; None where there is someone already or it was given.
        """
        with self.unit_of_work.reading() as work:
            if work.users.list():
                return None
        chosen = password or secrets.token_urlsafe(12)
        # A printed password was read by anyone who stood at the screen, and stays in a log perhaps.
        self.add(name, Role.ADMIN, chosen, must_change_password=password is None)
        return None if password else chosen

    def authenticate(self, name: str, password: str) -> User | None:
        """Return the person if name and password are right and the person is enabled.

        An unknown name takes as long as a wrong password, so that names cannot be found out.
        """
        with self.unit_of_work.reading() as work:
            user = work.users.find(name)
            password_hash = work.users.password_hash(user.user_id) if user else None
        right = self.hasher.verify(password_hash, password[:MAX_PASSWORD_LENGTH])
        if user is None or not right or not user.enabled:
            return None
        with self.unit_of_work() as work:
            user = replace(user, last_login_at=self.clock.now())
            work.users.update(user)
            work.commit()
        return user

    def change(self, user_id: int, *, role: str, enabled: bool, actor: str | None = None) -> User:
        """Change role or access; the person's sessions end.

        Raises:
            NotFound: there is nobody with this id.
            InputInvalid: the role is unknown.
            LastAdminRequired: nobody would be left who can administer.
        """
        with self.unit_of_work() as work:
            before = _existing(work, user_id)
            after = replace(
                before, role=parse_choice(Role, role, "role"), enabled=enabled, session_epoch=before.session_epoch + 1
            )
            if before.may(Role.ADMIN) and not after.may(Role.ADMIN):
                _check_other_admin(work, user_id)
            work.users.update(after)
            work.password_resets.spoil(user_id)
            if not after.may(before.role):
                self._revoke_tokens(work, after, actor, "lower_role" if enabled else "deactivated")
            self._log(work, EventKind.USER_CHANGED, after, actor, before)
            work.commit()
        return after

    def reset_password(self, user_id: int, password: str | None = None, actor: str | None = None) -> str:
        """Set a new password, end the person's sessions and remove their passkeys.

        Args:
            user_id: whose.
            password: the new one; None makes one up, which the person has to change after signing in.
            actor: who did it.

        Returns:
            The new password, to be shown once.

        Raises:
            NotFound: there is nobody with this id.
            InputInvalid: the password is too short or too long.
        """
        chosen = secrets.token_urlsafe(12) if password is None else password
        password_hash = self.hash_password(chosen, self.get(user_id).name)
        with self.unit_of_work() as work:
            before = _existing(work, user_id)
            user = self.reset_within(work, user_id, password_hash, actor, must_change=password is None)
            self._log(work, EventKind.USER_CHANGED, user, actor, before, password_reset=True)
            work.commit()
        return chosen

    def reset_within(
        self, work: UnitOfWork, user_id: int, password_hash: str, actor: str | None, *, must_change: bool
    ) -> User:
        """Set a new password within a larger transaction, which logs and commits; all other ways in end.

        Raises:
            NotFound: there is nobody with this id.
        """
        before = _existing(work, user_id)
        user = replace(before, session_epoch=before.session_epoch + 1, must_change_password=must_change)
        work.users.set_password_hash(user_id, password_hash)
        work.users.update(user)
        work.password_resets.spoil(user_id)
        self._revoke_tokens(work, user, actor, "password_reset")
        remove_passkeys(work, user, self.clock.now(), actor)
        return user

    def set_mail(self, user_id: int, mail: str, actor: str | None = None) -> User:
        """Say where a person gets mails; empty for nowhere. Links that were sent to the address before work no more.

        Raises:
            NotFound: there is nobody with this id.
            InputInvalid: it is no mail address.
        """
        checked = checked_mail_address(mail.strip()) if mail.strip() else ""
        with self.unit_of_work() as work:
            before = _existing(work, user_id)
            user = replace(before, mail=checked)
            work.users.update(user)
            work.password_resets.spoil(user_id)
            self._log(work, EventKind.USER_CHANGED, user, actor, before)
            work.commit()
        return user

    def change_password(self, user_id: int, current: str, new: str) -> User:
        """Let a person choose another password; all their sessions end.

        Raises:
            NotFound: there is nobody with this id.
            WrongPassword: the current one is wrong.
            InputInvalid: the new one cannot be used.
        """
        if not self.is_password_of(user_id, current):
            raise WrongPassword("That is not your current password. Try again.", field="current")
        if new == current:
            raise InputInvalid("Expected another password than the current one.", field="password")
        password_hash = self.hash_password(new, self.get(user_id).name)
        with self.unit_of_work() as work:
            user = _existing(work, user_id)
            user = replace(user, session_epoch=user.session_epoch + 1, must_change_password=False)
            work.users.set_password_hash(user_id, password_hash)
            work.users.update(user)
            work.password_resets.spoil(user_id)
            self._log(work, EventKind.PASSWORD_CHANGED, user, user.name)
            work.commit()
        return user

    def is_password_of(self, user_id: int, password: str) -> bool:
        """Return whether this is the person's password: asked again before what must not be done by a passer-by."""
        with self.unit_of_work.reading() as work:
            password_hash = work.users.password_hash(user_id)
        return self.hasher.verify(password_hash, password[:MAX_PASSWORD_LENGTH])

    def ask_for_new_password(self, user_id: int, actor: str | None = None) -> User:
        """Make a person choose another password before anything else.

        Raises:
            NotFound: there is nobody with this id.
        """
        with self.unit_of_work() as work:
            before = _existing(work, user_id)
            user = replace(before, must_change_password=True)
            work.users.update(user)
            self._log(work, EventKind.USER_CHANGED, user, actor, before)
            work.commit()
        return user

    def _revoke_tokens(self, work: UnitOfWork, user: User, actor: str | None, cause: str) -> None:
        """End all tokens of a person as part of a larger transaction, each with its line in the audit trail."""
        for token in work.tokens.list():
            if token.user_id == user.user_id:
                work.tokens.remove(token.token_id)
                payload = {"user": user.name, "token": token.name, "scope": token.scope.value, "cause": cause}
                work.events.append(Event(EventKind.TOKEN_REVOKED, self.clock.now(), payload, actor))

    def _log(
        self,
        work: UnitOfWork,
        kind: EventKind,
        user: User,
        actor: str | None,
        before: User | None = None,
        **said: object,
    ) -> None:
        payload: dict[str, object] = {
            "user_id": user.user_id,
            "user": user.name,
            "role": user.role.value,
            "enabled": user.enabled,
        }
        if user.must_change_password:
            payload["must_change_password"] = True
        if before is not None:
            payload["before"] = changed(_said_of(before), _said_of(user)).get("before", {})
        payload.update(said)
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def _said_of(user: User) -> dict[str, object]:
    return {name: getattr(user, name) for name in ("role", "enabled", "must_change_password", "mail")}


def _existing(work: ReadUnitOfWork, user_id: int) -> User:
    user = work.users.get(user_id)
    if user is None:
        raise NotFound("There is no user %(user_id)s.", user_id=user_id)
    return user


def _check_other_admin(work: ReadUnitOfWork, user_id: int) -> None:
    if not any(user.may(Role.ADMIN) for user in work.users.list() if user.user_id != user_id):
        raise LastAdminRequired("This is the last admin: make someone else an admin first.")
