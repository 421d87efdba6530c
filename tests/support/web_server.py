"""Serves the real web application with pictures that move but come from no camera.

`python -m tests.support.web_server` imports everything once and then forks a server for every line of its input, `PORT
DATA_DIR`; it answers with the server's process id. Whoever asks puts people, cameras and incidents into the database.
"""

import json
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ASYNC_MODE = os.environ.get("ASYNC_MODE", "eventlet")
if ASYNC_MODE == "eventlet":
    import eventlet

    eventlet.monkey_patch()

from tests.fakes.web import face, picture  # noqa: E402 - what is patched must be patched before it is imported.
from tests.support.clocks import MovedClock  # noqa: E402
from tests.support.web_app import WebApp  # noqa: E402
from webapp.domain.cameras.cameras import Camera, CameraState  # noqa: E402
from webapp.runtime.files.cluster_file import ClusterFile  # noqa: E402
from webapp.runtime.processes.storage_notes import StorageNotes  # noqa: E402
from webapp.settings import load_settings  # noqa: E402
from webapp.storage.db.engine import open_engine  # noqa: E402
from webapp.web.server import serve  # noqa: E402

FRAMES_PER_S = 5
EMOTIONS = ("neutral", "happy", "surprise", "angry")


def play(web: WebApp) -> None:
    """Put new pictures before every camera that is online.

    Frozen ones stand still, Late ones come when it is over, and before an Angry one somebody alerts who looks happy.
    """
    count = 0
    while True:
        count += 1
        for camera in web.services.cameras.list():
            _show(web, camera, count)
        time.sleep(1 / FRAMES_PER_S)


def _show(web: WebApp, camera: Camera, count: int) -> None:
    if not camera.enabled:
        return web.live.hide(camera.camera_id)
    is_frozen, is_late = camera.name.startswith("Frozen"), camera.name.startswith("Late")
    if camera.state is not CameraState.ONLINE and not is_late:
        return None
    if is_frozen and web.live.newest(camera.camera_id):
        return None
    at = datetime.now(UTC) - timedelta(seconds=7 if is_frozen else 0)
    emotion = EMOTIONS[(count // 10 + camera.camera_id) % len(EMOTIONS)]
    faces = [face(1, emotion, 0.72)] if camera.camera_id % 3 else []
    if camera.name.startswith("Angry"):
        faces = [face(1, "neutral", 0.9), face(2, "happy", 0.45, alerting=True)]
    colour = (40 + count * 7 % 120, 60 + camera.camera_id * 9 % 100, 110)
    web.live.show(camera.camera_id, picture(f"{camera.name} {count}", colour), *faces, captured_at=at)
    return None


def settings_beside(data_dir: Path) -> dict[str, Any]:
    """Return the settings that a test has put beside the database."""
    path = data_dir / "settings.json"
    return json.loads(path.read_text()) if path.exists() else {}


def serve_forever(data_dir: Path, port: int) -> None:
    """Serve until killed; what is said goes to `log.txt`."""
    log = os.open(data_dir / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    if ASYNC_MODE == "eventlet":
        eventlet.hubs.use_hub()  # None that was there before the fork may be shared.
    chosen = {"async_mode": ASYNC_MODE} | settings_beside(data_dir)
    settings = load_settings(data_dir=data_dir, port=port, login_attempts_per_minute=1000, **chosen)
    engine = open_engine(settings.sqlalchemy_url)
    web = WebApp(settings, engine, MovedClock(data_dir), storage=StorageNotes(data_dir))  # type: ignore[arg-type]
    if settings.placement == "cluster":
        web.system.read_cluster = ClusterFile(data_dir, web.unit_of_work, settings.analysis_fps).status
    threading.Thread(target=play, args=(web,), daemon=True).start()
    serve(web.app, settings, on_heartbeat=lambda: None)


def main() -> None:
    """Fork servers until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Who was killed is not waited for here.
    while line := sys.stdin.readline():
        port, _, data_dir = line.rstrip("\n").partition(" ")
        process_id = os.fork()
        if process_id == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve_forever(Path(data_dir), int(port))
            os._exit(0)
        sys.stdout.write(f"{process_id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
