"""What is on record of purpose and notice, and putting it there again where other words would outdate it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from webapp.domain.site.analysis_gate import missing_of_site
from webapp.domain.site.site import Site
from webapp.domain.site.site_records import LegalBasis, RecordKind, SiteRecord, newest
from webapp.errors import InputInvalid
from webapp.services.site.site_records import NewRecords, WaitingCamera
from webapp.web.audit.record_words import BASIS_WORDS
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person


class RecordsEntry(FlaskForm):
    """Purpose and notice, put on record in one act; the form that it is part of has the CSRF token."""

    class Meta:
        """How it is read."""

        csrf = False

    legal_basis = SelectField(
        lazy("Legal basis"), choices=lambda: [SelectChoice(one.value, words) for one, words in BASIS_WORDS.items()]
    )
    reason = TextAreaField(lazy("Why it carries the purpose"))
    hangs_since = DateField(lazy("The sign with these words hangs since"))
    hung_by = StringField(lazy("Who hung it"))

    def records(self) -> NewRecords:
        """Return the entry.

        Raises:
            InputInvalid: there is no such basis, or no such day.
        """
        if self.legal_basis.data not in set(LegalBasis):
            raise InputInvalid("Expected one of the legal bases of the list.", field="legal_basis")
        if self.hangs_since.data is None:
            raise InputInvalid("Expected the day on which the sign was hung, such as 2026-11-29.", field="hangs_since")
        basis = LegalBasis(self.legal_basis.data)
        return NewRecords(basis, self.reason.data or "", self.hangs_since.data, self.hung_by.data or "")


@dataclass(frozen=True)
class OnRecord:
    """What is on record of the whole site, as the page shows it.

    Attributes:
        purpose: the newest record; None where there is none.
        notice: likewise.
        missing: what is not on record as things are now.
        waiting: the enabled cameras that lack a record of any kind.
    """

    purpose: SiteRecord | None
    notice: SiteRecord | None
    missing: tuple[RecordKind, ...]
    waiting: Sequence[WaitingCamera]


def on_record() -> OnRecord:
    """Return what is on record of the whole site."""
    service = app_services().site_records
    records = service.list()
    return OnRecord(
        newest(records, RecordKind.PURPOSE),
        newest(records, RecordKind.NOTICE),
        missing_of_site(service.site.get(), records),
        service.waiting(),
    )


def records_entry() -> RecordsEntry:
    """Return the form, filled with what was put on record last, and with today."""
    service = app_services().site_records
    known = on_record()
    was = {**(known.purpose.content if known.purpose else {}), **(known.notice.content if known.notice else {})}
    return RecordsEntry(
        legal_basis=was.get("legal_basis", LegalBasis.LEGITIMATE_INTERESTS.value),
        reason=was.get("reason", ""),
        hangs_since=service.clock.now().astimezone(service.site.zone()).date(),
        hung_by=was.get("hung_by", ""),
    )


def save_site(site: Site, entry: RecordsEntry) -> None:
    """Let other words hold, in the way that was chosen where they outdate what is on record.

    Raises:
        AnalysisWouldStop: cameras would analyse nobody, and no way was chosen yet.
        InputInvalid: one of the words cannot be used.
    """
    way = request.form.get("act")
    records = entry.records() if way == "record" else None
    app_services().site_records.change_site(site, current_person().name, records, may_stop=way == "stop")
