"""The compliance file as a document: what its template needs, and the whole of it as one page by itself."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import force_locale

from webapp.domain.site.compliance.duties import Line
from webapp.domain.site.site_records import LegalBasis, RecordKind, StaffChoice
from webapp.services.compliance.file import OVERSIGHT_DAYS, ComplianceFile
from webapp.services.compliance.json_export import Status, status_of
from webapp.services.use_cases import UseCases
from webapp.settings import REPOSITORY_DIR
from webapp.web.admin.compliance.file_words import (
    BASIS_WORDS,
    CAMERA_WORDS,
    LINE_WORDS,
    QUESTIONS,
    STAFF_WORDS,
    STATUS_WORDS,
    articles_of,
)
from webapp.web.admin.compliance.times import site_times
from webapp.web.admin.retention import KIND_WORDS
from webapp.web.audit.audit_words import details, kind_words
from webapp.web.core import template_filters
from webapp.web.core.assets import STATIC_DIR
from webapp.web.core.template_filters import WEEKDAY_NAMES, purpose

_STYLES = ("paper.css", "compliance.css")


def document_values(file: ComplianceFile, zone: ZoneInfo) -> Mapping[str, Any]:
    """Return what the template of the document works with.

    Args:
        file: as it is now.
        zone: of the site: times are written on its clocks.
    """
    today = file.made_at.astimezone(zone).date()
    return {
        "file": file,
        "zone": zone.key,
        "at_site": site_times(zone),
        "Line": Line,
        "Status": Status,
        "RecordKind": RecordKind,
        "status_of": partial(status_of, file),
        "articles_of": lambda line: articles_of(line, today),
        "line_words": LINE_WORDS,
        "questions": QUESTIONS,
        "status_words": STATUS_WORDS,
        "basis_words": lambda record: BASIS_WORDS[LegalBasis(record.content["legal_basis"])],
        "staff_words": lambda record: STAFF_WORDS[StaffChoice(record.content["choice"])],
        "purpose_of": lambda record: purpose(replace(file.site, purpose=record.content["purpose"])),
        "camera_words": CAMERA_WORDS,
        "kept_words": KIND_WORDS,
        "kind_words": kind_words,
        "details": details,
        "oversight_days": OVERSIGHT_DAYS,
        "answers": file.answers.by_line(),
        "weekdays": WEEKDAY_NAMES,
        "left": [line for line in Line if status_of(file, line) in (Status.MISSING, Status.BLANK)],
    }


def standalone(values: Mapping[str, Any]) -> str:
    """Return the document as one HTML page that needs nothing else."""
    style = "\n".join((STATIC_DIR / "css" / name).read_text() for name in _STYLES)
    template = current_app.jinja_env.get_template("admin/compliance/export.html")
    return template.render(links=False, style=style, **values)


def written_without_a_server(use_cases: UseCases, file: ComplianceFile, language: str) -> str:
    """Return the same for the command line, in a language by its code."""
    app = Flask("webapp.web", template_folder=str(REPOSITORY_DIR / "templates"), static_folder=None)
    app.extensions.update(amends_services=use_cases, amends_settings=use_cases.settings)
    template_filters.init_app(app)
    with app.test_request_context(), force_locale(language):
        return standalone(document_values(file, use_cases.site.zone()))
