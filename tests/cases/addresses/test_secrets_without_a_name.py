"""Secrets that no usual name gives away: names in other languages, tokens in the path, addresses within addresses."""

import random
import string

import pytest

from webapp.domain.cameras.addresses.hidden_values import MARK, without_secrets
from webapp.domain.cameras.addresses.secret_words import is_made_by_chance
from webapp.domain.cameras.cameras import parse_camera_address
from webapp.errors import InputInvalid
from webapp.runtime.processes.logs import without_credentials
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = pytest.mark.security
SECRET = "Geh3imX"
TOKEN = "x7Kd02LmQ9sTzB4w"
UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
NAMES = [
    "mdp", "contraseña", "contrase%C3%B1a", "пароль", "密码", "パスワード", "parola", "hasło", "has%C5%82o",
    "wachtwoord", "Lösenord", "l%C3%B6senord", "şifre", "heslo", "salasana", "jelszó", "lozinka", "adgangskode",
    "비밀번호", "κωδικός", "hmac", "md5", "st", "k", "data[password]", "logIn",
]  # fmt: skip
IN_VALUES = [
    f"url=rtsp://admin:{SECRET}@192.0.2.9/x",
    f"url=rtsp%3A%2F%2Fadmin%3A{SECRET}%40192.0.2.9%2Fx",
    f"url=rtsp%253A%252F%252Fadmin%253A{SECRET}%2540192.0.2.9%252Fx",
    f"q=a%26pwd%3D{SECRET}",
    f'json={{"user":"a","password":"{SECRET}"}}',
    f"json=%7B%22password%22%3A%22{SECRET}%22%7D",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_password_is_hidden_by_its_name_in_any_language(name: str):
    assert_hidden(f"http://192.0.2.10/v?x=1&{name}={SECRET}&channel=2", f"http://192.0.2.10/v?x=1&{name}=***&channel=2")


@pytest.mark.parametrize("pair", IN_VALUES)
def test_a_value_that_holds_credentials_is_hidden_as_a_whole(pair: str):
    key = pair.partition("=")[0]
    assert_hidden(f"http://192.0.2.10/api?{pair}&w=5", f"http://192.0.2.10/api?{key}=***&w=5")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (f"rtsps://192.0.2.10:7441/{TOKEN}?enableSrtp", "rtsps://192.0.2.10:7441/***?enableSrtp"),  # UniFi Protect
        (f"http://c/hls/{UUID}/index.m3u8", "http://c/hls/***/index.m3u8"),
        (f"http://c/{TOKEN}/{UUID}/x.m3u8?t={TOKEN}", "http://c/***/***/x.m3u8?t=***"),
        (f"http://c/v?{TOKEN}", "http://c/v?***"),
        (f"http://c/v?admin:{SECRET}", "http://c/v?admin:***"),
        (f"http://c/v?pwd%3D{SECRET}", "http://c/v?***"),
        (f"http://c/password-{SECRET}/x", "http://c/password-***/x"),
        (f"http://c/login/admin/{SECRET}/x", "http://c/login/***/***/x"),
        (f"http://c/auth/token/{SECRET}/x", "http://c/auth/token/***/x"),
    ],
)
def test_a_token_is_hidden_by_what_it_looks_like_or_where_it_stands(typed: str, shown: str):
    assert_hidden(typed, shown)


def assert_hidden(typed: str, shown: str) -> None:
    address = parse_camera_address(typed)
    assert address.url == without_secrets(typed) == shown
    assert parse_camera_address(shown, kept=address) == address
    called = address.full_url
    assert parse_camera_address(called).full_url == called
    assert not {SECRET, TOKEN, UUID} & set(address.url.replace("/", "=").split("="))
    line = without_credentials(None, "info", {"event": f"cannot open {typed}"})["event"]
    assert not any(secret in line for secret in (SECRET, TOKEN, UUID))


@pytest.mark.parametrize(
    "path",
    [
        "MediaProfile_Channel1_MainStream", "h264Preview_01_main", "profile1_h264_1080p_30fps",
        "H264_1080P_25FPS_CH1", "cam1_stream2_sub3_h264", "DS-2CD2042WD-I20160101AAWR", "000000000000000001",
        "Kamera-Eingang-Links-2", "20240115T101500Z", "ch0_unicast_secondstream",
        "videostream_640x480_30fps", "5dQxChannel1", "live/main/12345678.ts",
    ],
)  # fmt: skip
def test_what_makers_call_their_streams_is_no_token(path: str):
    assert parse_camera_address(f"rtsp://192.0.2.10/{path}").url == f"rtsp://192.0.2.10/{path}"


def test_most_tokens_of_random_characters_are_known():
    drawn = random.Random(18)  # noqa: S311 - the same ones each time.
    for characters, length in ((string.ascii_letters + string.digits, 16), ("0123456789abcdef", 32)):
        known = sum(is_made_by_chance("".join(drawn.choices(characters, k=length))) for _ in range(500))
        assert known > 465


@pytest.mark.parametrize(
    "typed",
    [f"rtsp://admin:{SECRET}＠192.0.2.10/s", f"rtsp://admin：{SECRET}@192.0.2.10/s", f"rtsp://admin:{SECRET}%40192.0.2.10/s",
     f"rtsp://admin%3A{SECRET}@192.0.2.10/s", f"usb:admin:{SECRET}@192.0.2.10"],
)  # fmt: skip
def test_signs_of_another_keyboard_or_in_percent_codes_are_refused_and_not_shown_again(typed: str):
    with pytest.raises(InputInvalid) as refused:
        parse_camera_address(typed)
    assert SECRET not in str(refused.value)
    assert SECRET not in without_secrets(typed)


@pytest.mark.parametrize("prefix", ["file:", "usb:", "demo:", "kiosk:", "ffmpeg:", "file://"])
def test_an_address_behind_the_prefix_of_something_else_is_that_address(prefix: str):
    address = parse_camera_address(f"{prefix}rtsp://admin:{SECRET}@192.0.2.10/s")
    assert (address.url, address.password) == ("rtsp://192.0.2.10/s", SECRET)
    assert SECRET not in without_secrets(f"{prefix}rtsp://admin:{SECRET}@192.0.2.10/s")


def test_a_token_is_stored_nowhere_in_clear(use_cases, engine, settings):
    added = use_cases.cameras.add(CameraForm("Lobby", f"rtsps://192.0.2.10:7441/{TOKEN}?enableSrtp"), "root")
    use_cases.cameras.change(added.camera_id, CameraForm("Lobby 2", added.url), "root")
    engine.dispose()
    files = b"".join(path.read_bytes() for path in settings.data_dir.glob("amends.sqlite3*"))
    assert b"Lobby 2" in files
    assert TOKEN.encode() not in files
    assert added.url.count(MARK) == 1
    assert use_cases.cameras.address_of(added.camera_id).full_url.endswith(f"/{TOKEN}?enableSrtp")
