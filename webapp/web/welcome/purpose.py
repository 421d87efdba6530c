"""The third step: who answers for it, why, and on which legal basis; put on record."""

from flask import request
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep
from webapp.domain.site.site_records import LegalBasis, RecordKind, SiteRecord, newest, purpose_record
from webapp.errors import AnalysisWouldStop, InputInvalid
from webapp.web.admin.site_forms import SitePurposeEntry, shown_site
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.welcome.area import go_on, step_page, welcome
from webapp.web.welcome.purpose_templates import LEGAL_BASIS_WORDS, PURPOSE_TEMPLATES


class PurposeRecordEntry(SitePurposeEntry):
    """What the site says of itself, and why the law lets it."""

    legal_basis = RadioField(
        lazy("On which legal basis?"),
        choices=[SelectChoice(basis.value, words) for basis, words in LEGAL_BASIS_WORDS.items()],
        validators=[InputRequired(lazy("Choose a legal basis."))],
    )
    reason = TextAreaField(
        lazy("Why does it carry the purpose?"), validators=[DataRequired(lazy("Say why it carries the purpose."))]
    )


@welcome.route("/purpose", methods=["GET", "POST"], endpoint="purpose")
@requires(Role.ADMIN)
def purpose_step() -> Response | str | tuple[str, int]:
    """Who, why and on which legal basis; words to begin with take the place of those that are there."""
    record = newest(app_services().site_records.list(), RecordKind.PURPOSE)
    entry = PurposeRecordEntry(obj=shown_site(app_services().site.get()), data=_before(record))
    if not entry.is_submitted():
        return _page(entry, record)
    if request.form.get("template") in PURPOSE_TEMPLATES:
        _begin_with(entry, request.form["template"])
        return _page(entry, record)
    try:
        if entry.validate():
            _put_on_record(entry)
            return go_on(FirstDayStep.PURPOSE)
    except AnalysisWouldStop as error:
        return _page(entry, record, stops=str(error.values["cameras"])), 409
    except InputInvalid as error:
        put_error(entry, error)
    return _page(entry, record), 400


def _before(record: SiteRecord | None) -> dict[str, str]:
    return {name: record.content[name] for name in ("legal_basis", "reason")} if record else {}


def _begin_with(entry: PurposeRecordEntry, name: str) -> None:
    """Fill in the words of a template; who uses it and whom to ask stay as they were typed."""
    template = PURPOSE_TEMPLATES[name]
    entry.purpose.data, entry.reason.data = str(template.purpose), template.reason
    entry.legal_basis.data = template.legal_basis.value


def _put_on_record(entry: PurposeRecordEntry) -> None:
    services, by = app_services(), current_person().name
    held = services.site.get()
    wanted, basis = entry.site(held), LegalBasis(entry.legal_basis.data)
    purpose_record(wanted, basis, entry.reason.data)  # Before anything is saved.
    if wanted != held:
        services.site_records.change_site(wanted, by)
    services.site_records.record_purpose(basis, entry.reason.data, by)


def _page(entry: PurposeRecordEntry, record: SiteRecord | None, stops: str = "") -> str:
    """Return the page; `stops` are the cameras that would analyse nobody with these words, until the new sign hangs."""
    return step_page(FirstDayStep.PURPOSE, form=entry, record=record, templates=PURPOSE_TEMPLATES, stops=stops)
