"""The rules of Home Assistant's MQTT discovery, as its documentation has them.

Sources, as of November 2026: https://www.home-assistant.io/integrations/mqtt/ ("MQTT discovery", "Device discovery
payload", "Using availability topics"), /integrations/binary_sensor.mqtt/, /integrations/sensor.mqtt/,
/integrations/event.mqtt/, /integrations/sensor/ and /integrations/binary_sensor/ (device classes), and the schema that
enforces them, homeassistant/components/mqtt/schemas.py of home-assistant/core.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

# <discovery_prefix>/device/<object_id>/config; an object's id is made of letters, digits, underscores and hyphens.
_TOPIC = re.compile(r"(?P<prefix>.+)/device/(?P<object_id>[a-zA-Z0-9_-]+)/config")
_AVAILABILITY = {
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "payload_available",
    "payload_not_available",
}
# "Supported shared options", beside the three mappings.
_ROOT = _AVAILABILITY | {"device", "origin", "components", "command_topic", "state_topic", "qos", "encoding"}
_DEVICE = {
    "configuration_url",
    "connections",
    "hw_version",
    "identifiers",
    "manufacturer",
    "model",
    "model_id",
    "name",
    "serial_number",
    "suggested_area",
    "sw_version",
    "via_device",
}
_ORIGIN = {"name", "sw_version", "support_url"}
_ENTITY = {"platform", "unique_id", "name", "state_topic", "value_template", "device_class", "entity_category", "icon"}
_OWN = {
    "binary_sensor": {"payload_on", "payload_off", "off_delay", "expire_after", "force_update"},
    "sensor": {"state_class", "options", "unit_of_measurement", "expire_after", "force_update"},
    "event": {"event_types"},
}
_CLASSES = {
    "binary_sensor": {"problem", "connectivity"},
    "sensor": {"timestamp", "enum"},
    "event": set[str](),
}
_STATE_CLASSES = {"measurement", "measurement_angle", "total", "total_increasing"}
_CATEGORIES = {"config", "diagnostic"}
_TEMPLATE = re.compile(r"\{\{ value_json\.(\w+) \}\}")


def check_discovery(topic: str, payload: str, prefix: str = "homeassistant") -> Mapping[str, Any]:
    """Hold one discovery message to the rules, and return it."""
    found = _TOPIC.fullmatch(topic)
    assert found, topic
    assert found["prefix"] == prefix
    message: dict[str, Any] = json.loads(payload)
    assert message.keys() <= _ROOT, message.keys() - _ROOT
    # Both are mandatory in a device discovery payload; a device needs an identifier or a connection, an origin a name.
    assert message["device"].keys() <= _DEVICE
    assert message["device"].get("identifiers") or message["device"].get("connections")
    assert message["origin"].keys() <= _ORIGIN
    assert message["origin"]["name"]
    assert message.get("qos", 0) in (0, 1, 2)
    # Must not be used together with `availability`.
    assert ("availability_topic" in message) != ("availability" in message)
    url = message["device"].get("configuration_url", "https://")
    assert url.startswith(("http://", "https://"))
    assert message["components"]
    for entity in message["components"].values():
        _check_entity(entity)
    ids = [entity["unique_id"] for entity in message["components"].values()]
    assert len(set(ids)) == len(ids)
    return message


def check_state(message: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Hold a state to what its entities were announced to be."""
    for entity in message["components"].values():
        if entity["platform"] == "event":
            continue
        found = _TEMPLATE.fullmatch(entity["value_template"])
        assert found, entity
        _check_value(entity, state[found[1]])


def check_event(message: Mapping[str, Any], topic: str, payload: str) -> None:
    """Hold an event to the rules: JSON with an `event_type` that was announced for its topic."""
    entity = next(one for one in message["components"].values() if one["platform"] == "event")
    assert entity["state_topic"] == topic
    assert json.loads(payload)["event_type"] in entity["event_types"]


def _check_entity(entity: Mapping[str, Any]) -> None:
    platform = entity["platform"]
    # `platform` is required of each component, `unique_id` of entities, `state_topic` of these three platforms.
    assert entity["unique_id"], entity
    assert entity["state_topic"], entity
    assert entity.keys() <= _ENTITY | _OWN[platform], entity
    assert entity.get("device_class") in _CLASSES[platform] | {None}
    assert entity.get("entity_category") in _CATEGORIES | {None}
    assert entity.get("state_class") in _STATE_CLASSES | {None}
    if platform == "event":
        assert entity["event_types"]
    # An enum has options, and neither unit nor state class; a timestamp has none of these.
    assert ("options" in entity) == (entity.get("device_class") == "enum")
    if entity.get("device_class") in ("enum", "timestamp"):
        assert not {"state_class", "unit_of_measurement"} & entity.keys()


def _check_value(entity: Mapping[str, Any], value: Any) -> None:
    if entity["platform"] == "binary_sensor":
        assert value in (entity.get("payload_on", "ON"), entity.get("payload_off", "OFF"))
    elif value is None:
        # Rendered as "None": the sensor has no value.
        return
    elif entity.get("device_class") == "timestamp":
        assert datetime.fromisoformat(value).tzinfo is not None
    elif entity.get("device_class") == "enum":
        assert value in entity["options"]
    else:
        assert float(value) >= 0
