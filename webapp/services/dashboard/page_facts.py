"""What every page needs: who is looking, and how the site presents itself; read together, once a request."""

from dataclasses import dataclass, field

from webapp.domain.people.accounts import User
from webapp.domain.site.site import Site
from webapp.domain.sites.sites import access_of
from webapp.services.people.sessions import SessionService, SignedInSession
from webapp.services.ports import ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.site.logos import Logo, logo_of
from webapp.services.site.site import house_of


@dataclass(frozen=True)
class PageFacts:
    """What every page needs; by default what holds where nothing can be asked.

    Attributes:
        signed_in: the session that stands; None where there is none.
        sees_sites: whether this is a central instance, and who looks sees a site of it.
    """

    site: Site = field(default_factory=Site)
    logo: Logo | None = None
    signed_in: SignedInSession | None = None
    sees_sites: bool = False


@dataclass(frozen=True)
class PageService:
    """Reads what every page needs."""

    unit_of_work: UnitOfWorkFactory
    sessions: SessionService

    def facts(self, secret: str = "") -> PageFacts:
        """Return what every page needs, for the cookie that carries `secret`, and note that its session is used."""
        with self.unit_of_work.reading() as work:
            found = self.sessions.find_within(work, secret) if secret else None
            facts = PageFacts(house_of(work), logo_of(work), found, found is not None and _sees_sites(work, found.user))
        if found is not None:
            self.sessions.note_seen(found.session)
        return facts


def _sees_sites(work: ReadUnitOfWork, user: User) -> bool:
    return work.sites.has_any() and not access_of(user, work.sites.access_of(user.user_id)).is_none
