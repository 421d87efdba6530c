"""What every page needs: who is looking, and how the site presents itself; read together, once a request."""

from dataclasses import dataclass, field

from webapp.domain.site.site import Site
from webapp.services.people.sessions import SessionService, SignedInSession
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.site.logos import Logo, logo_of
from webapp.services.site.site import house_of


@dataclass(frozen=True)
class PageFacts:
    """What every page needs; by default what holds where nothing can be asked.

    Attributes:
        signed_in: the session that stands; None where there is none.
    """

    site: Site = field(default_factory=Site)
    logo: Logo | None = None
    signed_in: SignedInSession | None = None


@dataclass(frozen=True)
class PageService:
    """Reads what every page needs."""

    unit_of_work: UnitOfWorkFactory
    sessions: SessionService

    def facts(self, secret: str = "") -> PageFacts:
        """Return what every page needs, for the cookie that carries `secret`, and note that its session is used."""
        with self.unit_of_work.reading() as work:
            found = self.sessions.find_within(work, secret) if secret else None
            facts = PageFacts(house_of(work), logo_of(work), found)
        if found is not None:
            self.sessions.note_seen(found.session)
        return facts
