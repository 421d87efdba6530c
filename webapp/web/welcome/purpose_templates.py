"""Words to begin with: why a site of a kind may use this, in plain words that each site makes its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString

from webapp.domain.site.site_records import LegalBasis

LEGAL_BASIS_WORDS: Mapping[LegalBasis, LazyString] = {
    LegalBasis.LEGITIMATE_INTERESTS: lazy(
        "Legitimate interests, weighed against those of the visitors (GDPR Article 6(1)(f))"
    ),
    LegalBasis.CONSENT: lazy("Consent of each person before a camera sees them (GDPR Article 6(1)(a))"),
    LegalBasis.PUBLIC_TASK: lazy("A public task that a law gives (GDPR Article 6(1)(e); not open to companies)"),
    LegalBasis.LEGAL_OBLIGATION: lazy("A legal obligation (GDPR Article 6(1)(c); rare)"),
}
_MILDER = lazy(
    "Nobody is identified, no names or faces are compared, pictures are kept for days and then deleted, staff are "
    "left out, and a person decides what is done. A sign says so before anyone is seen, and who objects is served "
    "where no camera looks."
)


@dataclass(frozen=True)
class PurposeTemplate:
    """What a kind of site may begin with.

    Attributes:
        title: the kind of site.
        purpose: why, as visitors read it.
        legal_basis: which one to think of first; it is proposed, not advised.
        weighed: why that may carry it, without what is the same everywhere.
    """

    title: LazyString
    purpose: LazyString
    legal_basis: LegalBasis
    weighed: LazyString

    @property
    def reason(self) -> str:
        """The whole reason, in the page's language."""
        return f"{self.weighed} {_MILDER}"


PURPOSE_TEMPLATES: Mapping[str, PurposeTemplate] = {
    "hotel": PurposeTemplate(
        lazy("Hotel"),
        lazy(
            "So that our reception notices when a guest looks unhappy, and can help while the stay can still be put "
            "right."
        ),
        LegalBasis.LEGITIMATE_INTERESTS,
        lazy(
            "Our interest: to hear of a complaint while we can still mend it. The guests' interest: to be served, and "
            "not to be watched. We weighed them: the camera sees the reception alone, not corridors, rooms or tables."
        ),
    ),
    "shop": PurposeTemplate(
        lazy("Shop"),
        lazy(
            "So that our staff notice when a customer looks unhappy at the service desk or the till, and come to help."
        ),
        LegalBasis.LEGITIMATE_INTERESTS,
        lazy(
            "Our interest: to help where a purchase or a return goes wrong. The customers' interest: to shop without "
            "being watched. We weighed them: the camera sees the service desk alone, not the shelves or the fitting "
            "rooms, and is not used to suspect anyone."
        ),
    ),
    "kiosk": PurposeTemplate(
        lazy("Check-in kiosk"),
        lazy("So that someone comes when a visitor at the self check-in looks stuck or unhappy."),
        LegalBasis.LEGITIMATE_INTERESTS,
        lazy(
            "Our interest: to help where the machine fails. The visitors' interest: to check in without being "
            "watched. We weighed them: the screen itself says that its camera is on, and a desk with a person is open "
            "as well."
        ),
    ),
    "public": PurposeTemplate(
        lazy("Public service desk"),
        lazy("So that our staff notice when a visitor at the counter looks upset, and can calm matters early."),
        LegalBasis.PUBLIC_TASK,
        lazy(
            "The task and the law that gives it: … (name both; without such a law this basis does not carry). What "
            "milder means were tried: … The service does not depend on being seen by a camera, and no decision about "
            "a visitor uses it."
        ),
    ),
}
