"""The words of the compliance file: what each line is about, and which article asks for it."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from webapp.domain.cameras.cameras import CameraKind
from webapp.domain.site.compliance.duties import ASKED, Duty, Law, Line
from webapp.domain.site.site_records import LegalBasis, StaffChoice
from webapp.services.compliance.json_export import Status
from webapp.web.core.template_filters import short_day

LINE_WORDS = {
    Line.PURPOSE: lazy("Purpose"),
    Line.LEGAL_BASIS: lazy("Legal basis"),
    Line.SPECIAL_CATEGORIES: lazy("Special categories of data"),
    Line.NOTICE: lazy("Notice to visitors"),
    Line.STAFF: lazy("No emotions of staff"),
    Line.WORKERS: lazy("Information of staff"),
    Line.CAMERAS: lazy("Cameras, zones and schedules"),
    Line.RETENTION: lazy("How long what is kept"),
    Line.DELETIONS: lazy("Proof of deletion"),
    Line.REQUESTS: lazy("Visitors' requests"),
    Line.MODEL: lazy("The AI model"),
    Line.ACCURACY: lazy("Accuracy, robustness and cybersecurity"),
    Line.RISK_MANAGEMENT: lazy("Risk management"),
    Line.OVERSIGHT: lazy("Who watches over the alerts"),
    Line.OVERSEERS: lazy("People in charge"),
    Line.RECORDS: lazy("Records"),
    Line.CHANGES: lazy("Log of changes"),
    Line.DESCRIPTION: lazy("Systematic description"),
    Line.NECESSITY: lazy("Necessity and proportionality"),
    Line.RISKS: lazy("Risks to visitors"),
    Line.MEASURES: lazy("Measures"),
    Line.CONSULTED: lazy("Whose advice was asked"),
    Line.CONCLUSION: lazy("Conclusion"),
    Line.REVIEW: lazy("Next review"),
    Line.RIGHTS: lazy("Fundamental rights impact assessment"),
    Line.CONTROLLER: lazy("Controller"),
    Line.DPO: lazy("Data protection officer and representative"),
    Line.PROCESSING: lazy("Purposes, people and data"),
    Line.RECIPIENTS: lazy("Recipients"),
    Line.TRANSFERS: lazy("Transfers to third countries"),
    Line.SECURITY: lazy("Security of processing"),
}
QUESTIONS = {
    Line.SPECIAL_CATEGORIES: lazy(
        "Amends measures faces and identifies nobody. Does Article 9 GDPR apply all the same, and on which ground?"
    ),
    Line.WORKERS: lazy("When and how were staff, and those who represent them, informed of the cameras?"),
    Line.RISK_MANAGEMENT: lazy(
        "Who looks at false alarms, complaints and new risks, how often, and what happens then?"
    ),
    Line.OVERSEERS: lazy("Who is in charge of the alerts, and what did they learn about the model's limits?"),
    Line.NECESSITY: lazy("Why does nothing that intrudes less do as well, such as a bell or a question at the till?"),
    Line.RISKS: lazy("What else may happen to visitors here: children, people in need of protection, places of trust?"),
    Line.MEASURES: lazy("What is done here beside what the software does?"),
    Line.CONSULTED: lazy(
        "Whose advice was asked: data protection officer, visitors, works council? When, and what did they say?"
    ),
    Line.CONCLUSION: lazy("Which risk remains, who takes it on, and is the supervisory authority to be asked first?"),
    Line.REVIEW: lazy("When is this assessment looked at again, and by whom?"),
    Line.RIGHTS: lazy(
        "Is an assessment of fundamental rights due here (public bodies and public services), and where is it?"
    ),
    Line.DPO: lazy(
        "Who is the data protection officer, and where there is one the representative or joint controller?"
    ),
    Line.RECIPIENTS: lazy("Who else gets what is kept: a service company, a parent company, the police on request?"),
    Line.TRANSFERS: lazy(
        "Amends sends nothing anywhere. Does anything leave the European Union all the same, such as backups?"
    ),
}
STATUS_WORDS = {
    Status.SHOWN: lazy("What the software shows"),
    Status.MISSING: lazy("Missing"),
    Status.WRITTEN: lazy("You decided"),
    Status.BLANK: lazy("You must decide"),
}
BASIS_WORDS = {
    LegalBasis.CONSENT: lazy("Consent, GDPR Article 6(1)(a)"),
    LegalBasis.LEGAL_OBLIGATION: lazy("Legal obligation, GDPR Article 6(1)(c)"),
    LegalBasis.PUBLIC_TASK: lazy("Task in the public interest, GDPR Article 6(1)(e)"),
    LegalBasis.LEGITIMATE_INTERESTS: lazy("Legitimate interests, GDPR Article 6(1)(f)"),
}
STAFF_WORDS = {
    StaffChoice.AS_DRAWN: lazy("staff stand in the staff zones, as drawn"),
    StaffChoice.NO_STAFF_IN_VIEW: lazy("no staff in view"),
}
CAMERA_WORDS = {
    CameraKind.RTSP: lazy("network camera (RTSP)"),
    CameraKind.HTTP: lazy("network camera (HTTP)"),
    CameraKind.SNAPSHOT: lazy("network camera (single pictures)"),
    CameraKind.USB: lazy("USB camera"),
    CameraKind.FILE: lazy("recorded video"),
    CameraKind.DEMO: lazy("demo, nobody real"),
    CameraKind.KIOSK: lazy("kiosk"),
}
_ARTICLES: Mapping[Law, Mapping[bool, object]] = {
    Law.AI_ACT: {
        True: lazy("AI Act, %(articles)s, since %(day)s"),
        False: lazy("AI Act, %(articles)s, from %(day)s"),
    },
    Law.GDPR: {
        True: lazy("GDPR, %(articles)s, since %(day)s"),
        False: lazy("GDPR, %(articles)s, from %(day)s"),
    },
}


def articles_of(line: Line, today: date) -> list[str]:
    """Return which articles a line answers, those of one law and one day together."""
    grouped = groupby(ASKED[line].duties, key=lambda duty: (duty.law, duty.holds_from))
    return [_articles(law, day, list(duties), today) for (law, day), duties in grouped]


def _articles(law: Law, day: date, duties: list[Duty], today: date) -> str:
    named = ", ".join(duty.article for duty in duties)
    articles = (
        _("Article %(articles)s", articles=named) if len(duties) == 1 else _("Articles %(articles)s", articles=named)
    )
    return str(_ARTICLES[law][duties[0].holds(today)]) % {"articles": articles, "day": short_day(day)}
