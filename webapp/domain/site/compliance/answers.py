"""What only people can decide and write down: the blanks of the compliance file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from webapp.domain.site.compliance.duties import Line
from webapp.errors import InputInvalid

MAX_ANSWER_LENGTH = 2000
# Of the legal basis there is a record, which the gate of the analysis asks for.
ANSWERED_LINES: Mapping[str, Line] = {
    "special_categories": Line.SPECIAL_CATEGORIES,
    "workers": Line.WORKERS,
    "risk_management": Line.RISK_MANAGEMENT,
    "overseers": Line.OVERSEERS,
    "necessity": Line.NECESSITY,
    "risks": Line.RISKS,
    "measures": Line.MEASURES,
    "consulted": Line.CONSULTED,
    "conclusion": Line.CONCLUSION,
    "review": Line.REVIEW,
    "rights": Line.RIGHTS,
    "dpo": Line.DPO,
    "recipients": Line.RECIPIENTS,
    "transfers": Line.TRANSFERS,
}


@dataclass(frozen=True)
class ComplianceAnswers:
    """What an admin wrote down; empty where nothing is decided yet.

    Attributes:
        special_categories: whether Article 9 GDPR is touched, and why not or on which ground.
        workers: how staff and those who represent them were informed.
        risk_management: how risks are watched while it is in use.
        overseers: who is in charge of the alerts, and what they were taught.
        necessity: why nothing that intrudes less does as well.
        risks: what else may happen to visitors here.
        measures: what is done here beside what the software does.
        consulted: whose advice was asked: data protection officer, visitors, works council.
        conclusion: what remains, and who takes it on.
        review: when it is looked at again.
        rights: whether a fundamental rights impact assessment is due, and where it is.
        dpo: the data protection officer, representative or joint controller, and how to reach them.
        recipients: who else gets what is kept.
        transfers: whether anything leaves the European Union.
    """

    special_categories: str = ""
    workers: str = ""
    risk_management: str = ""
    overseers: str = ""
    necessity: str = ""
    risks: str = ""
    measures: str = ""
    consulted: str = ""
    conclusion: str = ""
    review: str = ""
    rights: str = ""
    dpo: str = ""
    recipients: str = ""
    transfers: str = ""

    def __post_init__(self) -> None:
        """Check the lengths.

        Raises:
            InputInvalid: one of them is too long.
        """
        for field in fields(self):
            length = len(getattr(self, field.name))
            if length > MAX_ANSWER_LENGTH:
                raise InputInvalid(
                    "Expected at most %(most)s characters, got %(length)s.",
                    most=MAX_ANSWER_LENGTH,
                    length=length,
                    field=field.name,
                )

    def by_line(self) -> Mapping[Line, str]:
        """Return the lines that people answer, with what they wrote."""
        return {line: getattr(self, name) for name, line in ANSWERED_LINES.items()}
