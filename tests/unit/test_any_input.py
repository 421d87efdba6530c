"""Whatever strangers send, a parser reads it or refuses it in the product's own words; nothing else comes out of one.

`FUZZ_EXAMPLES=5000` tries more of everything.
"""

import io
import json
import os
import tarfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from webapp.domain.alerts.escalation import ReminderRule
from webapp.domain.cameras.cameras import CameraAddress, parse_camera_address
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.kiosks import check_frame
from webapp.domain.cameras.schedule import WEEKDAYS, OpeningHours, parse_day
from webapp.domain.cameras.zones import Zone, parse_zones
from webapp.domain.site.retention import RetentionRule
from webapp.domain.site.site import Site
from webapp.errors import AmendsError, BackupFailed, CameraError, InputInvalid
from webapp.runtime.jobs.public_addresses import allowed_addresses
from webapp.runtime.onvif import messages
from webapp.runtime.onvif.search import is_of, read_answer
from webapp.services.alerts.default_rule import parse_emotions
from webapp.services.alerts.rules import apply_overrides
from webapp.services.cameras.camera_settings import CameraSettings
from webapp.services.ports import RuleOverrides
from webapp.settings import Settings, load_settings
from webapp.storage.site.backup_archive import DATABASE, MANIFEST
from webapp.storage.site.restore import restore_backup
from webapp.web.core.devices import device_words
from webapp.web.live.packets import OnePicturePacket

pytestmark = pytest.mark.security
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
NOW = datetime(2026, 3, 1, tzinfo=UTC)

tried = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
texts = st.text(max_size=60) | st.text(alphabet="0123456789.:/@[]%?#-_ \0\n\ud800é", max_size=60)
numbers = st.integers() | st.sampled_from([2**63, -(2**63) - 1, 10**400]) | st.floats()
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars | st.binary(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=12,
)
schemes = st.sampled_from(
    ["rtsp://", "rtsps://", "RTSP:", "http://", "https://", "usb:", "file:", "file://", "demo:", "kiosk:", "x:", ""]
)
addresses = st.builds("{}{}{}".format, schemes, texts, st.sampled_from(["", "/", ":554/", "@host/", ":99999", "[::1]"]))


@tried
@given(addresses, texts, texts)
def test_a_camera_address_is_read_without_its_password_or_refused(url, username, password):
    try:
        address = parse_camera_address(url, username, password)
    except InputInvalid:
        return
    assert isinstance(address.kind.value, str)
    assert "@" not in address.url.split("?")[0].split("#")[0].split("://")[-1].split("/")[0] or address.kind in (
        "file", "demo", "usb",
    )  # fmt: skip
    assert isinstance(address.path, str)
    if address.kind == "usb":
        assert address.usb_device.isprintable()


@tried
@given(addresses, texts.filter(lambda text: "\ud800" not in text), texts.filter(lambda text: "\ud800" not in text))
def test_credentials_are_put_into_an_address_so_that_they_come_out_again(url, username, password):
    try:
        address = parse_camera_address(url, username, password)
    except InputInvalid:
        return
    if address.kind in ("rtsp", "http") and username and password:
        read = parse_camera_address(address.url_with_credentials())
        assert (read.username, read.password) == (username, password)


corners = st.lists(st.lists(numbers | scalars, max_size=3), max_size=40)
zones = st.lists(
    st.fixed_dictionaries({"kind": st.sampled_from(["privacy", "staff"]) | scalars, "points": corners, "name": values})
    | values,
    max_size=20,
)


@tried
@given(values | zones)
def test_zones_are_read_or_refused(sent):
    try:
        read = parse_zones(sent)
    except InputInvalid:
        return
    assert all(isinstance(zone, Zone) for zone in read)
    assert parse_zones([zone.as_dict() for zone in read]) == read
    ImageSettings(zones=read).turned(90, is_mirrored=True)


@tried
@given(st.integers(0, 6), texts | st.text("0123456789:-.,; to–", max_size=60))
def test_hours_are_read_or_refused(weekday, words):
    try:
        spans = parse_day(weekday, words)
        hours = OpeningHours(spans)
    except InputInvalid:
        return
    assert parse_day(weekday, hours.day_words(weekday)) == hours.spans
    assert hours.state(NOW, UTC) is not None
    assert len(WEEKDAYS) == 7


@tried
@given(st.floats() | st.integers(), st.floats() | st.integers())
def test_rules_of_numbers_hold_or_are_refused(first, second):
    for make in (
        lambda: ReminderRule(first, second),
        lambda: CameraSettings(analysis_fps=first),
        lambda: RetentionRule(first, first, second, second),
    ):
        with suppress(InputInvalid):
            json.dumps(make().__dict__, default=str, allow_nan=False)


@tried
@given(st.builds(RuleOverrides, st.none() | st.tuples(texts), *[st.none() | st.floats()] * 4), texts)
def test_an_alert_rule_holds_or_is_refused(overrides, emotions):
    from webapp.domain.alerts.rules import AlertRule

    for read in (lambda: apply_overrides(AlertRule(), overrides), lambda: parse_emotions(emotions)):
        with suppress(InputInvalid):
            read()


@tried
@given(st.lists(texts, min_size=7, max_size=7))
def test_a_site_is_taken_or_refused(words):
    with suppress(InputInvalid):
        Site(*words)


xml_names = st.sampled_from(["XAddrs", "Scopes", "Media", "XAddr", "Profiles", "Uri", "a:b", "\ud800", ""])
xml = st.recursive(
    texts,
    lambda inner: (
        st.builds("<{0} token='{1}'>{2}</{0}>".format, xml_names, texts, inner) | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=10,
)
soap = st.binary(max_size=300) | xml.map(lambda text: text.encode("utf-8", "surrogatepass"))
HOSTILE = [
    b"<a>" * 50_000,
    b"<a>" * 30_000 + b"</a>" * 30_000,
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"<?xml version='1.0' encoding='utf-16'?><a/>",
    b"<a>&#x110000;</a>",
    b"<a>" + b"x" * messages.MAX_ANSWER_BYTES + b"</a>",
]


@tried
@given(soap)
def test_an_answer_of_a_camera_is_read_or_refused(answer):
    read_all_of(answer)


@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_and_a_hostile_one(answer):
    read_all_of(answer)


def read_all_of(answer):
    found = read_answer(answer, "10.0.0.7")
    assert found is None or is_of(found.service_url, "10.0.0.7")
    try:
        root = messages.parse_xml(answer)
    except CameraError:
        return
    messages.media_url(root)
    assert all(profile.token and profile.width_px >= 0 <= profile.height_px for profile in messages.profiles(root))
    assert messages.scope_words(root, "name").isprintable()


@tried
@given(addresses | texts, texts)
def test_whose_an_address_is_is_known_of_every_text(url, host):
    assert is_of(url, host) in (True, False)


@tried
@given(st.ip_addresses().map(str) | st.sampled_from(["127.0.0.1", "::1", "fe80::1%eth0", "169.254.169.254"]))
def test_every_address_may_be_fetched_or_not(address):
    for private_too in (True, False):
        with suppress(InputInvalid):
            allowed_addresses("camera", 80, private_too=private_too, resolve=lambda _host, _port: [address])


@tried
@given(values | st.binary(max_size=200).map(lambda middle: b"\xff\xd8" + middle + b"\xff\xd9"))
def test_a_kiosks_frame_is_taken_or_refused(sent):
    with suppress(InputInvalid):
        assert check_frame(sent) is sent


@tried
@given(st.text(max_size=80) | st.builds("{}{}".format, st.sampled_from(["2", "42", "51-", "451-", "40/"]), texts))
def test_a_packet_is_read_or_a_value_error(encoded):
    with suppress(ValueError):  # Engine.IO logs it in one line.
        OnePicturePacket(encoded_packet=encoded)


@tried
@given(st.sampled_from(sorted(Settings.model_fields)), scalars)
def test_a_setting_is_taken_or_refused_by_name(name, value):
    with suppress(ValidationError, AmendsError):
        load_settings(**{name: value})


manifests = (
    values
    | st.fixed_dictionaries({"format": values, "sha256": values})
    | st.fixed_dictionaries({"format": st.just(1), "sha256": values | st.dictionaries(texts, values, max_size=3)})
)


@tried
@given(manifests.map(lambda value: json.dumps(value, default=repr).encode()) | st.binary(max_size=60))
def test_a_backup_that_anybody_wrote_is_refused_in_our_words(manifest):
    with TemporaryDirectory() as folder:
        path, data_dir = Path(folder, "backup.tar.gz"), Path(folder, "data")
        data_dir.mkdir()
        with tarfile.open(path, "w:gz") as archive:
            for name, content in ((MANIFEST, manifest), (DATABASE, b"no database")):
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        with pytest.raises(BackupFailed):
            restore_backup(path, data_dir, data_dir / "amends.db", NOW, ask_passphrase=str, is_trusted=True)


@pytest.mark.parametrize("manifest", [b"[" * 100_000, b'{"format": 1, "sha256": ["a"]}', b"1" * 5000])
def test_and_one_that_is_hostile(manifest):
    test_a_backup_that_anybody_wrote_is_refused_in_our_words.hypothesis.inner_test(manifest)


@tried
@given(texts)
def test_a_browsers_name_for_itself_is_some_words(user_agent):
    assert device_words(user_agent)
    assert CameraAddress("demo:").kind == "demo"
