"""Cameras on the local network: searched for, chosen, and asked where their pictures are."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.domain.people.roles import Role
from webapp.errors import CameraError
from webapp.services.cameras.camera_settings import MAX_NAME_LENGTH
from webapp.services.cameras.camera_setup import CameraDraft
from webapp.services.cameras.discovery import CameraStream, FoundCamera, recommended
from webapp.web.admin.area import admin
from webapp.web.admin.cameras.drafts import keep_draft, my_draft
from webapp.web.audit.audited_views import showed_live
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import requires


class FoundEntry(FlaskForm):
    """Which of the cameras that were found, and who may watch it."""

    camera = RadioField(lazy("Camera"), validators=[InputRequired(lazy("Choose a camera."))])
    username = StringField(lazy("User name"), validators=[Length(max=255)])
    password = PasswordField(lazy("Password"), validators=[Length(max=255)])

    @classmethod
    def of(cls, draft: CameraDraft) -> "FoundEntry":
        """Return the form with the cameras that were found."""
        entry = cls()
        entry.camera.choices = [SelectChoice(str(index), words_of(one)) for index, one in enumerate(_found(draft))]
        return entry


def words_of(found: FoundCamera) -> str:
    """Return how a camera that was found is called."""
    return " · ".join(word for word in (found.name or _("Unnamed"), found.model, found.host) if word)


class StreamEntry(FlaskForm):
    """Which of a camera's streams is to be watched."""

    stream = RadioField(lazy("Stream"), validators=[InputRequired(lazy("Choose a stream."))])

    @classmethod
    def of(cls, streams: Sequence[CameraStream], address: CameraAddress) -> "StreamEntry":
        """Return the form with the streams, of which the one at an address is chosen."""
        entry = cls(stream=next((str(number) for number, one in enumerate(streams) if one.address == address), None))
        entry.stream.choices = [SelectChoice(str(number), one.address.url) for number, one in enumerate(streams)]
        return entry


@admin.route("/cameras/new/stream", methods=["GET", "POST"])
@requires(Role.ADMIN)
def choose_stream() -> Response | str | tuple[str, int]:
    """Choose one of several streams of the camera that was found."""
    draft = my_draft()
    streams = [_stream(one) for one in draft.streams]
    if not streams:
        return redirect(url_for("admin.find_cameras"))
    entry = StreamEntry.of(streams, CameraAddress(draft.url, hidden=draft.hidden))
    if entry.is_submitted() and entry.validate():
        chosen = streams[int(entry.stream.data)].address
        keep_draft(replace(draft, url=chosen.url, hidden=chosen.hidden))
        return redirect(url_for("admin.add_camera_step", step="picture"))
    page = stream_page(entry, streams)
    return (page, 400) if entry.is_submitted() else page


def take_up_streams(draft: CameraDraft, streams: Sequence[CameraStream]) -> CameraDraft:
    """Return the draft with the recommended one of a camera's streams, and all of them to choose from."""
    address = streams[recommended(streams)].address
    return replace(
        draft,
        kind=CameraKind.RTSP.value,
        url=address.url,
        username=address.username,
        password=address.password,
        hidden=address.hidden,
        streams=tuple(asdict(replace(one, address=_without_log_in(one.address))) for one in streams),
    )


def stream_page(entry: StreamEntry, streams: Sequence[CameraStream], pictures: Sequence[bytes] = ()) -> str:
    """Return the page on which one of several streams is chosen.

    Args:
        entry: the form.
        streams: what there is.
        pictures: of each a small one, empty where there is none; shown once, and kept nowhere.
    """
    if any(pictures):
        showed_live()
    return render_template(
        "admin/cameras/new_camera/stream.html",
        form=entry,
        streams=streams,
        recommended=recommended(streams),
        pictures=[base64.b64encode(jpeg).decode() for jpeg in pictures],
        # Tried at the paths of several makers, they were asked for by an address and not by a search.
        back=url_for("admin.add_camera_step", step="address") if pictures else url_for("admin.find_cameras"),
    )


@admin.route("/cameras/new/find", methods=["GET", "POST"])
@requires(Role.ADMIN)
def find_cameras() -> Response | str | tuple[str, int]:
    """Look for cameras, and take up one of them."""
    draft = my_draft()
    if request.form.get("go") == "look":
        return _look(draft)
    entry = FoundEntry.of(draft)
    if not entry.is_submitted():
        return _page(entry, draft)
    if entry.validate():
        try:
            taken = _taken_up(draft, entry)
            keep_draft(taken)
            if len(taken.streams) > 1:
                return redirect(url_for("admin.choose_stream"))
            return redirect(url_for("admin.add_camera_step", step="picture"))
        except CameraError as error:
            put_error(entry, error)
    return _page(entry, draft), 400


def _look(draft: CameraDraft) -> str | tuple[str, int]:
    try:
        cameras = app_services().finder.find()
    except CameraError as error:
        entry = FoundEntry.of(draft)
        put_error(entry, error)
        return _page(entry, draft), 400
    looked = replace(draft, found=tuple(asdict(camera) for camera in cameras))
    keep_draft(looked)
    return _page(FoundEntry.of(looked), looked, has_looked=True)


def _taken_up(draft: CameraDraft, entry: FoundEntry) -> CameraDraft:
    """Return the draft of the chosen camera.

    Raises:
        CameraError: it does not say where its pictures are.
    """
    chosen = _found(draft)[int(entry.camera.data)]
    streams = app_services().finder.streams(chosen, entry.username.data or "", entry.password.data or "")
    named = replace(draft, name=draft.name or chosen.name[:MAX_NAME_LENGTH], zones=(), staff="")
    return take_up_streams(named, streams)


def _without_log_in(address: CameraAddress) -> CameraAddress:
    return CameraAddress(address.url, hidden=address.hidden)


def _stream(kept: Mapping[str, Any]) -> CameraStream:
    address = CameraAddress(kept["address"]["url"], hidden=tuple(kept["address"]["hidden"]))
    return CameraStream(**{**kept, "address": address})


def _found(draft: CameraDraft) -> list[FoundCamera]:
    return [FoundCamera(**camera) for camera in draft.found]


def _page(entry: FoundEntry, draft: CameraDraft, *, has_looked: bool = False) -> str:
    return render_template("admin/cameras/new_camera/find.html", form=entry, cameras=draft.found, has_looked=has_looked)
