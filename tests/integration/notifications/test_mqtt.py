"""MQTT against a real broker, and by the rules of Home Assistant."""

import json
import logging
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.home_assistant import check_discovery, check_event, check_state
from tests.integration.notifications.conftest import WRITER
from tests.servers.mqtt_broker import listening, mqtt_broker, retained
from tests.support.running import wait_until
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, SendFailure
from webapp.domain.notifications.routes import NoticeKind
from webapp.errors import InputInvalid
from webapp.runtime.notifications.mqtt_bridge import MQTTBridge
from webapp.runtime.notifications.mqtt_sender import MQTTSender
from webapp.runtime.notifications.sending import QueueSender
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = pytest.mark.slow

PASSWORD = "s3cret-of-the-broker"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def broker(tmp_path):
    with mqtt_broker(tmp_path) as started:
        yield started


class Bridged:
    """A house with an MQTT channel, and what housekeeping does for it."""

    def __init__(self, house, broker):
        self.house, self.broker = house, broker
        self.admin = house.person("root", "admin")
        self.bridge = MQTTBridge(house.told.brokers)

    def add(self, *, names_place=False, **config):
        given = {"host": "127.0.0.1", "port": self.broker.port, **config}
        channel = NotificationChannel(ChannelKind.MQTT, "home", config=given, names_place=names_place)
        return self.house.told.channels.add(channel, self.admin).channel_id

    def until(self, is_so, what):
        def tended():
            self.bridge.tend(self.house.told.deliveries.state().last_event_id)
            return is_so()

        wait_until(tended, what, timeout_s=30)

    def dies(self):
        """End as a process does that is killed: the connection ends, and nobody says so."""
        for line in self.bridge._lines.values():
            line.session._client._sock.shutdown(socket.SHUT_RDWR)
        self.bridge = MQTTBridge(self.house.told.brokers)

    def channel(self):
        return self.house.told.channels.shared()[0]

    def ends(self):
        for line in self.bridge._lines.values():
            if line.session is not None:
                line.session.close()
                line.session._thread.join(5)


@pytest.fixture
def bridged(house, broker):
    made = Bridged(house, broker)
    yield made
    made.ends()


def state_topic(camera):
    return f"amends/camera/{camera.camera_id}/state"


def config_topic(camera):
    return f"homeassistant/device/amends_camera_{camera.camera_id}/config"


SITE = "homeassistant/device/amends_site/config"


def test_cameras_are_announced_by_home_assistants_rules_and_without_names(bridged, house):
    house.use_cases.cameras.add(CameraForm("Room 12", "demo:"))
    house.alert(AlertLevel.HIGH)
    bridged.add()
    with listening(bridged.broker) as listener:
        bridged.until(lambda: listener.last("amends/status") == "online", "it is online")
        wait_until(lambda: len({topic for topic, _, _ in listener.got}) == 7, "all is announced")
    standing = retained(bridged.broker)
    # What is retained is found by whoever comes later.
    assert standing == {topic: payload for topic, payload, _ in listener.got}
    announced = [check_discovery(topic, payload) for topic, payload in standing.items() if topic.endswith("/config")]
    assert len(announced) == 3
    for message in announced:
        base = next(one["state_topic"] for one in message["components"].values() if one["platform"] != "event")
        check_state(message, json.loads(standing[base]))
        assert (message["availability_topic"], message["qos"]) == ("amends/status", 1)
    said = json.dumps(standing)
    assert "Lobby" not in said
    assert "Room 12" not in said


def test_a_channel_that_names_places_names_cameras(bridged, house):
    bridged.add(names_place=True, topic_prefix="hotel/amends", discovery_prefix="ha")
    topic = f"ha/device/hotel_amends_camera_{house.camera.camera_id}/config"
    with listening(bridged.broker) as listener:
        bridged.until(lambda: listener.last(topic), "it is announced")
    message = check_discovery(topic, listener.last(topic), "ha")
    assert message["device"]["name"] == "Lobby"
    assert message["device"]["via_device"] == "hotel_amends_site"


def test_an_alert_is_on_until_somebody_takes_it(bridged, house):
    topic = state_topic(house.camera)
    with listening(bridged.broker) as listener:
        bridged.add()
        bridged.until(lambda: listener.json(topic), "it is told of")
        assert listener.json(topic) | {"online": ""} == {
            "alert": "OFF",
            "waiting": 0,
            "today": 0,
            "last_alert": None,
            "last_level": None,
            "online": "",
        }
        incident_id = house.alert(AlertLevel.HIGH)
        house.goes(CameraState.ONLINE)
        bridged.until(lambda: listener.json(topic)["online"] == "ON", "the camera is online")
        assert listener.json(topic) == {
            "alert": "ON",
            "waiting": 1,
            "today": 1,
            "last_alert": house.clock.now().isoformat(),
            "last_level": "high",
            "online": "ON",
        }
        assert listener.json("amends/site/state") == {"alert": "ON", "waiting": 1, "today": 1}
        house.use_cases.incidents.acknowledge(incident_id, "Dana")
        house.goes(CameraState.OFFLINE)
        bridged.until(lambda: listener.json(topic)["online"] == "OFF", "the camera is away")
        assert (listener.json(topic)["alert"], listener.json(topic)["today"]) == ("OFF", 1)
        # What did not change is not sent again.
        assert [topic for topic, _, _ in listener.got].count(config_topic(house.camera)) == 1


def test_a_process_that_is_killed_is_offline_and_its_successor_is_in_step(bridged, house):
    topic = state_topic(house.camera)
    bridged.add()
    with listening(bridged.broker) as listener:
        bridged.until(lambda: listener.last("amends/status") == "online" and listener.json(topic), "it is online")
        bridged.dies()
        wait_until(lambda: listener.last("amends/status") == "offline", "the broker says that it is offline")
        house.alert()
        bridged.until(lambda: listener.last("amends/status") == "online", "it is back")
        bridged.until(lambda: listener.json(topic)["waiting"] == 1, "and knows of the alert")
    assert retained(bridged.broker)["amends/status"] == "online"


def test_a_broker_that_forgot_everything_is_told_again(bridged, house):
    bridged.add()
    bridged.until(lambda: retained(bridged.broker).get("amends/status") == "online", "it is online")
    before = retained(bridged.broker)
    bridged.broker.stop()
    bridged.broker.start()
    bridged.until(lambda: retained(bridged.broker) == before, "all stands there again")


@pytest.mark.parametrize("is_running", [True, False])
def test_a_camera_that_is_removed_is_cleared(bridged, house, is_running):
    other = house.use_cases.cameras.add(CameraForm("Room 12", "demo:"))
    bridged.add()
    bridged.until(lambda: state_topic(other) in retained(bridged.broker), "it is announced")
    if not is_running:
        bridged.dies()
    house.use_cases.cameras.remove(other.camera_id, "root")
    bridged.until(lambda: state_topic(other) not in retained(bridged.broker), "it is cleared")
    standing = retained(bridged.broker)
    assert config_topic(other) not in standing
    assert {config_topic(house.camera), state_topic(house.camera), SITE, "amends/status"} <= standing.keys()


@pytest.mark.parametrize("how", ["removed", "switched off", "killed and removed"])
def test_a_channel_that_ends_leaves_nothing_behind(bridged, house, how):
    channel_id = bridged.add()
    bridged.until(lambda: state_topic(house.camera) in retained(bridged.broker), "it is announced")
    if how.startswith("killed"):
        bridged.dies()
    if how.endswith("removed"):
        house.told.channels.remove(channel_id, bridged.admin)
    else:
        house.told.channels.change(channel_id, bridged.admin, enabled=False)
    bridged.until(lambda: retained(bridged.broker) == {}, "nothing stands there")
    bridged.until(lambda: house.told.brokers.duties() == [], "and nothing is left to do")
    if how == "switched off":
        house.told.channels.change(channel_id, bridged.admin, enabled=True)
        bridged.until(lambda: SITE in retained(bridged.broker), "it stands there again")


def test_another_prefix_takes_the_place_of_the_one_before(bridged, house):
    channel_id = bridged.add()
    bridged.until(lambda: SITE in retained(bridged.broker), "it is announced")
    given = {"host": "127.0.0.1", "port": bridged.broker.port, "topic_prefix": "other"}
    house.told.channels.change(channel_id, bridged.admin, config=given)
    bridged.until(lambda: "other/status" in retained(bridged.broker), "it stands at the other place")
    bridged.until(lambda: not any(topic.startswith("amends/") for topic in retained(bridged.broker)), "and only there")
    assert SITE not in retained(bridged.broker)
    # The same broker by another name: what is cleared for the one has to stand there for the other.
    house.told.channels.change(channel_id, bridged.admin, config={**given, "host": "localhost"})
    bridged.until(lambda: len(house.told.brokers.duties()) == 1, "the one is cleared")
    topics = {"other/status", "other/site/state", "homeassistant/device/other_site/config"}
    bridged.until(lambda: topics <= retained(bridged.broker).keys(), "the other stands there")


@pytest.mark.security
def test_a_broker_that_lets_nobody_in_is_shown_and_told_and_no_secret_is_in_the_log(house, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with mqtt_broker(tmp_path, password=PASSWORD) as broker:
        bridged = Bridged(house, broker)
        channel_id = bridged.add(username="amends", password="wrong-" + PASSWORD)
        bridged.until(lambda: bridged.channel().failures == 3, "three tries failed")
        assert bridged.channel().last_failure is SendFailure.LOGIN_REFUSED
        with house.use_cases.adapters.unit_of_work.reading() as work:
            failed = [
                one for one in work.events.after(0, limit=100) if one.kind is EventKind.NOTIFICATION_CHANNEL_FAILED
            ]
        assert [one.payload["cause"] for one in failed] == ["login_refused"]
        given = {"host": "127.0.0.1", "port": broker.port, "username": "amends", "password": PASSWORD}
        house.told.channels.change(channel_id, bridged.admin, config=given)
        bridged.until(lambda: SITE in retained(broker), "it is let in")
        assert bridged.channel().failures == 0
        bridged.ends()
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(house.told.brokers.duties())
    with house.use_cases.adapters.unit_of_work.reading() as work:
        assert PASSWORD not in str(work.settings.get("mqtt_marks"))


MESSAGE = Message("key-1", NoticeKind.ALERT, "Please send assistance", "Ümlaut", "", AlertLevel.HIGH, AT, 5, 7, 1)


def mqtt_channel(broker, **config):
    return NotificationChannel(ChannelKind.MQTT, "home", config={"host": "127.0.0.1", "port": broker.port, **config})


def test_an_alert_that_a_route_tells_is_an_event_and_does_not_stand(bridged, house):
    bridged.add()
    bridged.until(lambda: config_topic(house.camera) in retained(bridged.broker), "it is announced")
    standing = retained(bridged.broker)
    with listening(bridged.broker) as listener:
        assert MQTTSender().send(MESSAGE, mqtt_channel(bridged.broker)) == TAKEN
        wait_until(lambda: listener.last("amends/camera/1/event"), "it arrives")
        check_event(
            check_discovery(config_topic(house.camera), standing[config_topic(house.camera)]),
            "amends/camera/1/event",
            listener.last("amends/camera/1/event"),
        )
        event = listener.json("amends/camera/1/event")
        assert (event["event_type"], event["id"], event["level"], event["after_min"]) == ("alert", "key-1", "high", 5)
        for kind, is_test, said in (
            (NoticeKind.ALERT, True, "test_alert"),
            (NoticeKind.CHANNEL_TEST, True, "channel_test"),
            (NoticeKind.CHANNEL_FAILED, False, "channel_failed"),
        ):
            message = Message(said, kind, "a", "b", "", AlertLevel.LOW, AT, is_test=is_test)
            assert MQTTSender().send(message, mqtt_channel(bridged.broker)) == TAKEN
            wait_until(lambda said=said: listener.json("amends/site/event")["event_type"] == said, said)
            check_event(check_discovery(SITE, standing[SITE]), "amends/site/event", listener.last("amends/site/event"))
    assert retained(bridged.broker).keys() == standing.keys()


def test_a_test_reaches_the_broker_through_the_queue(bridged, house):
    channel_id = bridged.add()
    with listening(bridged.broker) as listener:
        key = house.told.channels.test(channel_id, bridged.admin)
        assert QueueSender(house.told.deliveries, WRITER, {ChannelKind.MQTT: MQTTSender}).run() == 1
        wait_until(lambda: listener.json("amends/site/event"), "it arrives")
        assert listener.json("amends/site/event")["id"] == key
    assert [one.state.value for one in house.deliveries()] == ["delivered"]


def test_why_a_broker_took_nothing(broker, tmp_path):
    send = MQTTSender(timeout_s=5).send
    assert send(MESSAGE, NotificationChannel(ChannelKind.MQTT, "home")).failure is SendFailure.NOT_SET_UP
    forbidden = MQTTSender(resolve=lambda _host, _port: ["169.254.169.254"]).send(MESSAGE, mqtt_channel(broker))
    assert (forbidden.failure, forbidden.is_final) == (SendFailure.FORBIDDEN_ADDRESS, True)
    broker.stop()
    assert send(MESSAGE, mqtt_channel(broker)).failure is SendFailure.UNREACHABLE


# paho leaves the socket of a handshake that failed to the garbage collector, which complains.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_with_tls_only_a_broker_whose_certificate_is_trusted_is_told_anything(tmp_path):
    files = certificate(tmp_path)
    with mqtt_broker(tmp_path, certificate=files) as broker:
        # As a form of one line has it.
        pem = files[0].read_text().replace("\n", "")
        told = mqtt_channel(broker, tls=True, ca_certificate=pem)
        assert MQTTSender(timeout_s=5).send(MESSAGE, told) == TAKEN
        untrusted = MQTTSender(timeout_s=5).send(MESSAGE, mqtt_channel(broker, tls=True))
        assert untrusted.failure is SendFailure.UNTRUSTED


def test_a_channel_of_one_person_is_refused(bridged, house):
    dana = house.person("Dana")
    own = NotificationChannel(ChannelKind.MQTT, "mine", dana.user_id, {"host": "127.0.0.1"})
    with pytest.raises(InputInvalid):
        house.told.channels.add(own, dana)


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mqtt.example")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    signed = (
        builder.add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certfile, keyfile = folder / "cert.pem", folder / "key.pem"
    certfile.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    keyfile.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certfile, keyfile


def test_a_channel_that_cannot_be_opened_holds_up_no_other(bridged, house):
    bridged.add()
    with house.use_cases.adapters.unit_of_work() as work:
        work.notifications.channels.add(
            NotificationChannel(ChannelKind.MQTT, "broken", created_at=house.clock.now()), b"of another machine"
        )
        work.commit()
    bridged.until(lambda: SITE in retained(bridged.broker), "the other one stands there")
