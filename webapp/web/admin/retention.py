"""How long things are kept: what a change would delete is shown before it is saved."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired

from webapp.domain.people.roles import Role
from webapp.domain.site.retention import MIN_AUDIT_DAYS, KeptKind, RetentionRule
from webapp.errors import InputInvalid
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires

KIND_WORDS = {
    KeptKind.SNAPSHOTS: lazy("Pictures and clips of alerts"),
    KeptKind.SCORES: lazy("Scores of all faces"),
    KeptKind.INCIDENTS: lazy("Alerts, with notes and history"),
    KeptKind.EVENTS: lazy("Audit trail"),
    KeptKind.EXPRESSIONS: lazy("Counts of expressions"),
}
_NEEDED = [InputRequired(lazy("Enter a number of days."))]


class RetentionEntry(FlaskForm):
    """Days that each kind is kept."""

    snapshots = IntegerField(KIND_WORDS[KeptKind.SNAPSHOTS], validators=_NEEDED)
    scores = IntegerField(KIND_WORDS[KeptKind.SCORES], validators=_NEEDED)
    incidents = IntegerField(KIND_WORDS[KeptKind.INCIDENTS], validators=_NEEDED)
    events = IntegerField(KIND_WORDS[KeptKind.EVENTS], validators=_NEEDED)
    expressions = IntegerField(KIND_WORDS[KeptKind.EXPRESSIONS], validators=_NEEDED)

    def rule(self) -> RetentionRule:
        """Return the entry as a rule.

        Raises:
            InputInvalid: it contradicts itself.
        """
        return RetentionRule(**{kind.value: self[kind.value].data for kind in KeptKind})


@admin.get("/retention")
@requires(Role.ADMIN)
def retention() -> str:
    """What holds, and what it deletes next."""
    rule = app_services().retention.rule()
    return _page(RetentionEntry(formdata=None, obj=rule), rule)


@admin.post("/retention")
@requires(Role.ADMIN)
def change_retention() -> Response | str | tuple[str, int]:
    """Show what another rule would delete; save it when that has been seen."""
    entry, service = RetentionEntry(), app_services().retention
    if not entry.validate():
        return _page(entry, service.rule()), 400
    try:
        rule = entry.rule()
    except InputInvalid as error:
        put_error(entry, error)
        return _page(entry, service.rule()), 400
    if request.form.get("seen") != "yes":
        return _page(entry, rule, is_preview=True)
    service.change(rule, current_person().name)
    flash(_("Saved. What is older goes within the next minutes."))
    return redirect(url_for("admin.retention"))


def _page(entry: RetentionEntry, rule: RetentionRule, *, is_preview: bool = False) -> str:
    return render_template(
        "admin/retention.html",
        form=entry,
        forecasts=app_services().retention.forecast(rule),
        words=KIND_WORDS,
        is_preview=is_preview,
        min_audit_days=MIN_AUDIT_DAYS,
        score_track_days=app_settings().score_track_days,
    )
