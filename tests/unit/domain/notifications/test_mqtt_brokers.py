import pytest

from webapp.domain.notifications.channel_configs import checked_config
from webapp.domain.notifications.channels import ChannelKind
from webapp.errors import InputInvalid

HOST = {"host": "mqtt.example.org"}


def test_what_is_not_given_is_the_usual_of_brokers_and_of_home_assistant():
    kept = checked_config(ChannelKind.MQTT, HOST)
    assert (kept["port"], kept["tls"]) == (1883, False)
    assert (kept["topic_prefix"], kept["discovery_prefix"]) == ("amends", "homeassistant")
    assert checked_config(ChannelKind.MQTT, {**HOST, "tls": "on"})["port"] == 8883
    assert checked_config(ChannelKind.MQTT, kept) == kept
    # What a form leaves empty is None.
    assert checked_config(ChannelKind.MQTT, {**HOST, "port": None, "password": None}) == kept


@pytest.mark.parametrize(
    "given",
    [
        {"host": ""},
        {"host": "mqtt://broker"},
        {"host": "169.254.169.254"},
        {"port": "0"},
        {"port": "65536"},
        {"port": "a"},
        {"topic_prefix": "amends/#"},
        {"topic_prefix": "/amends"},
        {"topic_prefix": "a b"},
        {"topic_prefix": "a+"},
        {"discovery_prefix": "ha/"},
        {"username": "a\x00b"},
        {"password": "a" * 300},
        {"ca_certificate": "none"},
        {"ca_certificate": "-----BEGIN CERTIFICATE-----a-----END CERTIFICATE-----"},
    ],
)
def test_what_no_broker_takes_is_refused(given):
    with pytest.raises(InputInvalid):
        checked_config(ChannelKind.MQTT, {**HOST, **given})
