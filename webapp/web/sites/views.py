"""The sites that a person sees: all at a glance, and one with its incidents, cameras and figures."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.people.roles import Role
from webapp.domain.sites.feed import SentDay
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import short_day, word
from webapp.web.sites.area import sites
from webapp.web.sites.site_query import SiteIncidentQuery


@sites.get("/sites")
@requires(Role.STAFF)
def overview() -> str:
    """All sites at a glance; for whoever may see none, there is no such page."""
    person = current_person()
    summaries = app_services().sites.overview.summaries(person)
    if not summaries and not person.may(Role.ADMIN):
        raise NotFound
    return render_template("sites/sites.html", summaries=summaries)


@sites.get("/sites/<int:site_id>")
@requires(Role.STAFF)
def site(site_id: int) -> str | tuple[str, int]:
    """One site: its incidents, the newest first, its cameras, and its figures by day."""
    service, person, query = app_services().sites.overview, current_person(), SiteIncidentQuery(request.args)
    summary = service.summary(person, site_id)
    page = None if query.errors else service.incidents(person, site_id, query.wanted, page=query.page)
    shown = render_template(
        "sites/site.html",
        summary=summary,
        query=query,
        page=page,
        chart=_chart(service.days(person, site_id)),
        choices={
            "state": [(state.value, word(state)) for state in IncidentState],
            "outcome": [(outcome.value, word(outcome)) for outcome in Outcome],
        },
    )
    return (shown, 400) if query.errors else shown


@sites.get("/sites/<int:site_id>/incidents/<int:incident_id>/picture.jpg")
@requires(Role.STAFF)
def picture(site_id: int, incident_id: int) -> Response:
    """The picture of a site's incident, where both sides let it go over; who views it is noted."""
    jpeg = app_services().sites.overview.picture(current_person(), site_id, incident_id)
    if jpeg is None:
        raise NotFound(_("This alert has no picture, or it has been deleted."))
    return Response(jpeg, mimetype="image/jpeg")


def _chart(days: Sequence[SentDay]) -> dict[str, Any]:
    """Return the incidents by day as the charts of the insights are drawn."""
    total, busiest = sum(day.total for day in days), max(days, key=lambda day: day.total)
    return {
        "key": "by-day",
        "title": _("Incidents by day"),
        "words": _(
            "%(incidents)s %(in_days)s; most on %(day)s: %(most)s.",
            incidents=ngettext("%(num)s incident", "%(num)s incidents", total),
            in_days=ngettext("in %(num)s day", "in %(num)s days", len(days)),
            day=short_day(busiest.day),
            most=busiest.total,
        ),
        "headers": (_("Day"), _("Incidents"), _("Resolved"), _("False alarms")),
        "rows": [
            (short_day(day.day), day.total, day.total - day.outcomes.get("open", 0), day.outcomes.get("false_alarm", 0))
            for day in days
        ],
        "data": {"names": [short_day(day.day) for day in days], "values": [day.total for day in days]},
        "empty": "" if total else _("No incident was raised in these days."),
        "is_wide": True,
    }
