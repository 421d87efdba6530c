"""Which sites a central instance knows, by which token each speaks, and who sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import User
from webapp.domain.sites.sites import MAX_SITE_NAME, RegisteredSite, SiteAccess, access_of, sites_seen
from webapp.errors import AlreadyExists, NotFound
from webapp.services.checks import checked_name
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import new_secret, secret_hash

SITE_TOKEN_PREFIX = "amends_site_"  # noqa: S105 - the beginning of every token, not a token.


HAS_SITES_SETTING = "has_sites"
"""The name of what is set once a site was registered."""


@dataclass(frozen=True)
class NewSiteToken:
    """A site with its token, which is shown once."""

    site: RegisteredSite
    token: str


@dataclass(frozen=True)
class SiteRegistry:
    """The use cases around the sites of a central instance."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def has_any(self) -> bool:
        """Return whether a site is registered."""
        with self.unit_of_work.reading() as work:
            return work.sites.has_any()

    def list(self) -> Sequence[RegisteredSite]:
        """Return all by name."""
        with self.unit_of_work.reading() as work:
            return work.sites.list()

    def named(self, name: str) -> RegisteredSite:
        """Return the one of that name, without regard to case.

        Raises:
            NotFound: there is none.
        """
        with self.unit_of_work.reading() as work:
            site = work.sites.find_named(name)
        if site is None:
            raise NotFound("There is no site '%(name)s'.", name=name)
        return site

    def add(self, name: str, *, takes_pictures: bool = False, actor: str | None = None) -> NewSiteToken:
        """Register a site and make its token.

        Raises:
            InputInvalid: the name cannot be used.
            AlreadyExists: another site has it.
        """
        checked, token, now = checked_name(name, MAX_SITE_NAME), new_secret(SITE_TOKEN_PREFIX), self.clock.now()
        with self.unit_of_work() as work:
            if work.sites.find_named(checked):
                raise AlreadyExists("There is a site '%(name)s' already.", name=checked, field="name")
            site = RegisteredSite(checked, now, takes_pictures=takes_pictures)
            stored = work.sites.add(site, secret_hash(token))
            work.settings.put(HAS_SITES_SETTING, "yes")
            self._note(work, EventKind.SITE_ADDED, stored, actor, takes_pictures=takes_pictures)
            work.commit()
        return NewSiteToken(stored, token)

    def renew_token(self, site_id: int, actor: str | None = None) -> NewSiteToken:
        """Make another token; the one before opens nothing from now on.

        Raises:
            NotFound: there is no such site.
        """
        token = new_secret(SITE_TOKEN_PREFIX)
        with self.unit_of_work() as work:
            site = existing_site(work, site_id)
            work.sites.set_token(site_id, secret_hash(token))
            self._note(work, EventKind.SITE_TOKEN_MADE, site, actor)
            work.commit()
        return NewSiteToken(replace(site, has_token=True), token)

    def revoke_token(self, site_id: int, actor: str | None = None) -> RegisteredSite:
        """Take the token back; what the site sent stays.

        Raises:
            NotFound: there is no such site, or its token is revoked already.
        """
        with self.unit_of_work() as work:
            site = existing_site(work, site_id)
            if not site.has_token:
                raise NotFound("That token has been revoked already.")
            work.sites.set_token(site_id, None)
            work.sites.set_silent(site_id, None)
            self._note(work, EventKind.SITE_TOKEN_REVOKED, site, actor)
            work.commit()
        return replace(site, has_token=False)

    def take_pictures(self, site_id: int, takes_pictures: bool, actor: str | None = None) -> RegisteredSite:
        """Take pictures from a site, or none: those that are here are deleted then.

        Raises:
            NotFound: there is no such site.
        """
        with self.unit_of_work() as work:
            site = existing_site(work, site_id)
            work.sites.set_takes_pictures(site_id, takes_pictures)
            if not takes_pictures:
                work.site_log.remove_pictures(site_id)
            self._note(work, EventKind.SITE_CHANGED, site, actor, takes_pictures=takes_pictures)
            work.commit()
        return replace(site, takes_pictures=takes_pictures)

    def remove(self, site_id: int, actor: str | None = None) -> RegisteredSite:
        """Delete a site here, with all that it sent.

        Raises:
            NotFound: there is no such site.
        """
        with self.unit_of_work() as work:
            site = existing_site(work, site_id)
            work.sites.remove(site_id)
            self._note(work, EventKind.SITE_REMOVED, site, actor)
            work.commit()
        return site

    def given(self) -> Mapping[int, SiteAccess]:
        """Return which sites each person was given, by their ids."""
        with self.unit_of_work.reading() as work:
            return {user.user_id: work.sites.access_of(user.user_id) for user in work.users.list()}

    def give_access(self, user_id: int, access: SiteAccess, actor: str | None = None) -> User:
        """Let a person see sites: all of them, these, or none.

        Raises:
            NotFound: there is no such person, or no such site.
        """
        with self.unit_of_work() as work:
            user = work.users.get(user_id)
            if user is None:
                raise NotFound("There is no user %(user_id)s.", user_id=user_id)
            names = [existing_site(work, site_id).name for site_id in sorted(access.site_ids)]
            work.sites.give_access(user_id, access)
            payload = {"user_id": user_id, "user": user.name, "sites": "*" if access.all_sites else ", ".join(names)}
            work.events.append(Event(EventKind.SITE_ACCESS_CHANGED, self.clock.now(), payload, actor))
            work.commit()
        return user

    def seen_by(self, user: User) -> Sequence[RegisteredSite]:
        """Return the sites that a person sees, by name."""
        with self.unit_of_work.reading() as work:
            return sites_of(work, user)

    def _note(self, work: UnitOfWork, kind: EventKind, site: RegisteredSite, actor: str | None, **more: bool) -> None:
        payload = {"site": site.name, "site_id": site.site_id, **more}
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def existing_site(work: ReadUnitOfWork, site_id: int) -> RegisteredSite:
    """Return a site, within a transaction.

    Raises:
        NotFound: there is none with this id.
    """
    site = work.sites.get(site_id)
    if site is None:
        raise no_such_site(site_id)
    return site


def sites_of(work: ReadUnitOfWork, user: User) -> list[RegisteredSite]:
    """Return the sites that a person sees, by name, within a transaction."""
    return sites_seen(work.sites.list(), access_of(user, work.sites.access_of(user.user_id)))


def site_for(work: ReadUnitOfWork, user: User, site_id: int) -> RegisteredSite:
    """Return a site for a person, within a transaction.

    Raises:
        NotFound: there is none with this id, or none that this person may see.
    """
    site = work.sites.get(site_id)
    if site is None or not access_of(user, work.sites.access_of(user.user_id)).includes(site_id):
        raise no_such_site(site_id)
    return site


def no_such_site(site_id: int) -> NotFound:
    """Return what is said of a site that is not there, and of one that somebody may not see: the same."""
    return NotFound("There is no site %(site_id)s.", site_id=site_id)
