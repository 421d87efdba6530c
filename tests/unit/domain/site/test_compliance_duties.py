from dataclasses import asdict
from datetime import date

import pytest

from webapp.domain.site.compliance.answers import ANSWERED_LINES, MAX_ANSWER_LENGTH, ComplianceAnswers
from webapp.domain.site.compliance.duties import ASKED, Law, Line, Source
from webapp.errors import InputInvalid

HOLDS_FROM = {
    "5(1)(f)": date(2025, 2, 2),
    "50(3)": date(2026, 8, 2),
    **dict.fromkeys(("9", "10", "11", "12", "13", "14", "15", "26(2)", "27"), date(2027, 12, 2)),
}


def duties():
    return [duty for asked in ASKED.values() for duty in asked.duties]


def test_every_line_names_an_article():
    assert set(ASKED) == set(Line)
    assert all(asked.duties for asked in ASKED.values())


@pytest.mark.parametrize(("article", "day"), HOLDS_FROM.items())
def test_articles_of_the_ai_act_hold_from_their_day(article, day):
    (held,) = {duty.holds_from for duty in duties() if duty.law is Law.AI_ACT and duty.article == article}
    assert held == day


def test_the_articles_of_the_gdpr_that_are_asked_for_are_answered():
    named = {duty.article.partition("(")[0] for duty in duties() if duty.law is Law.GDPR}
    assert {"5", "6", "9", "13", "30", "35"} <= named
    assert {duty.holds_from for duty in duties() if duty.law is Law.GDPR} == {date(2018, 5, 25)}


def test_a_duty_holds_on_its_first_day():
    (duty,) = ASKED[Line.STAFF].duties
    assert not duty.holds(date(2025, 2, 1))
    assert duty.holds(date(2025, 2, 2))


def test_what_people_decide_can_be_written_down():
    decided = {line for line, asked in ASKED.items() if asked.source is Source.YOU}
    assert set(ANSWERED_LINES.values()) == decided - {Line.LEGAL_BASIS}
    assert set(ANSWERED_LINES) == set(asdict(ComplianceAnswers()))


def test_an_answer_has_bounds_and_names_its_field():
    ComplianceAnswers(necessity="x" * MAX_ANSWER_LENGTH)
    with pytest.raises(InputInvalid) as refused:
        ComplianceAnswers(necessity="x" * (MAX_ANSWER_LENGTH + 1))
    assert refused.value.field == "necessity"
