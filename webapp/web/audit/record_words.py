"""How what is put on record reads."""

from flask_babel import lazy_gettext as lazy

from webapp.domain.site.site_records import LegalBasis, RecordKind, StaffChoice

BASIS_WORDS = {
    LegalBasis.CONSENT: lazy("Consent: GDPR, Article 6(1)(a)"),
    LegalBasis.LEGAL_OBLIGATION: lazy("Legal obligation: GDPR, Article 6(1)(c)"),
    LegalBasis.PUBLIC_TASK: lazy("Public task: GDPR, Article 6(1)(e)"),
    LegalBasis.LEGITIMATE_INTERESTS: lazy("Legitimate interests: GDPR, Article 6(1)(f)"),
}
RECORD_WORDS = {
    RecordKind.PURPOSE: lazy("purpose"),
    RecordKind.NOTICE: lazy("notice"),
    RecordKind.STAFF_ZONES: lazy("staff zones"),
}
CHOICE_WORDS = {
    StaffChoice.AS_DRAWN: lazy("as drawn"),
    StaffChoice.NO_STAFF_IN_VIEW: lazy("no staff in view"),
}
