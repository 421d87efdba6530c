"""A screen that a test pairs, without a browser around it."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from tests.support.web_app import WebApp, csrf_token

NAMESPACE = "/kiosk"


@dataclass
class KioskScreen:
    """One browser that may stand anywhere."""

    web: WebApp
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        """Open it."""
        self.client = self.web.app.test_client()

    def pair(self, code: str):  # type: ignore[no-untyped-def]
        """Send the code of a link, as the page does."""
        token = csrf_token(self.client.get("/kiosk/pair").text)
        return self.client.post("/kiosk/pair", data={"csrf_token": token, "code": code})

    def socket(self) -> SocketIOTestClient:
        """Connect."""
        return self.web.socketio.test_client(self.web.app, namespace=NAMESPACE, flask_test_client=self.client)


def paired_screen(web: WebApp, camera_id: int) -> KioskScreen:
    """Return a screen that is paired with a camera."""
    screen = KioskScreen(web)
    assert screen.pair(web.services.kiosks.make_link(camera_id, "root")).status_code == 303
    return screen


def send(socket: SocketIOTestClient, *frame: object) -> Any:
    """Send a picture and return the server's answer; None where there is none."""
    return socket.emit("frame", *frame, namespace=NAMESPACE, callback=True) or None
