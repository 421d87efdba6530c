"""Cameras that ask for a password over HTTP in every way there is; none is tried twice with a wrong one."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.odd_http import Asked, in_time, odd_camera, picture, whole
from tests.servers.web_server import write_certificate
from tests.support.videos import demo_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError, CameraHasNoVideo, CameraRefusedCredentials
from webapp.vision.sources import SourceLimits, make_source
from webapp.vision.sources.http.login import digest

LIMITS = SourceLimits(open_timeout_s=2.0, read_timeout_s=2.0, snapshot_fps=20.0)
USER, PASSWORD = 'user@domain "x"', "planted-sécret:/?#%"
PATH = "/video.cgi?res=640x480&channel=1"
HASHES = {"": "md5", "MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


class Guard:
    """Asks for a digest and checks it as RFC 7616 says, apart from the product's own code.

    Attributes:
        lines: its headers WWW-Authenticate, with NONCE in place of the newest nonce.
        attempts: how many passwords came.
    """

    def __init__(self, *lines: str, uses: int = 10**6, password: str = PASSWORD) -> None:
        self.lines, self._uses, self._password = lines, uses, password
        self._nonce, self._used = 0, 0
        self.attempts = 0
        self.accepted: list[str] = []

    def refusal(self, asked: Asked) -> bytes | None:
        """Return what is answered to who is not let in; None for who is."""
        said = asked.headers.get("authorization", "").encode("latin-1").decode()
        self.attempts += bool(said)
        is_stale = False
        if said.startswith("Digest "):
            values = {name: value.strip('"').replace('\\"', '"') for name, value in _values(said)}
            if self._is_right(values, asked):
                self._used += 1
                if self._used <= self._uses and values["nonce"] == f"n{self._nonce}":
                    self.accepted.append(values.get("algorithm", ""))
                    return None
                is_stale = True
        self._nonce, self._used = self._nonce + 1, 0
        lines = [line.replace("NONCE", f"n{self._nonce}") + (", stale=TRUE" * is_stale) for line in self.lines]
        headers = [f"WWW-Authenticate: {line}" for line in lines]
        return whole(b"Who are you?", *headers, status="HTTP/1.1 401 Unauthorized", kind="text/plain")

    def _is_right(self, values: Mapping[str, str], asked: Asked) -> bool:
        algorithm = values.get("algorithm", "").upper()

        def hashed(text: str) -> str:
            return hashlib.new(HASHES[algorithm.removesuffix("-SESS")], text.encode()).hexdigest()

        secret = hashed(f"{USER}:{values['realm']}:{self._password}")
        if algorithm.endswith("-SESS"):
            secret = hashed(f"{secret}:{values['nonce']}:{values['cnonce']}")
        body = f":{hashed('')}" if values.get("qop") == "auth-int" else ""
        middle = f"{values['nc']}:{values['cnonce']}:{values['qop']}:" if "qop" in values else ""
        expected = hashed(f"{secret}:{values['nonce']}:{middle}{hashed(f'GET:{asked.path}{body}')}")
        return values["uri"] == asked.path and values["response"] == expected


def _values(said: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,\s]+)', said)


def stream(guard: Guard, asked: Asked) -> Iterator[bytes]:
    if refusal := guard.refusal(asked):
        asked.keeps_alive = True
        yield refusal
        return
    yield STREAM
    for jpeg in in_time(map(picture, range(50))):
        yield b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n"


def opened(url: str, password: str = PASSWORD, *, username: str = USER, count: int = 3) -> CameraError | None:
    source = make_source(CameraAddress(url, username, password), LIMITS)
    with closing(source):
        try:
            source.open()
            for _ in range(count):
                source.read()
        except CameraError as error:
            return error
    return None


MD5 = 'Digest realm="cam", nonce="NONCE", qop="auth", algorithm=MD5, opaque="o=1, x"'
SHA = 'Digest realm="cam", nonce="NONCE", qop="auth", algorithm=SHA-256'
BASIC = 'Basic realm="cam, with comma"'


@pytest.mark.parametrize(
    ("lines", "algorithm"),
    [
        ((MD5,), "MD5"),
        ((SHA,), "SHA-256"),
        ((SHA, MD5), "MD5"),
        ((f"{SHA}, {MD5}",), "MD5"),
        ((f"{BASIC}, {SHA}",), "SHA-256"),
        ((BASIC, MD5), "MD5"),
        (("Negotiate", "NTLM", SHA), "SHA-256"),
        (('Digest realm="a\\"b", nonce="NONCE"',), ""),
        (('digest realm = cam , nonce = "NONCE", QOP = "auth"',), ""),
        (('Digest realm="", nonce="NONCE", qop="auth-int"',), ""),
        (('Digest realm="cam", nonce="NONCE", qop="auth,auth-int", algorithm="SHA-256"',), "SHA-256"),
        (('Digest realm="cam", nonce="NONCE", qop="auth", algorithm=MD5-sess',), "MD5-sess"),
        (('Digest realm="cam", nonce="NONCE", algorithm=SHA-256-sess, qop=auth',), "SHA-256-sess"),
        (('Digest realm="cam", nonce="NONCE", algorithm=SHA-512-256, qop="auth"',), "SHA-512-256"),
    ],
)  # fmt: skip
def test_a_camera_is_logged_in_to_with_what_it_offers(lines: tuple[str, ...], algorithm: str) -> None:
    guard = Guard(*lines)
    with odd_camera(lambda asked: stream(guard, asked)) as camera:
        assert opened(camera.root + PATH) is None
    assert (guard.accepted, guard.attempts) == ([algorithm], 1)


def test_a_log_in_works_over_https_too(tmp_path: Path) -> None:
    guard, certificate = Guard(SHA), write_certificate(tmp_path / "camera.pem", "camera")
    with odd_camera(lambda asked: stream(guard, asked), certificate=certificate) as camera:
        assert opened(camera.root + PATH) is None


def test_a_log_in_by_sha_256_alone_lets_a_film_through_too(tmp_path: Path) -> None:
    guard = Guard(SHA)
    film = write_video(tmp_path / "film.ts", demo_pictures(30, width_px=160)).read_bytes()
    with odd_camera(lambda asked: [guard.refusal(asked) or whole(film, kind="video/mp2t")]) as camera:
        assert not isinstance(opened(f"{camera.root}/live.ts"), CameraRefusedCredentials)
    assert guard.accepted == ["SHA-256", "SHA-256"]


@pytest.mark.parametrize(("lines", "is_known"), [((SHA,), False), ((SHA, MD5), True)])
def test_a_film_over_https_needs_md5_or_is_said_to(tmp_path: Path, lines: tuple[str, ...], is_known: bool) -> None:
    guard, certificate = Guard(*lines), write_certificate(tmp_path / "camera.pem", "camera")
    film = write_video(tmp_path / "film.ts", demo_pictures(30, width_px=160)).read_bytes()
    with odd_camera(
        lambda asked: [guard.refusal(asked) or whole(film, kind="video/mp2t")], certificate=certificate
    ) as camera:
        error = opened(f"{camera.root}/live.ts")
    assert isinstance(error, CameraRefusedCredentials) is not is_known
    assert is_known or "a log-in of the kind Digest SHA-256" in str(error)


@pytest.mark.parametrize("lines", [(MD5,), (SHA,), (SHA, MD5, BASIC), (BASIC,)])
def test_a_wrong_password_is_sent_once_and_named(lines: tuple[str, ...]) -> None:
    guard = Guard(*lines, password="another")
    with odd_camera(lambda asked: stream(guard, asked)) as camera:
        error = opened(camera.root + PATH)
    assert isinstance(error, CameraRefusedCredentials)
    assert "refused the user name or password" in str(error)
    assert guard.attempts == 1


def test_no_password_is_no_attempt() -> None:
    guard = Guard(MD5)
    with odd_camera(lambda asked: stream(guard, asked)) as camera:
        assert isinstance(opened(camera.root + PATH, "", username=""), CameraRefusedCredentials)
    assert (len(camera.asked), guard.attempts) == (1, 0)


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (("NTLM",), "NTLM"),
        (("Negotiate", "NTLM"), "Negotiate, NTLM"),
        (('Digest realm="x", nonce="NONCE", algorithm=WHIRL-1',), "Digest WHIRL-1"),
        (('Bearer realm="x"',), "Bearer"),
    ],
)
def test_a_log_in_that_is_unknown_is_said_by_name(lines: tuple[str, ...], kinds: str) -> None:
    guard = Guard(*lines)
    with odd_camera(lambda asked: stream(guard, asked)) as camera:
        error = opened(camera.root + PATH)
    assert isinstance(error, CameraRefusedCredentials)
    assert f"a log-in of the kind {kinds}, which is not known here" in str(error)
    assert guard.attempts == 0


def test_a_nonce_that_grew_old_is_renewed_without_a_break() -> None:
    guard = Guard(SHA, uses=4)

    def snapshots(asked: Asked) -> list[bytes]:
        asked.keeps_alive = True
        return [guard.refusal(asked) or whole(picture(len(guard.accepted)))]

    with odd_camera(snapshots) as camera:
        assert opened(f"{camera.root}/snap.jpg", count=20) is None
    assert camera.connections == 1
    assert len(guard.accepted) >= 20
    assert guard.attempts < 1.5 * len(guard.accepted), "one question is enough for several pictures"


def test_a_nonce_that_is_always_old_is_given_up() -> None:
    guard = Guard(MD5, uses=0)
    with odd_camera(lambda asked: stream(guard, asked)) as camera:
        assert isinstance(opened(camera.root + PATH), CameraRefusedCredentials)
    assert guard.attempts <= 3


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_digest_is_the_one_of_rfc_7616(algorithm: str) -> None:
    asked = {
        "realm": "http-auth@example.org",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "qop": "auth, auth-int",
        "algorithm": algorithm,
    }
    client_nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    said = digest(asked, "Mufasa", "Circle of Life", "/dir/index.html", 1, client_nonce)
    expected = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    assert f'response="{expected[algorithm]}"' in said


@pytest.mark.security
@pytest.mark.parametrize("scheme", [MD5, BASIC])
def test_a_password_goes_to_no_other_host_that_asks_for_it(scheme: str) -> None:
    other_guard = Guard(scheme)
    with odd_camera(lambda asked: stream(other_guard, asked), host="127.0.0.2") as other:
        away = f"Location: {other.root}/video"
        with odd_camera(lambda _asked: [whole(b"", away, status="HTTP/1.1 302 Found")]) as camera:
            error = opened(f"{camera.root}/video")
    assert isinstance(error, CameraHasNoVideo)
    assert "another address, to which its password is not sent" in str(error)
    assert len(other.asked) == 1
    assert other_guard.attempts == 0
