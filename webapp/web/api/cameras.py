"""Cameras over the API."""

from dataclasses import asdict, replace
from typing import Any, Literal

import structlog
from flask import request

from webapp.domain.cameras.camera_causes import advice_of
from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.schedule import WEEKDAYS, OpeningHours, parse_day
from webapp.domain.cameras.zones import parse_zones
from webapp.domain.people.roles import Role
from webapp.domain.site.site_records import StaffChoice
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.dashboard.camera_help import CameraHelp
from webapp.web.api.blueprint import APIBlueprint
from webapp.web.api.check_schemas import CameraHelpSchema
from webapp.web.api.schemas import (
    CameraChangeSchema,
    CameraSchema,
    CameraSettingsSchema,
    ErrorSchema,
    FacesSchema,
    NewCameraSchema,
)
from webapp.web.audit.audited_views import showed_live
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, current_person, requires

_log = structlog.get_logger("webapp.web")
_DEPRECATED_HEADERS = {
    "Deprecation": {"description": "true: use the address that ends in settings", "schema": {"type": "string"}}
}
api_cameras = APIBlueprint("api_cameras", __name__, description="Cameras and what is on them now.")


@api_cameras.get("")
@api_cameras.response(200, CameraSchema(many=True))
@requires(Role.STAFF, Credentials.TOKEN)
def list_cameras() -> Any:
    """List all cameras by name."""
    return [_as_shown(camera) for camera in app_services().cameras.list()]


@api_cameras.post("")
@api_cameras.arguments(NewCameraSchema)
@api_cameras.response(201, CameraSchema)
@requires(Role.ADMIN, Credentials.TOKEN)
def add_camera(sent: dict[str, Any]) -> Camera:
    """Add a camera."""
    services, by, has_no_staff = app_services(), current_person().name, sent.pop("no_staff_in_view")
    added = services.cameras.add(CameraForm(**sent), by)
    if has_no_staff and added.kind is not CameraKind.DEMO:
        services.site_records.record_staff_zones(added.camera_id, StaffChoice.NO_STAFF_IN_VIEW, by)
    return added


@api_cameras.get("/<int:camera_id>")
@api_cameras.response(200, CameraSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def one_camera(camera_id: int) -> Camera:
    """Return one camera."""
    return _as_shown(app_services().cameras.get(camera_id))


@api_cameras.patch("/<int:camera_id>")
@api_cameras.arguments(CameraChangeSchema)
@api_cameras.response(200, CameraSchema)
@requires(Role.ADMIN, Credentials.TOKEN)
def change_camera(sent: dict[str, Any], camera_id: int) -> Camera:
    """Change a camera."""
    services = app_services()
    before = services.cameras.get(camera_id)
    kept = {"name": before.name, "url": before.url, "username": before.username, "enabled": before.enabled}
    services.cameras.change(camera_id, CameraForm(**{**kept, **sent}), current_person().name)
    return services.cameras.get(camera_id)


@api_cameras.delete("/<int:camera_id>")
@api_cameras.response(204)
@requires(Role.ADMIN, Credentials.TOKEN)
def remove_camera(camera_id: int) -> None:
    """Remove a camera; its incidents stay."""
    app_services().cameras.remove(camera_id, current_person().name)


@api_cameras.get("/<int:camera_id>/settings")
@api_cameras.response(200, CameraSettingsSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def settings(camera_id: int) -> dict[str, Any]:
    """Return how and when a camera is analysed."""
    return _settings_of(app_services().cameras.get(camera_id))


@api_cameras.patch("/<int:camera_id>/settings")
@api_cameras.arguments(CameraSettingsSchema)
@api_cameras.response(200, CameraSettingsSchema)
@requires(Role.ADMIN, Credentials.TOKEN)
def change_settings(sent: dict[str, Any], camera_id: int) -> dict[str, Any]:
    """Change how and when a camera is analysed, without reconnecting it."""
    return _settings_of(_change_settings(camera_id, sent))


@api_cameras.get("/<int:camera_id>/looks")
@api_cameras.doc(deprecated=True)
@api_cameras.response(200, CameraSettingsSchema, headers=_DEPRECATED_HEADERS)
@requires(Role.STAFF, Credentials.TOKEN)
def looks(camera_id: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return what `settings` returns; the name of before, gone with the next release."""
    return _settings_of(app_services().cameras.get(camera_id)), 200, _deprecated()


@api_cameras.patch("/<int:camera_id>/looks")
@api_cameras.doc(deprecated=True)
@api_cameras.arguments(CameraSettingsSchema)
@api_cameras.response(200, CameraSettingsSchema, headers=_DEPRECATED_HEADERS)
@requires(Role.ADMIN, Credentials.TOKEN)
def change_looks(sent: dict[str, Any], camera_id: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Change what `settings` changes; the name of before, gone with the next release."""
    return _settings_of(_change_settings(camera_id, sent)), 200, _deprecated()


@api_cameras.get("/<int:camera_id>/faces")
@api_cameras.response(200, FacesSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def faces(camera_id: int) -> dict[str, Any]:
    """Return the faces in the newest frame."""
    services = app_services()
    services.cameras.get(camera_id)
    frame = services.live.newest(camera_id)
    if frame:
        showed_live(camera_id)
    return {
        "camera_id": camera_id,
        "captured_at": frame.captured_at if frame else None,
        "faces": [asdict(face) for face in frame.faces] if frame else [],
    }


@api_cameras.get("/<int:camera_id>/check")
@api_cameras.response(200, CameraHelpSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def camera_help(camera_id: int) -> dict[str, Any]:
    """Return why a camera is offline and, to admins, what its newest check found step by step."""
    return _help_of(app_services().camera_help.of(camera_id))


@api_cameras.post("/<int:camera_id>/check")
@api_cameras.response(202, CameraHelpSchema)
@api_cameras.alt_response(429, schema=ErrorSchema, description="It was checked a moment ago: see Retry-After.")
@requires(Role.ADMIN, Credentials.TOKEN)
def check_camera(camera_id: int) -> dict[str, Any]:
    """Begin to check a camera in steps, and call it again at once; what was found is read with GET."""
    app_services().camera_help.begin(camera_id, current_person().name)
    return _help_of(app_services().camera_help.of(camera_id))


def _help_of(found: CameraHelp) -> dict[str, Any]:
    is_shown = found.run is not None and current_person().may(Role.ADMIN)
    return {
        "camera_id": found.camera.camera_id,
        "state": found.camera.state,
        "cause": found.cause,
        "summary": advice_of(found.cause).summary if found.cause else "",
        "advice": advice_of(found.cause).todo if found.cause else (),
        "last_picture_at": found.last_picture_at,
        "tries": found.note.tries if found.note else None,
        "next_try_at": found.next_try_at,
        "check": found.run.report.as_dict() | {"began_at": found.run.began_at} if found.run and is_shown else None,
    }


def _as_shown(camera: Camera) -> Camera:
    """Keep the address for admins: some cameras want a password inside it, where nobody can tell it from the rest."""
    if current_person().may(Role.ADMIN):
        return camera
    return replace(camera, url=f"{camera.kind.value}:", username="")


def _change_settings(camera_id: int, sent: dict[str, Any]) -> Camera:
    cameras = app_services().cameras
    wanted = CameraSettings(
        image_settings=_image_settings(sent, cameras.get(camera_id).image_settings),
        opening=_opening(sent["hours"]) if "hours" in sent else None,
        analysis_fps=(sent["analysis_fps"] or 0) if "analysis_fps" in sent else None,
        detector=_detector(sent["detector"]) if "detector" in sent else None,
    )
    return cameras.change_settings(camera_id, wanted, current_person().name)


def _deprecated() -> dict[str, str]:
    """Log a request under a name of before, and return the header that says so."""
    _log.warning("deprecated_address", path=request.path, use=request.path.replace("/looks", "/settings"))
    return {"Deprecation": "true"}


def _settings_of(camera: Camera) -> dict[str, Any]:
    days = {day: camera.opening.day_words(weekday) for weekday, day in enumerate(WEEKDAYS)}
    return {
        "turn_deg": camera.image_settings.turn_deg,
        "is_mirrored": camera.image_settings.is_mirrored,
        "zones": [zone.as_dict() for zone in camera.image_settings.zones],
        "hours": {day: words for day, words in days.items() if words},
        "analysis_fps": camera.analysis_fps,
        "detector": camera.detector,
    }


def _image_settings(sent: dict[str, Any], before: ImageSettings) -> ImageSettings | None:
    """Return what is sent of image settings on top of what is; None where nothing of it is sent."""
    asked = {name: sent[name] for name in ("turn_deg", "is_mirrored", "zones") if name in sent}
    if "zones" in asked:
        asked["zones"] = parse_zones(asked["zones"])
    return replace(before, **asked) if asked else None


def _detector(name: str | None) -> Detector | Literal[""]:
    return Detector(name) if name else ""


def _opening(hours: dict[str, str]) -> OpeningHours:
    spans = [span for day, words in hours.items() for span in parse_day(WEEKDAYS.index(day), words)]
    return OpeningHours(tuple(spans))
