"""Fetching a picture from a real web server on loopback, which stands in for the internet."""

import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.servers.web_server import redirects, sends, web_server, write_certificate
from webapp.errors import InputInvalid
from webapp.runtime.jobs.image_fetch import MAX_REDIRECTS, PictureFetch, checked_url
from webapp.services.model.photo_test import MAX_PICTURE_BYTES

JPEG = b"\xff\xd8\xff" + b"picture" * 20


def here(url: str, **options: float) -> bytes:
    """Fetch where the private network is allowed."""
    return PictureFetch(private_too=True, **options).fetch(url)  # type: ignore[arg-type]


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """Return what lets a server go that never answers."""
    event = threading.Event()
    yield event
    event.set()


def test_a_picture_is_fetched_through_redirects() -> None:
    answers = {"/a": redirects("/b"), "/b": redirects("c.jpg", 301), "/c.jpg": sends(JPEG)}
    with web_server(answers) as port:
        assert here(f"http://127.0.0.1:{port}/a") == JPEG


def test_the_private_network_is_refused_by_default() -> None:
    with web_server({"/": sends(JPEG)}) as port, pytest.raises(InputInvalid, match="not on the public internet"):
        PictureFetch().fetch(f"http://127.0.0.1:{port}/")


def test_every_hop_of_a_redirect_is_checked() -> None:
    """The first host is called public; the redirect leads to loopback under its own name and is refused."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if host == "allowed.example" else ["169.254.169.254"]

    answers = {"/": redirects("http://metadata.example:8080/latest/meta-data")}
    with web_server(answers) as port, pytest.raises(InputInvalid, match=r"'metadata\.example' is not fetched"):
        PictureFetch(private_too=True, resolve=resolve).fetch(f"http://allowed.example:{port}/")
    assert asked == ["allowed.example", "metadata.example"]


def test_a_name_server_that_changes_its_mind_is_asked_only_once() -> None:
    """Rebinding: the first answer is checked and used; a second one, which would lead elsewhere, is never asked for."""
    answers = iter([["127.0.0.1"], ["203.0.113.1"]])
    with web_server({"/": sends(JPEG)}) as port:
        fetch = PictureFetch(private_too=True, resolve=lambda *_: next(answers))
        assert fetch.fetch(f"http://rebinding.example:{port}/") == JPEG
    assert next(answers) == ["203.0.113.1"]


def test_more_than_three_redirects_are_given_up() -> None:
    with (
        web_server({"/": redirects("/")}) as port,
        pytest.raises(InputInvalid, match=f"more than {MAX_REDIRECTS} times"),
    ):
        here(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:70/", "", "http://u:p@h/"]
)
def test_a_redirect_leads_to_no_other_kind_of_address(target: str) -> None:
    with web_server({"/": redirects(target)}) as port, pytest.raises(InputInvalid):
        here(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (sends(b"<html>", "text/html"), "sends text/html"),
        (sends(b"GIF89a", "image/gif"), "sends image/gif"),
        (sends(b"<svg/>", "image/svg+xml"), "sends image/svg"),
        (sends(b"", status=404), "answers 404"),
        (sends(JPEG, length=MAX_PICTURE_BYTES + 1), "sends too much"),
        (sends(b"x" * (MAX_PICTURE_BYTES + 1), length=0), "sends too much"),
    ],
)
def test_what_is_no_picture_is_refused(answer: object, said: str) -> None:
    with web_server({"/": answer}) as port, pytest.raises(InputInvalid, match=said):  # type: ignore[dict-item]
        here(f"http://127.0.0.1:{port}/")


def test_a_server_that_never_answers_is_given_up(stop: threading.Event) -> None:
    began = time.monotonic()
    with web_server({"/": lambda _: stop.wait(10)}) as port:  # type: ignore[dict-item, return-value]
        with pytest.raises(InputInvalid, match="did not answer in time"):
            here(f"http://127.0.0.1:{port}/", timeout_s=0.3)
        stop.set()
    assert time.monotonic() - began < 3


def test_a_server_that_drips_is_given_up(stop: threading.Event) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "image/jpeg")
        handler.end_headers()
        while not stop.wait(0.05):
            handler.wfile.write(b"x")

    with web_server({"/": drip}) as port:
        with pytest.raises(InputInvalid, match="did not answer in time"):
            here(f"http://127.0.0.1:{port}/", timeout_s=0.4)
        stop.set()


def test_a_secure_server_has_to_prove_the_name_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path / "server.pem", "pictures.example")
    with web_server({"/": sends(JPEG)}, certificate) as port:
        fetch = PictureFetch(private_too=True, resolve=lambda *_: ["127.0.0.1"])
        with pytest.raises(InputInvalid, match="does not prove who it is"):
            fetch.fetch(f"https://pictures.example:{port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch.fetch(f"https://pictures.example:{port}/") == JPEG
        with pytest.raises(InputInvalid, match="does not prove who it is"):
            fetch.fetch(f"https://another.example:{port}/")


def test_nobody_listening_is_said_in_words() -> None:
    with web_server({}) as port:
        pass
    with pytest.raises(InputInvalid, match="does not answer"):
        here(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "", "face.jpg", "ftp://example.org/a.jpg", "file:///etc/passwd", "javascript:alert(1)",
        "data:image/png;base64,AA", "http://", "http:///a.jpg", "//example.org/a.jpg", "http://example.org:99999/", "http://example.org:x/",
        "http://example.org:22/", "http://example.org:25/", "http://example.org/a b.jpg",
        "http://example.org/\r\nHost: x",
        "http://exämple.org/", "http://[::1/", "https://" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_picture_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid):
        checked_url(url)


@pytest.mark.parametrize(
    "url", ["http://user:hush@example.org/", "http://hush@example.org/", "http://1.1.1.1:hush@127.0.0.1/"]
)
def test_an_address_with_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        checked_url(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port"), [("http://a.example/", 80), ("https://a.example", 443), (" http://a:8080/x ", 8080)]
)
def test_ordinary_addresses_and_ports_are_fine(url: str, port: int) -> None:
    assert checked_url(url)[1] == port


def test_no_message_holds_more_of_the_address_than_its_host() -> None:
    with pytest.raises(InputInvalid) as caught:
        PictureFetch().fetch("http://127.0.0.1/secret/path.jpg?token=hush")
    assert "secret" not in str(caught.value)
    assert "hush" not in str(caught.value)
