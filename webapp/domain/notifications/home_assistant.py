"""What stands at an MQTT broker of this installation, in the form of Home Assistant's MQTT discovery.

One retained message a device, "device discovery payload", of https://www.home-assistant.io/integrations/mqtt/ (from
Home Assistant 2024.11 on), and one with its state. Its rules are written down in the test. No person and no picture is
in any of them, and a camera's name only where the channel says so.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.mqtt_brokers import MQTTBroker
from webapp.domain.notifications.routes import NoticeKind

ONLINE, OFFLINE = "online", "offline"
CAMERA_EVENTS = (NoticeKind.ALERT.value, NoticeKind.CAMERA_OFFLINE.value)
TEST_ALERT = "test_alert"
SITE_EVENTS = (TEST_ALERT, *(kind.value for kind in NoticeKind))
Topics = Mapping[str, str]
"""Topic → payload of retained messages."""


@dataclass(frozen=True)
class CameraStanding:
    """One camera as others are told of it.

    Attributes:
        camera_id: which.
        name: how the place is called; empty where that is not to be said.
        is_online: whether it sends pictures.
        waiting: alerts that nobody has taken.
        today: alerts since midnight, on the clocks of the site.
        last_alert_at: when the last one was; None where there is none.
        last_level: of it.
    """

    camera_id: int
    name: str
    is_online: bool
    waiting: int
    today: int
    last_alert_at: datetime | None = None
    last_level: AlertLevel | None = None


def availability_topic(broker: MQTTBroker) -> str:
    """Return the topic that says whether Amends is there; the broker itself writes there that it is not."""
    return f"{broker.topic_prefix}/status"


def topics_of(broker: MQTTBroker, cameras: Iterable[CameraStanding], public_url: str = "") -> Topics:
    """Return all that is to stand at a broker, but for the availability.

    Args:
        broker: which.
        cameras: as they are now.
        public_url: the site's address for people; empty where there is none.
    """
    standings = list(cameras)
    topics = {_state_topic(broker, None): _as_json(_site_state(standings))}
    topics |= {_state_topic(broker, one.camera_id): _as_json(_camera_state(one)) for one in standings}
    if broker.discovery_prefix:
        topics[_discovery_topic(broker, None)] = _as_json(_site_discovery(broker, public_url))
        for one in standings:
            topics[_discovery_topic(broker, one.camera_id)] = _as_json(_camera_discovery(broker, one, public_url))
    return topics


def topics_of_cameras(broker: MQTTBroker, camera_ids: Iterable[int]) -> Sequence[str]:
    """Return the topics of cameras, to be cleared: first what makes Home Assistant forget the device."""
    ids = sorted(camera_ids)
    found = [_discovery_topic(broker, one) for one in ids] if broker.discovery_prefix else []
    return [*found, *(_state_topic(broker, one) for one in ids)]


def topics_of_site(broker: MQTTBroker) -> Sequence[str]:
    """Return the topics that stand there without any camera, to be cleared with the channel."""
    found = [_discovery_topic(broker, None)] if broker.discovery_prefix else []
    return [*found, _state_topic(broker, None), availability_topic(broker)]


def event_of(broker: MQTTBroker, message: Message) -> tuple[str, str]:
    """Return topic and payload of what has just happened; it is not retained, for it does not stand."""
    is_of_camera = message.camera_id is not None and message.kind.value in CAMERA_EVENTS
    kind = TEST_ALERT if message.is_test and message.kind is NoticeKind.ALERT else message.kind.value
    payload = {
        "event_type": kind,
        "id": message.key,
        "title": message.title,
        "text": message.text,
        "link": message.link or None,
        "level": message.level.value,
        "at": message.begun_at.isoformat(),
        "after_min": message.after_min,
        "incident_id": message.incident_id,
        "is_urgent": message.is_urgent,
    }
    return f"{_base(broker, message.camera_id if is_of_camera else None)}/event", _as_json(payload)


def _base(broker: MQTTBroker, camera_id: int | None) -> str:
    return f"{broker.topic_prefix}/site" if camera_id is None else f"{broker.topic_prefix}/camera/{camera_id}"


def _state_topic(broker: MQTTBroker, camera_id: int | None) -> str:
    return f"{_base(broker, camera_id)}/state"


def _device_id(broker: MQTTBroker, camera_id: int | None) -> str:
    return f"{broker.device_prefix}_site" if camera_id is None else f"{broker.device_prefix}_camera_{camera_id}"


def _discovery_topic(broker: MQTTBroker, camera_id: int | None) -> str:
    return f"{broker.discovery_prefix}/device/{_device_id(broker, camera_id)}/config"


def _site_state(cameras: Sequence[CameraStanding]) -> dict[str, Any]:
    waiting = sum(one.waiting for one in cameras)
    return {"alert": _switch(waiting > 0), "waiting": waiting, "today": sum(one.today for one in cameras)}


def _camera_state(camera: CameraStanding) -> dict[str, Any]:
    return {
        "alert": _switch(camera.waiting > 0),
        "waiting": camera.waiting,
        "today": camera.today,
        "last_alert": camera.last_alert_at.isoformat() if camera.last_alert_at else None,
        "last_level": camera.last_level.value if camera.last_level else None,
        "online": _switch(camera.is_online),
    }


def _switch(is_on: bool) -> str:
    return "ON" if is_on else "OFF"


def _site_discovery(broker: MQTTBroker, public_url: str) -> dict[str, Any]:
    device = {"identifiers": [_device_id(broker, None)], "name": "Amends", **_made_by(public_url)}
    return _discovery(broker, None, device, {**_alert_entities(), "event": _event_entity(SITE_EVENTS)})


def _camera_discovery(broker: MQTTBroker, camera: CameraStanding, public_url: str) -> dict[str, Any]:
    device = {
        "identifiers": [_device_id(broker, camera.camera_id)],
        "name": camera.name or f"Amends camera {camera.camera_id}",
        "via_device": _device_id(broker, None),
        **_made_by(public_url),
    }
    entities = {
        **_alert_entities(),
        "last_alert": _entity("sensor", "Last alert", "last_alert", device_class="timestamp"),
        "last_level": _entity(
            "sensor", "Level of the last alert", "last_level", device_class="enum", options=[*map(str, AlertLevel)]
        ),
        "online": _entity(
            "binary_sensor", "Camera online", "online", device_class="connectivity", entity_category="diagnostic"
        ),
        "event": _event_entity(CAMERA_EVENTS),
    }
    return _discovery(broker, camera.camera_id, device, entities)


def _made_by(public_url: str) -> dict[str, str]:
    link = {"configuration_url": f"{public_url.rstrip('/')}/"} if public_url else {}
    return {"manufacturer": "Amends", **link}


def _alert_entities() -> dict[str, dict[str, Any]]:
    return {
        "alert": _entity("binary_sensor", "Alert", "alert", device_class="problem"),
        "waiting": _entity("sensor", "Alerts waiting", "waiting", state_class="measurement"),
        "today": _entity("sensor", "Alerts today", "today", state_class="total_increasing"),
    }


def _entity(platform: str, name: str, field: str, **options: Any) -> dict[str, Any]:
    # A sensor that gets "None" has no value; so says the description of its `value_template`.
    return {"platform": platform, "name": name, "value_template": f"{{{{ value_json.{field} }}}}", **options}


def _event_entity(event_types: Sequence[str]) -> dict[str, Any]:
    return {"platform": "event", "name": "Event", "event_types": list(event_types)}


def _discovery(
    broker: MQTTBroker, camera_id: int | None, device: Mapping[str, Any], entities: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    base, device_id = _base(broker, camera_id), _device_id(broker, camera_id)
    components = {}
    for key, entity in entities.items():
        topic = f"{base}/event" if entity["platform"] == "event" else f"{base}/state"
        components[f"{device_id}_{key}"] = {**entity, "unique_id": f"{device_id}_{key}", "state_topic": topic}
    return {
        "device": device,
        "origin": {"name": "Amends"},
        "availability_topic": availability_topic(broker),
        "payload_available": ONLINE,
        "payload_not_available": OFFLINE,
        "qos": 1,
        "components": components,
    }


def _as_json(payload: Mapping[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
