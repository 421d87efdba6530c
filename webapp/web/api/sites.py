"""Many sites over the API: what they send to a central instance, and what that shows of them."""

from dataclasses import asdict
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from werkzeug.exceptions import Unauthorized

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.people.roles import Role
from webapp.domain.sites.feed import MAX_PICTURE_BYTES
from webapp.domain.sites.sites import RegisteredSite
from webapp.services.ports import KeptIncident, SiteIncidentFilter
from webapp.services.sites.overview import SiteSummary
from webapp.web.api.blueprint import APIBlueprint
from webapp.web.api.schemas import ErrorSchema
from webapp.web.api.site_feed_schemas import (
    FeedAnswerSchema,
    FeedMessageSchema,
    RegisteredSiteSchema,
    SentPictureSchema,
    SiteIncidentFilterSchema,
    SiteIncidentPageSchema,
    batch_of,
    note_of,
)
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, current_person, public, requires

api_sites = APIBlueprint("api_sites", __name__, description="The sites of a central instance, and what they send.")
_BEARER = "Bearer "
_OF_SITES = frozenset({"api_sites.take_feed", "api_sites.take_picture"})


@api_sites.get("")
@api_sites.response(200, RegisteredSiteSchema(many=True))
@requires(Role.STAFF, Credentials.TOKEN)
def list_sites() -> list[dict[str, Any]]:
    """List the sites that the token's person sees (staff)."""
    return [_summary(one) for one in app_services().sites.overview.summaries(current_person())]


@api_sites.get("/<int:site_id>/incidents")
@api_sites.arguments(SiteIncidentFilterSchema, location="query")
@api_sites.response(200, SiteIncidentPageSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def list_site_incidents(sent: dict[str, Any], site_id: int) -> dict[str, Any]:
    """List the incidents of one site, newest first (staff who see it)."""
    wanted = SiteIncidentFilter(
        states=(IncidentState(sent["state"]),) if sent["state"] else (),
        outcome=Outcome(sent["outcome"]) if sent["outcome"] else None,
        opened_from=sent["opened_from"],
        opened_before=sent["opened_before"],
    )
    overview = app_services().sites.overview
    found = overview.incidents(current_person(), site_id, wanted, page=sent["page"], page_size=sent["page_size"])
    shown = [_incident(one) for one in found.incidents]
    return {"incidents": shown, "total": found.total, "page": found.page, "pages": found.pages}


@api_sites.post("/feed")
@api_sites.arguments(FeedMessageSchema)
@api_sites.response(200, FeedAnswerSchema)
@api_sites.alt_response(401, schema=ErrorSchema, description="The token is no site's, or was revoked.")
@public
def take_feed(sent: dict[str, Any]) -> dict[str, Any]:
    """Take what happened at a site, by the site's own token; answers how far its log is followed."""
    site = _site_of_request()
    answer = app_services().sites.intake.take(site.site_id, note_of(sent["note"]), batch_of(sent["batch"]))
    position = answer.position
    at = position.event_at.isoformat() if position.event_at else None
    return {"position": asdict(position) | {"event_at": at}, "wants_pictures": list(answer.wants_pictures)}


@api_sites.put("/feed/pictures/<int:incident_id>")
@api_sites.arguments(SentPictureSchema, location="query")
@api_sites.response(204)
@api_sites.alt_response(401, schema=ErrorSchema, description="The token is no site's, or was revoked.")
@public
def take_picture(sent: dict[str, Any], incident_id: int) -> None:
    """Take the picture of an incident, by the site's own token: a JPEG as the body, or nothing where there is none."""
    site = _site_of_request()
    request.max_content_length = MAX_PICTURE_BYTES
    app_services().sites.intake.take_picture(site.site_id, incident_id, request.get_data(), sent["taken_at"])


@api_sites.before_request
def _check_site() -> None:
    """Find the site by its token before anything that it sends is read."""
    if request.endpoint not in _OF_SITES:
        return
    authorization = request.headers.get("Authorization", "")
    token = authorization.removeprefix(_BEARER).strip() if authorization.startswith(_BEARER) else ""
    g.amends_site = app_services().sites.intake.find(token)
    if g.amends_site is None:
        raise Unauthorized(_("This is the token of no site. An admin of the central instance makes one on Sites."))


def _site_of_request() -> RegisteredSite:
    site: RegisteredSite = g.amends_site
    return site


def _summary(one: SiteSummary) -> dict[str, Any]:
    site = one.site
    return {
        "site_id": site.site_id,
        "name": site.name,
        "state": one.state.value,
        "seen_at": site.seen_at.isoformat() if site.seen_at else None,
        "newest_frame_at": site.newest_frame_at.isoformat() if site.newest_frame_at else None,
        "version": site.version,
        "time_zone": site.time_zone,
        "open_alerts": one.open_alerts,
        "incidents_today": one.today,
        "cameras_online": one.online,
        "cameras_offline": one.offline,
    }


def _incident(one: KeptIncident) -> dict[str, Any]:
    return {**one.incident.as_json(), "has_picture": one.has_picture}
