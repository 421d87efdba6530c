"""Which article asks for what, and since or from when: Regulations (EU) 2024/1689 (AI Act) and (EU) 2016/679 (GDPR)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Law(StrEnum):
    """Whose articles they are."""

    AI_ACT = "ai_act"
    GDPR = "gdpr"


@dataclass(frozen=True)
class Duty:
    """One duty.

    Attributes:
        law: where it stands.
        article: as lawyers write it, such as 5(1)(f).
        holds_from: the first day on which it holds.
    """

    law: Law
    article: str
    holds_from: date

    def holds(self, today: date) -> bool:
        """Return whether it holds already."""
        return self.holds_from <= today


# Chapter II of the AI Act.
_PROHIBITIONS = date(2025, 2, 2)
_TRANSPARENCY = date(2026, 8, 2)
# High-risk systems of Annex III: put off by the Digital Omnibus of June 2026.
_HIGH_RISK = date(2027, 12, 2)
_GDPR = date(2018, 5, 25)


class Source(StrEnum):
    """Where an answer comes from."""

    SOFTWARE = "software"  # What the software shows.
    YOU = "you"  # What people must decide, and write down.


class Line(StrEnum):
    """What the file answers, in its order."""

    PURPOSE = "purpose"
    LEGAL_BASIS = "legal_basis"
    SPECIAL_CATEGORIES = "special_categories"
    NOTICE = "notice"
    STAFF = "staff"
    WORKERS = "workers"
    CAMERAS = "cameras"
    RETENTION = "retention"
    DELETIONS = "deletions"
    REQUESTS = "requests"
    MODEL = "model"
    ACCURACY = "accuracy"
    RISK_MANAGEMENT = "risk_management"
    OVERSIGHT = "oversight"
    OVERSEERS = "overseers"
    RECORDS = "records"
    CHANGES = "changes"
    DESCRIPTION = "description"
    NECESSITY = "necessity"
    RISKS = "risks"
    MEASURES = "measures"
    CONSULTED = "consulted"
    CONCLUSION = "conclusion"
    REVIEW = "review"
    RIGHTS = "rights"
    CONTROLLER = "controller"
    DPO = "dpo"
    PROCESSING = "processing"
    RECIPIENTS = "recipients"
    TRANSFERS = "transfers"
    SECURITY = "security"


@dataclass(frozen=True)
class Asked:
    """What is asked of one line.

    Attributes:
        source: where the answer comes from.
        duties: which articles it answers.
    """

    source: Source
    duties: tuple[Duty, ...]


def _ai_act(holds_from: date, *articles: str) -> tuple[Duty, ...]:
    return tuple(Duty(Law.AI_ACT, article, holds_from) for article in articles)


def _gdpr(*articles: str) -> tuple[Duty, ...]:
    return tuple(Duty(Law.GDPR, article, _GDPR) for article in articles)


def _shown(*duties: Duty) -> Asked:
    return Asked(Source.SOFTWARE, duties)


def _decided(*duties: Duty) -> Asked:
    return Asked(Source.YOU, duties)


ASKED: Mapping[Line, Asked] = {
    Line.PURPOSE: _shown(*_gdpr("5(1)(b)", "13(1)(c)")),
    Line.LEGAL_BASIS: _decided(*_gdpr("6(1)", "13(1)(c)")),
    Line.SPECIAL_CATEGORIES: _decided(*_gdpr("9")),
    Line.NOTICE: _shown(*_ai_act(_TRANSPARENCY, "50(3)"), *_gdpr("13")),
    Line.STAFF: _shown(*_ai_act(_PROHIBITIONS, "5(1)(f)")),
    Line.WORKERS: _decided(*_ai_act(_HIGH_RISK, "26(7)"), *_gdpr("13")),
    Line.CAMERAS: _shown(*_gdpr("5(1)(c)", "30(1)(c)")),
    Line.RETENTION: _shown(*_gdpr("5(1)(e)", "13(2)(a)", "30(1)(f)")),
    Line.DELETIONS: _shown(*_gdpr("5(1)(e)", "5(2)")),
    Line.REQUESTS: _shown(*_gdpr("15", "17")),
    Line.MODEL: _shown(*_ai_act(_HIGH_RISK, "10", "11", "13"), *_gdpr("5(1)(d)")),
    Line.ACCURACY: _shown(*_ai_act(_HIGH_RISK, "15"), *_gdpr("5(1)(d)")),
    Line.RISK_MANAGEMENT: _decided(*_ai_act(_HIGH_RISK, "9", "26(1)")),
    Line.OVERSIGHT: _shown(*_ai_act(_HIGH_RISK, "14", "26(5)")),
    Line.OVERSEERS: _decided(*_ai_act(_HIGH_RISK, "26(2)")),
    Line.RECORDS: _shown(*_ai_act(_HIGH_RISK, "12", "26(6)")),
    Line.CHANGES: _shown(*_ai_act(_HIGH_RISK, "12"), *_gdpr("5(2)")),
    Line.DESCRIPTION: _shown(*_gdpr("35(7)(a)")),
    Line.NECESSITY: _decided(*_gdpr("35(7)(b)", "5(1)(c)")),
    Line.RISKS: _decided(*_gdpr("35(7)(c)")),
    Line.MEASURES: _decided(*_gdpr("35(7)(d)")),
    Line.CONSULTED: _decided(*_gdpr("35(2)", "35(9)")),
    Line.CONCLUSION: _decided(*_gdpr("35(1)", "36(1)")),
    Line.REVIEW: _decided(*_gdpr("35(11)")),
    Line.RIGHTS: _decided(*_ai_act(_HIGH_RISK, "27")),
    Line.CONTROLLER: _shown(*_gdpr("30(1)(a)", "13(1)(a)")),
    Line.DPO: _decided(*_gdpr("30(1)(a)", "13(1)(b)")),
    Line.PROCESSING: _shown(*_gdpr("30(1)(b)", "30(1)(c)")),
    Line.RECIPIENTS: _decided(*_gdpr("30(1)(d)", "13(1)(e)")),
    Line.TRANSFERS: _decided(*_gdpr("30(1)(e)", "13(1)(f)")),
    Line.SECURITY: _shown(*_gdpr("30(1)(g)", "5(1)(f)")),
}
