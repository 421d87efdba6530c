"""Invitations: a link that works once, by which someone chooses their own name and password."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from webapp.domain.cameras.names import check_visible, tidy_name
from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import Invitation, User
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, NotFound
from webapp.services.checks import parse_choice
from webapp.services.people.accounts import AccountService
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import new_secret, secret_hash

MAX_NOTE_LENGTH = 120
MAX_DAYS = 14


@dataclass(frozen=True)
class InvitationService:
    """The use cases around invitations."""

    unit_of_work: UnitOfWorkFactory
    accounts: AccountService
    clock: Clock

    def invite(self, role: str, *, days: int, note: str = "", actor: str) -> str:
        """Make an invitation and return its code, to be shown once.

        Args:
            role: what the invited person will be.
            days: until it stops working, 1 to 14.
            note: whom it is for.
            actor: who invites.

        Raises:
            InputInvalid: the role is unknown, or note or days are out of range.
        """
        if not 1 <= days <= MAX_DAYS:
            raise InputInvalid("Expected 1 to %(max_days)s days, got %(days)s.", max_days=MAX_DAYS, days=days)
        checked_note = tidy_name(note)
        check_visible(checked_note, "note")
        if len(checked_note) > MAX_NOTE_LENGTH:
            raise InputInvalid(
                "Expected a note of at most %(max_note_length)s characters, got %(count)s.",
                max_note_length=MAX_NOTE_LENGTH,
                count=len(checked_note),
            )
        now, code = self.clock.now(), new_secret()
        invitation = Invitation(parse_choice(Role, role, "role"), checked_note, actor, now, now + timedelta(days=days))
        with self.unit_of_work() as work:
            stored = work.invitations.add(invitation, secret_hash(code))
            self._log(work, EventKind.USER_INVITED, stored, actor)
            work.commit()
        return code

    def list(self) -> Sequence[Invitation]:
        """Return those that still work, the newest first."""
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            return [invitation for invitation in work.invitations.list() if now < invitation.expires_at]

    def look_at(self, code: str) -> Invitation:
        """Return the invitation of a link.

        Raises:
            NotFound: it was used, revoked, has run out, or never was.
        """
        with self.unit_of_work.reading() as work:
            return self._working(work, code)

    def accept(self, code: str, name: str, password: str) -> User:
        """Add the invited person; the link is worth nothing afterwards.

        Raises:
            NotFound: it was used, revoked, has run out, or never was.
            InputInvalid: name or password cannot be used; the link goes on working.
            AlreadyExists: the name is taken; the link goes on working.
        """
        self.look_at(code)
        password_hash = self.accounts.hash_password(password, name)
        with self.unit_of_work() as work:
            invitation = self._working(work, code, for_update=True)
            user = self.accounts.add_within(work, name, invitation.role, password_hash)
            work.invitations.remove(invitation.invitation_id)
            self._log(work, EventKind.USER_JOINED, invitation, user.name)
            work.commit()
        return user

    def revoke(self, invitation_id: int, actor: str) -> None:
        """Take an invitation back.

        Raises:
            NotFound: there is none with this id.
        """
        with self.unit_of_work() as work:
            invitation = work.invitations.get(invitation_id)
            if invitation is None:
                raise NotFound("That invitation has been used or revoked already.")
            work.invitations.remove(invitation_id)
            self._log(work, EventKind.INVITATION_REVOKED, invitation, actor)
            work.commit()

    def _working(self, work: ReadUnitOfWork, code: str, *, for_update: bool = False) -> Invitation:
        invitation = work.invitations.find(secret_hash(code), for_update=for_update)
        if invitation is None or self.clock.now() >= invitation.expires_at:
            raise NotFound("This invitation has been used or has run out. Ask for a new one.")
        return invitation

    def _log(self, work: UnitOfWork, kind: EventKind, invitation: Invitation, actor: str) -> None:
        payload = {"role": invitation.role.value, "note": invitation.note, "invited_by": invitation.invited_by}
        work.events.append(Event(kind, self.clock.now(), payload, actor))
