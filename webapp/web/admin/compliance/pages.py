"""The compliance file: read, printed, exported, and its blanks filled in."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from webapp.domain.people.roles import Role
from webapp.domain.site.compliance.answers import ANSWERED_LINES, MAX_ANSWER_LENGTH, ComplianceAnswers
from webapp.domain.site.compliance.duties import Line
from webapp.errors import InputInvalid, NotFound
from webapp.services.compliance.file import ComplianceFile
from webapp.services.compliance.json_export import as_json
from webapp.web.admin.area import admin
from webapp.web.admin.compliance.document import document_values, standalone
from webapp.web.admin.compliance.file_words import LINE_WORDS, QUESTIONS
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires


class AnswersEntry(FlaskForm):
    """What only people can decide; a text of several lines for each blank."""

    special_categories = TextAreaField(LINE_WORDS[Line.SPECIAL_CATEGORIES])
    workers = TextAreaField(LINE_WORDS[Line.WORKERS])
    risk_management = TextAreaField(LINE_WORDS[Line.RISK_MANAGEMENT])
    overseers = TextAreaField(LINE_WORDS[Line.OVERSEERS])
    necessity = TextAreaField(LINE_WORDS[Line.NECESSITY])
    risks = TextAreaField(LINE_WORDS[Line.RISKS])
    measures = TextAreaField(LINE_WORDS[Line.MEASURES])
    consulted = TextAreaField(LINE_WORDS[Line.CONSULTED])
    conclusion = TextAreaField(LINE_WORDS[Line.CONCLUSION])
    review = TextAreaField(LINE_WORDS[Line.REVIEW])
    rights = TextAreaField(LINE_WORDS[Line.RIGHTS])
    dpo = TextAreaField(LINE_WORDS[Line.DPO])
    recipients = TextAreaField(LINE_WORDS[Line.RECIPIENTS])
    transfers = TextAreaField(LINE_WORDS[Line.TRANSFERS])

    def answers(self) -> ComplianceAnswers:
        """Return the entry.

        Raises:
            InputInvalid: one of the texts is too long.
        """
        # A browser ends each line with two characters, and counts one.
        sent = {name: (self[name].data or "").replace("\r\n", "\n").strip() for name in ANSWERED_LINES}
        return ComplianceAnswers(**sent)


@admin.get("/compliance")
@requires(Role.ADMIN)
def compliance_file() -> str:
    """The file as it is now."""
    return render_template("admin/compliance/file.html", links=True, **_values(current_file()))


@admin.get("/compliance.html")
@requires(Role.ADMIN)
def compliance_html() -> Response:
    """The file as one HTML page that needs nothing else."""
    return _attached(standalone(_values(current_file())), "html", "text/html; charset=utf-8")


@admin.get("/compliance.json")
@requires(Role.ADMIN)
def compliance_json() -> Response:
    """The file for programs."""
    payload = as_json(current_file(), app_services().site.zone())
    return _attached(json.dumps(payload, ensure_ascii=False, indent=2), "json", "application/json")


@admin.get("/compliance/answers")
@requires(Role.ADMIN)
def compliance_answers() -> str:
    """The blanks, with what was written so far."""
    return _answers_page(AnswersEntry(formdata=None, data=asdict(app_services().compliance.answers())))


@admin.post("/compliance/answers")
@requires(Role.ADMIN)
def change_compliance_answers() -> AnyResponse | tuple[str, int]:
    """Let other answers stand in the file."""
    entry = AnswersEntry()
    try:
        if entry.validate():
            app_services().compliance.change_answers(entry.answers(), current_person().name)
            flash(_("Saved. The compliance file says so from now on."))
            return redirect(url_for("admin.compliance_file"), 303)
    except InputInvalid as error:
        put_error(entry, error)
    return _answers_page(entry), 400


def current_file() -> ComplianceFile:
    """Return the file as it is now, without the model's figures where there is no model."""
    services = app_services()
    try:
        card = services.model_cards.card()
    except NotFound:
        card = None
    return services.compliance.file(card)


def _values(file: ComplianceFile) -> Mapping[str, Any]:
    return document_values(file, app_services().site.zone())


def _attached(content: str, form: str, content_type: str) -> Response:
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="compliance.{form}"'
    return answer


def _answers_page(entry: AnswersEntry) -> str:
    return render_template(
        "admin/compliance/answers.html",
        form=entry,
        fields=[(entry[name], QUESTIONS[line]) for name, line in ANSWERED_LINES.items()],
        max_length=MAX_ANSWER_LENGTH,
    )
