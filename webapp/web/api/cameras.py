"""Cameras over the API."""

from dataclasses import asdict, replace
from typing import Any

from flask_smorest import Blueprint

from webapp.domain.cameras import Camera
from webapp.domain.framing import Framing
from webapp.domain.opening import WEEKDAYS, OpeningHours, parse_day
from webapp.domain.roles import Role
from webapp.domain.zones import parse_zones
from webapp.services.cameras import CameraForm, CameraLooks
from webapp.web.api.schemas import CameraChangeSchema, CameraSchema, FacesSchema, LooksSchema, NewCameraSchema
from webapp.web.guards import Credentials, current_person, requires
from webapp.web.wiring import app_services

api_cameras = Blueprint("api_cameras", __name__, description="Cameras and what is on them now.")


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
    return app_services().cameras.add(CameraForm(**sent), current_person().name)


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


@api_cameras.get("/<int:camera_id>/looks")
@api_cameras.response(200, LooksSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def looks(camera_id: int) -> dict[str, Any]:
    """Return how and when a camera is analysed."""
    return _looks_of(app_services().cameras.get(camera_id))


@api_cameras.patch("/<int:camera_id>/looks")
@api_cameras.arguments(LooksSchema)
@api_cameras.response(200, LooksSchema)
@requires(Role.ADMIN, Credentials.TOKEN)
def change_looks(sent: dict[str, Any], camera_id: int) -> dict[str, Any]:
    """Change how and when a camera is analysed; it is not called again for that."""
    cameras = app_services().cameras
    wanted = CameraLooks(
        framing=_framing(sent, cameras.get(camera_id).framing),
        opening=_opening(sent["hours"]) if "hours" in sent else None,
        analysis_fps=(sent["analysis_fps"] or 0) if "analysis_fps" in sent else None,
    )
    return _looks_of(cameras.change_looks(camera_id, wanted, current_person().name))


@api_cameras.get("/<int:camera_id>/faces")
@api_cameras.response(200, FacesSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def faces(camera_id: int) -> dict[str, Any]:
    """Return the faces in the newest frame."""
    services = app_services()
    services.cameras.get(camera_id)
    frame = services.live.newest(camera_id)
    return {
        "camera_id": camera_id,
        "captured_at": frame.captured_at if frame else None,
        "faces": [asdict(face) for face in frame.faces] if frame else [],
    }


def _as_shown(camera: Camera) -> Camera:
    """Keep the address for admins: some cameras want a password inside it, where nobody can tell it from the rest."""
    if current_person().may(Role.ADMIN):
        return camera
    return replace(camera, url=f"{camera.kind.value}:", username="")


def _looks_of(camera: Camera) -> dict[str, Any]:
    days = {day: camera.opening.day_words(weekday) for weekday, day in enumerate(WEEKDAYS)}
    return {
        "turn_deg": camera.framing.turn_deg,
        "is_mirrored": camera.framing.is_mirrored,
        "zones": [zone.as_dict() for zone in camera.framing.zones],
        "hours": {day: words for day, words in days.items() if words},
        "analysis_fps": camera.analysis_fps,
    }


def _framing(sent: dict[str, Any], before: Framing) -> Framing | None:
    """Return what is sent of a framing on top of what is; None where nothing of it is sent."""
    asked = {name: sent[name] for name in ("turn_deg", "is_mirrored", "zones") if name in sent}
    if "zones" in asked:
        asked["zones"] = parse_zones(asked["zones"])
    return replace(before, **asked) if asked else None


def _opening(hours: dict[str, str]) -> OpeningHours:
    spans = [span for day, words in hours.items() for span in parse_day(WEEKDAYS.index(day), words)]
    return OpeningHours(tuple(spans))
