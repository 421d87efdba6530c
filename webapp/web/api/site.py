"""What the site says of itself and what is on record, over the API: for admins."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from webapp.domain.people.roles import Role
from webapp.domain.site.site_records import LegalBasis, RecordKind, SiteRecord, StaffChoice
from webapp.errors import InputInvalid
from webapp.services.site.site_payload import record_payload, site_payload
from webapp.services.site.site_records import NewRecords, SiteRecordService
from webapp.web.api.blueprint import APIBlueprint
from webapp.web.api.schemas import ErrorSchema
from webapp.web.api.site_schemas import NewSiteRecordSchema, SiteChangeSchema, SiteRecordSchema, SiteSchema
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, current_person, requires

api_site = APIBlueprint("api_site", __name__, description="What the site says of itself, and what is on record.")

_NEEDED: Mapping[RecordKind, tuple[str, ...]] = MappingProxyType(
    {
        RecordKind.PURPOSE: ("legal_basis", "reason"),
        RecordKind.NOTICE: ("hangs_since", "hung_by"),
        RecordKind.STAFF_ZONES: ("camera_id", "choice"),
    }
)


@api_site.get("")
@api_site.response(200, SiteSchema)
@requires(Role.ADMIN, Credentials.TOKEN)
def site() -> dict[str, Any]:
    """Return what the site says of itself, and which cameras wait for what."""
    return site_payload(app_services().site_records)


@api_site.patch("")
@api_site.arguments(SiteChangeSchema)
@api_site.response(200, SiteSchema)
@api_site.alt_response(409, schema=ErrorSchema, description="Cameras would analyse nobody: see `records`, `may_stop`.")
@requires(Role.ADMIN, Credentials.TOKEN)
def change_site(sent: dict[str, Any]) -> dict[str, Any]:
    """Change what the site says of itself."""
    service, records = app_services().site_records, sent.pop("records", None)
    may_stop = sent.pop("may_stop", False)
    if records:
        records = NewRecords(**records | {"legal_basis": LegalBasis(records["legal_basis"])})
    wanted = replace(service.site.get(), **{name: words.strip() for name, words in sent.items()})
    service.change_site(wanted, current_person().name, records, may_stop=may_stop)
    return site_payload(service)


@api_site.get("/records")
@api_site.response(200, SiteRecordSchema(many=True))
@requires(Role.ADMIN, Credentials.TOKEN)
def records() -> list[dict[str, Any]]:
    """List all that was ever put on record, oldest first."""
    return [record_payload(record) for record in app_services().site_records.list()]


@api_site.post("/records")
@api_site.arguments(NewSiteRecordSchema)
@api_site.response(201, SiteRecordSchema)
@requires(Role.ADMIN, Credentials.TOKEN)
def add_record(sent: dict[str, Any]) -> dict[str, Any]:
    """Put on record the purpose, the notice, or where staff stand in a camera's picture."""
    kind = RecordKind(sent.pop("kind"))
    _check_fields(kind, sent)
    return record_payload(_RECORDERS[kind](app_services().site_records, current_person().name, **sent))


def _check_fields(kind: RecordKind, sent: Mapping[str, Any]) -> None:
    for name in _NEEDED[kind]:
        if name not in sent:
            raise InputInvalid("Expected %(name)s with a record of %(kind)s.", name=name, kind=kind.value, field=name)
    for name in sent:
        if name not in _NEEDED[kind]:
            raise InputInvalid("A record of %(kind)s has no %(name)s.", name=name, kind=kind.value, field=name)


def _purpose(service: SiteRecordService, by: str, *, legal_basis: str, reason: str) -> SiteRecord:
    return service.record_purpose(LegalBasis(legal_basis), reason, by)


def _notice(service: SiteRecordService, by: str, **sent: Any) -> SiteRecord:
    return service.record_notice(by=by, **sent)


def _staff_zones(service: SiteRecordService, by: str, *, camera_id: int, choice: str) -> SiteRecord:
    return service.record_staff_zones(camera_id, StaffChoice(choice), by)


_RECORDERS: Mapping[RecordKind, Callable[..., SiteRecord]] = MappingProxyType(
    {RecordKind.PURPOSE: _purpose, RecordKind.NOTICE: _notice, RecordKind.STAFF_ZONES: _staff_zones}
)
