"""Adding a camera step by step: kind, address, picture, name, zones, rule. Nothing is added before the last one."""

import base64
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.cameras.addresses.usual_paths import is_without_path
from webapp.domain.cameras.cameras import NETWORK_KINDS, CameraAddress, CameraKind
from webapp.domain.cameras.groups import group_names
from webapp.domain.cameras.image_settings import TURNS_DEG, ImageSettings
from webapp.domain.people.roles import Role
from webapp.domain.site.site_records import StaffChoice
from webapp.errors import AlreadyExists, CameraError, CameraRefusedCredentials, InputInvalid
from webapp.services.alerts.rules import apply_overrides
from webapp.services.cameras.camera_setup import CameraDraft
from webapp.services.dashboard.live_frames import ProbeReport
from webapp.web.admin.area import admin, back_to_guide
from webapp.web.admin.cameras import new_camera_forms as forms
from webapp.web.admin.cameras.cameras import probe_message, probed
from webapp.web.admin.cameras.drafts import keep_draft, my_draft
from webapp.web.admin.cameras.find_cameras import StreamEntry, stream_page, take_up_streams
from webapp.web.admin.cameras.staff_choice import STAFF_FIELD, check_staff_choice, put_staff_on_record
from webapp.web.audit.audited_views import showed_live
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words


@dataclass(frozen=True)
class Step:
    """One step: its name in the address, what it is called, and what it asks for."""

    name: str
    title: str
    entry: Any


STEPS = (
    Step("kind", lazy("Kind"), forms.KindEntry),
    Step("address", lazy("Address"), forms.AddressEntry),
    Step("picture", lazy("Picture"), forms.PictureEntry),
    Step("name", lazy("Name"), forms.NameEntry),
    Step("zones", lazy("Zones"), forms.ZonesStepEntry),
    Step("rule", lazy("Alert rule"), forms.FirstRuleEntry),
)
_BY_NAME = {step.name: step for step in STEPS}
# A demonstration has no address that could be typed, and a kiosk no picture before its screen is paired.
_SKIPPED = {CameraKind.DEMO.value: ("address",), CameraKind.KIOSK.value: ("address", "picture", "zones")}


@admin.route("/cameras/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def add_camera() -> AnyResponse | str | tuple[str, int]:
    """The first step."""
    return _step_page(STEPS[0])


@admin.route("/cameras/new/<any(address, picture, name, zones, rule):step>", methods=["GET", "POST"])
@requires(Role.ADMIN)
def add_camera_step(step: str) -> AnyResponse | str | tuple[str, int]:
    """A further step."""
    if not my_draft().kind:
        return redirect(url_for("admin.add_camera"))
    return _step_page(_BY_NAME[step])


@admin.post("/cameras/new/forget")
@requires(Role.ADMIN)
def forget_draft() -> AnyResponse:
    """Leave the camera that was about to be added."""
    app_services().drafts.forget(current_person().user_id)
    flash(_("Nothing was added, and what was typed is forgotten."))
    return redirect(back_to_guide(url_for("admin.cameras")))


@admin.post("/cameras/new/probe")
@requires(Role.ADMIN)
def probe_draft() -> Response:
    """Look at the camera that is about to be added, with the address that was typed before: it is in no page."""
    try:
        return jsonify(probe_message(_probe(_turned_as_asked(my_draft()))))
    except CameraError as error:
        return jsonify({"found": False, "reason": error.code, "message": error_words(error)})


def _step_page(step: Step) -> AnyResponse | str | tuple[str, int]:
    before = my_draft()
    entry = step.entry.of(before)
    if not entry.is_submitted():
        return _page(step, entry, before)
    is_valid = entry.validate()
    try:
        draft = entry.take(before)
        keep_draft(draft)
        if request.form.get("go") == "back":
            return redirect(_address_of(_neighbour(step, -1, draft)))
        if request.form.get("go") == "look":
            return _page(step, entry, draft, **_looked_at(draft))
        if is_valid:
            _check(step, draft)
            if step.name == "address" and is_without_path(draft.url) and request.form.get("go") != "as_typed":
                return _streams_tried(step, draft)
            return _save(draft) if step is STEPS[-1] else redirect(_address_of(_neighbour(step, 1, draft)))
    except CameraError as error:
        field = "password" if isinstance(error, CameraRefusedCredentials) else "url"
        entry[field].errors = [*entry[field].errors, error_words(error)]
        return _page(step, entry, my_draft(), may_keep=True), 400
    except (InputInvalid, AlreadyExists) as error:
        put_error(entry, error, STAFF_FIELD)
    return _page(step, entry, my_draft()), 400


def _streams_tried(step: Step, draft: CameraDraft) -> AnyResponse | str:
    """Try the usual paths of a camera of which only the host is known, and offer what answers.

    Raises:
        CameraError: exactly why nothing does.
    """
    found = app_services().finder.usual_streams(draft.address())
    streams = [one.stream for one in found]
    taken = take_up_streams(draft, streams)
    keep_draft(taken)
    if len(streams) == 1:
        return redirect(_address_of(_neighbour(step, 1, taken)))
    entry = StreamEntry.of(streams, CameraAddress(taken.url, taken.username, taken.password, taken.hidden))
    return stream_page(entry, streams, [one.snapshot_jpeg for one in found])


def _check(step: Step, draft: CameraDraft) -> None:
    """Say now what would be wrong at the end."""
    if step.name == "address":
        app_services().cameras.usable_address(draft.address())
    if step.name == "name":
        app_services().cameras.check_name_free(draft.name)
    if step.name == "zones":
        check_staff_choice(draft.name, _staff_choice(draft), draft.image_settings().zones)
    if step.name == "rule":
        apply_overrides(app_services().rules.effective(None), draft.overrides())


def _save(draft: CameraDraft) -> AnyResponse:
    services = app_services()
    check_staff_choice(draft.name, _staff_choice(draft), draft.image_settings().zones)  # Before anything is added.
    added = services.cameras.add(draft.form(), current_person().name, draft.settings())
    if draft.rule:
        services.rules.change(added.camera_id, draft.overrides(), current_person().name)
    put_staff_on_record(added.camera_id, _staff_choice(draft))
    services.drafts.forget(current_person().user_id)
    if added.kind is CameraKind.KIOSK:
        flash(_("%(name)s is added. Pair its screen now.", name=added.name))
        return redirect(url_for("admin.kiosk", camera_id=added.camera_id))
    flash(_("%(name)s is added. Its picture appears on the dashboard within seconds.", name=added.name))
    return redirect(back_to_guide(url_for("admin.cameras")))


def _staff_choice(draft: CameraDraft) -> StaffChoice | None:
    return StaffChoice(draft.staff) if draft.staff in set(StaffChoice) else None


def _neighbour(step: Step, way: int, draft: CameraDraft) -> Step:
    index = STEPS.index(step) + way
    while _is_skipped(STEPS[max(index, 0)], draft):
        index += way
    return STEPS[max(index, 0)]


def _address_of(step: Step) -> str:
    return url_for("admin.add_camera") if step is STEPS[0] else url_for("admin.add_camera_step", step=step.name)


def _probe(draft: CameraDraft) -> ProbeReport:
    """Look at the camera as it will be turned, without its zones: they are being drawn."""
    return probed(draft.address(), image_settings=ImageSettings(draft.turn_deg, draft.is_mirrored))


def _turned_as_asked(draft: CameraDraft) -> CameraDraft:
    """Turn the draft as the page says where it says so: what is chosen there is not kept yet."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or sent.get("turn_deg") not in TURNS_DEG:
        return draft
    return replace(draft, turn_deg=sent["turn_deg"], is_mirrored=sent.get("is_mirrored") is True)


def _looked_at(draft: CameraDraft) -> dict[str, object]:
    try:
        report = _probe(draft)
    except CameraError as error:
        return {"problem": error_words(error)}
    showed_live()
    return {"report": report, "picture": base64.b64encode(report.snapshot_jpeg).decode()}


def _page(step: Step, entry: Any, draft: CameraDraft, **shown: object) -> str:
    return render_template(
        f"admin/cameras/new_camera/{step.name}.html",
        form=entry,
        step=step,
        steps=[(one, _address_of(one)) for one in STEPS if not _is_skipped(one, draft)],
        draft=replace(draft, password="", hidden=()),  # No template can put them into a page.
        has_password=bool(draft.password),
        kind_words=forms.KIND_WORDS,
        is_network=draft.kind in NETWORK_KINDS,
        base=app_services().rules.effective(None) if step.name == "rule" else None,
        group_names=group_names(app_services().cameras.list()) if step.name == "name" else (),
        recordings_folder=app_settings().recordings_path,
        **shown,
    )


def _is_skipped(step: Step, draft: CameraDraft) -> bool:
    return step.name in _SKIPPED.get(draft.kind, ())
