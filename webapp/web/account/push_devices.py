"""My phones and browsers that are told by push: subscribed by their own browser, tried and removed."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.push_subscriptions import PushKeys
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, NotFound
from webapp.services.notifications.push_devices import PushDevice
from webapp.web.core.app_context import app_services
from webapp.web.core.devices import device_words
from webapp.web.core.guards import current_person, requires, signed_in_user
from webapp.web.core.languages import page_language
from webapp.web.core.security import limiter

push_devices = Blueprint("push_devices", __name__, url_prefix="/account/devices")


@push_devices.get("")
@requires(Role.STAFF)
def mine() -> str:
    """My devices."""
    return render_template("account/notifications/devices.html")


@push_devices.get("/key")
@requires(Role.STAFF)
def key() -> Response:
    """To what a browser binds its subscription, and the token with which its worker sends one."""
    public_key = app_services().notifications.push_devices.public_key(_new_keys)
    return jsonify(public_key=public_key, csrf_token=generate_csrf())


@push_devices.post("")
@limiter.limit("30 per minute")
@requires(Role.STAFF)
def subscribe() -> Response:
    """Tell me on the device that asks for it."""
    sent = _sent()
    name, replaces = device_words(request.user_agent.string), sent.get("replaces")
    channel = app_services().notifications.push_devices.subscribe(
        {**_subscription(sent), "origin": request.host_url},
        current_person(),
        name=name,
        language=page_language(),
        replaces=replaces if isinstance(replaces, str) else "",
    )
    return jsonify(id=channel.channel_id, name=channel.name)


@push_devices.post("/<int:channel_id>/test")
@limiter.limit("30 per minute")
@requires(Role.STAFF)
def test(channel_id: int) -> AnyResponse:
    """Have a test sent to one of my devices."""
    channel = _own(channel_id)
    app_services().notifications.channels.test(channel.channel_id, current_person())
    flash(_("A test message is on its way to %(name)s. Within seconds it is there.", name=channel.name))
    return redirect(url_for("push_devices.mine"))


@push_devices.post("/<int:channel_id>/remove")
@requires(Role.STAFF)
def remove(channel_id: int) -> AnyResponse:
    """Send nothing to one of my devices any more."""
    channel = _own(channel_id)
    app_services().notifications.channels.remove(channel.channel_id, current_person())
    flash(_("%(name)s gets no messages any more.", name=channel.name))
    return redirect(url_for("push_devices.mine"))


@push_devices.app_context_processor
def _for_pages() -> dict[str, object]:
    return {"push_devices": _of_person}


def _of_person() -> list[PushDevice]:
    me = signed_in_user()
    return list(app_services().notifications.push_devices.of(me.user_id)) if me else []


def _own(channel_id: int) -> NotificationChannel:
    for device in _of_person():
        if device.channel.channel_id == channel_id:
            return device.channel
    raise NotFound("There is no channel %(channel)s.", channel=channel_id)


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InputInvalid("This browser did not say how it is reached. Try again.", field="subscription")
    return sent


def _subscription(sent: dict[str, Any]) -> dict[str, Any]:
    """Return what a browser says of its subscription, as it writes it itself."""
    said = sent.get("subscription")
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(keys, dict):
        return {}
    return {"endpoint": said.get("endpoint"), "p256dh": keys.get("p256dh"), "auth": keys.get("auth")}


def _new_keys() -> PushKeys:
    # Loaded once somebody has a device: the library of keys takes a while.
    from webapp.web.account.push_keys import new_push_keys

    return new_push_keys()
