"""Single sign-on: which account of the identity provider is whose, and who is added.

An account is known by issuer and subject, which are never given to anyone else. A name or an e-mail address, which
change hands, counts once: for the first sign-in of a person for whom an admin has entered it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.domain.people.single_sign_on import MAX_SIGN_IN_NAME, Identity, RoleMapping, SignInLink
from webapp.errors import AlreadyExists, InputInvalid, LastAdminRequired, NotFound, SingleSignOnFailed
from webapp.services.checks import checked_name
from webapp.services.people.accounts import AccountService
from webapp.services.ports import Clock, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import new_secret
from webapp.settings import Settings

ASKED_FOR = timedelta(minutes=10)
"""How long a sign-in at the provider may take."""
_ACTOR = "single sign-on"


def role_mapping(settings: Settings) -> RoleMapping:
    """Return which values of the role claim give which role."""
    listed = {Role.STAFF: settings.oidc_staff, Role.MANAGER: settings.oidc_managers, Role.ADMIN: settings.oidc_admins}
    return RoleMapping(
        {role: frozenset(filter(None, map(str.strip, values.split(",")))) for role, values in listed.items()}
    )


@dataclass(frozen=True)
class SingleSignOnService:
    """The use cases around single sign-on.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        accounts: adds people and changes their roles.
        mapping: how the provider gives roles.
        adds_people: whether people whom nobody added are added.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    accounts: AccountService
    mapping: RoleMapping
    adds_people: bool = False

    def sign_in(self, identity: Identity) -> User:
        """Return whose account of the provider this is.

        Raises:
            SingleSignOnFailed: nobody's who may come in.
        """
        role = self.mapping.role_of(identity)
        if self.mapping.is_set and role is None:
            raise SingleSignOnFailed("The identity provider gives you no role here. Ask an admin.")
        user_id = self._linked(identity) or self._linked_now(identity) or self._added(identity, role)
        user = self._with_role(user_id, role)
        with self.unit_of_work() as work:
            user = replace(user, last_login_at=self.clock.now())
            work.users.update(user)
            work.commit()
        return user

    def link_of(self, user_id: int) -> SignInLink | None:
        """Return a person's account at the provider."""
        with self.unit_of_work.reading() as work:
            return work.sign_in_links.get(user_id)

    def expect(self, user_id: int, sign_in_name: str, actor: str) -> None:
        """Let a person come in by an account of the provider, or with an empty name no longer; their sessions end.

        The account is whichever first signs in with that name, and no other one from then on.

        Raises:
            NotFound: there is nobody with this id.
            InputInvalid: the name cannot be used.
            AlreadyExists: it is entered for someone else.
        """
        name = checked_name(sign_in_name, MAX_SIGN_IN_NAME) if sign_in_name.strip() else ""
        with self.unit_of_work() as work:
            user = work.users.get(user_id)
            if user is None:
                raise NotFound("There is no user %(user_id)s.", user_id=user_id)
            other = work.sign_in_links.find_expected(name) if name else None
            if other is not None and other.user_id != user_id:
                raise AlreadyExists("That sign-in name is entered for someone else.", field="sign_in_name")
            work.sign_in_links.remove(user_id)
            if name:
                work.sign_in_links.put(SignInLink(user_id, name))
            work.users.update(replace(user, session_epoch=user.session_epoch + 1))
            self._log(work, EventKind.SINGLE_SIGN_ON_CHANGED, user, actor, sign_in_name=name)
            work.commit()

    def _linked(self, identity: Identity) -> int | None:
        with self.unit_of_work.reading() as work:
            link = work.sign_in_links.find(identity.issuer, identity.subject)
        return link.user_id if link else None

    def _linked_now(self, identity: Identity) -> int | None:
        """Take an account for the person for whom its name was entered, unless another one was taken before."""
        if not identity.sign_in_name:
            return None
        with self.unit_of_work() as work:
            link = work.sign_in_links.find_expected(identity.sign_in_name)
            if link is None:
                return None
            if link.is_used:
                raise SingleSignOnFailed(
                    "Another account of the identity provider is known by this name. Ask an admin."
                )
            self._link(work, link, identity)
            work.commit()
        return link.user_id

    def _added(self, identity: Identity, role: Role | None) -> int:
        if not self.adds_people or role is None:
            raise SingleSignOnFailed("Nobody here is known by this account. Ask an admin to enter your sign-in name.")
        try:
            # Nobody knows this password: an admin can set one for the day on which the provider is away.
            user = self.accounts.add(identity.name, role, new_secret(), _ACTOR)
        except (InputInvalid, AlreadyExists):
            raise SingleSignOnFailed(
                "Your name cannot be used here or someone has it already. Ask an admin to enter your sign-in name."
            ) from None
        with self.unit_of_work() as work:
            self._link(work, SignInLink(user.user_id, ""), identity)
            work.commit()
        return user.user_id

    def _with_role(self, user_id: int, role: Role | None) -> User:
        user = self.accounts.get(user_id)
        if not user.enabled:
            raise SingleSignOnFailed("Your access is deactivated. Ask an admin.")
        if role in (None, user.role):
            return user
        try:
            return self.accounts.change(user_id, role=role, enabled=True, actor=_ACTOR)
        except LastAdminRequired:  # Someone has to be able to administer.
            return user

    def _link(self, work: UnitOfWork, link: SignInLink, identity: Identity) -> None:
        work.sign_in_links.put(replace(link, issuer=identity.issuer, subject=identity.subject))
        user = work.users.get(link.user_id)
        if user is not None:
            self._log(work, EventKind.SINGLE_SIGN_ON_LINKED, user, user.name, sign_in_name=identity.sign_in_name)

    def _log(self, work: UnitOfWork, kind: EventKind, user: User, actor: str, *, sign_in_name: str) -> None:
        payload = {"user_id": user.user_id, "user": user.name, "sign_in_name": sign_in_name}
        work.events.append(Event(kind, self.clock.now(), payload, actor))
