"""Serves the real web application with pictures that move but come from no camera.

`python -m tests.web_server DATA_DIR PORT`; whoever starts it puts people, cameras and incidents into the database.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from tests.fakes_web import face, picture  # noqa: E402 - what is patched must be patched before it is imported.
from tests.web_app import WebApp  # noqa: E402
from webapp.domain.cameras import Camera, CameraState  # noqa: E402
from webapp.settings import load_settings  # noqa: E402
from webapp.storage.engine import migrate, open_engine  # noqa: E402
from webapp.web.server import serve  # noqa: E402

FRAMES_PER_S = 5
EMOTIONS = ("neutral", "happy", "surprise", "angry")


def play(web: WebApp) -> None:
    """Put new pictures before every camera that is online; a camera called Frozen stands still."""
    count = 0
    while True:
        count += 1
        for camera in web.services.cameras.list():
            _show(web, camera, count)
        eventlet.sleep(1 / FRAMES_PER_S)


def _show(web: WebApp, camera: Camera, count: int) -> None:
    if not camera.enabled:
        return web.live.hide(camera.camera_id)
    if camera.state is not CameraState.ONLINE or (camera.name.startswith("Frozen") and count > 1):
        return None
    at = datetime.now(UTC) - timedelta(seconds=7 if camera.name.startswith("Frozen") else 0)
    emotion = EMOTIONS[(count // 10 + camera.camera_id) % len(EMOTIONS)]
    faces = [face(1, emotion, 0.72)] if camera.camera_id % 3 else []
    colour = (40 + count * 7 % 120, 60 + camera.camera_id * 9 % 100, 110)
    web.live.show(camera.camera_id, picture(f"{camera.name} {count}", colour), *faces, captured_at=at)
    return None


def main() -> None:
    """Serve until killed."""
    data_dir, port = Path(sys.argv[1]), int(sys.argv[2])
    settings = load_settings(data_dir=data_dir, port=port, login_attempts_per_minute=1000)
    engine = open_engine(settings.sqlalchemy_url)
    migrate(engine)
    web = WebApp(settings, engine)
    eventlet.spawn(play, web)
    serve(web.app, settings, on_heartbeat=lambda: None)


if __name__ == "__main__":
    main()
