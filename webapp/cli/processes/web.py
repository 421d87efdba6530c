"""`web`: the pages, the API and the streams.

Nothing of ours is imported at the top: eventlet has to patch the standard library before anyone uses it, and trips
over pydantic's objects where those are there first.
"""

import gc
import os
import sys
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webapp.services.dashboard.relay import RelayWatch
    from webapp.settings import Settings


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Serve beside others on this port: one more web server.")
def web(port: int | None) -> None:
    """Serve the pages, the API and the streams alone; `vision` runs elsewhere or is started by you.

    With `--port` it is one more beside the first web server, on the same machine or on another one: it changes
    nothing of the installation and makes no keys. See docs/cluster.md.

    \b
    Examples:
      python run.py web
      python run.py web --port 8001
    """
    gc.disable()  # Until `begin_work`.
    # Read before the settings are: eventlet has to be there, or not, before anything of ours.
    is_threading = os.environ.get("AMENDS_ASYNC_MODE") == "threading"
    # For sockets that are none of ours; it loads all of cryptography.
    sys.modules["OpenSSL"] = None  # type: ignore[assignment]
    if not is_threading:
        # That eventlet is kept for fixes only is known, and no news to anyone who runs a hotel.
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # See `threaded_names`; read while eventlet is loaded.
        import eventlet

        eventlet.monkey_patch()
    del sys.modules["OpenSSL"]

    # The package of Socket.IO's server loads its clients and queues too, and those would load these: 15 MB and 200 ms.
    sys.modules["requests"] = None  # type: ignore[assignment]
    sys.modules["aiohttp"] = None  # type: ignore[assignment]
    sys.modules["websocket"] = None  # type: ignore[assignment]
    sys.modules["redis"] = None  # type: ignore[assignment]
    import flask_socketio  # noqa: F401

    del sys.modules["requests"]
    del sys.modules["aiohttp"]
    del sys.modules["websocket"]
    del sys.modules["redis"]

    from webapp.cli.processes.installation import adapters_over, add_first_contents, open_adapters
    from webapp.cli.processes.locks import ENDING_S, beside_others, only_one
    from webapp.cli.processes.one_more_web import check_joinable
    from webapp.cli.processes.ports import check_port_free, listening_on
    from webapp.cli.processes.start import begin_work, start_child_process
    from webapp.errors import ModelUnavailable
    from webapp.runtime.files.model_files import ModelFiles
    from webapp.runtime.files.recordings_folder import RecordingsFolder
    from webapp.runtime.files.system_files import SystemFiles
    from webapp.runtime.files.usb_devices import USBDevices
    from webapp.runtime.jobs.check_process import ProcessChecker
    from webapp.runtime.jobs.discovery_process import ProcessFinder
    from webapp.runtime.jobs.logo_process import ProcessLogoStudio
    from webapp.runtime.jobs.photo_test_process import ProcessPhotoTest
    from webapp.runtime.jobs.probe_process import ProcessProber
    from webapp.runtime.jobs.restore_process import ProcessRestoreChecker
    from webapp.runtime.processes.heartbeat import Heartbeat, ParentWatch
    from webapp.runtime.processes.service_manager import tell_service_manager
    from webapp.runtime.processes.start_gate import wait_at_start_gate
    from webapp.runtime.processes.storage_notes import StorageNotes
    from webapp.runtime.sites.central_note import CentralNote
    from webapp.runtime.slots.capture_notes import SlotCaptures
    from webapp.runtime.slots.kiosk_frames import SlotKioskFrames
    from webapp.runtime.slots.live_slots import LockedLiveFrames, SlotLiveFrames
    from webapp.services.site.clock_guard import ClockGuard
    from webapp.storage.shared.opening import open_shared
    from webapp.storage.site.keys import session_key
    from webapp.storage.unit_of_work import unwaiting
    from webapp.web import WebServices, create_app
    from webapp.web.core.access.threaded_hasher import ThreadedHasher
    from webapp.web.server import listen
    from webapp.web.server import serve as serve_app

    if not is_threading:
        from webapp.web.core.access.threaded_names import look_up_in_threads

        look_up_in_threads()
    wait_at_start_gate()
    is_first, part = port is None, "web" if port is None else f"web-{port}"
    settings = start_child_process(part, **({} if is_first else {"port": port}))
    click.get_current_context().with_resource(only_one(settings, part, ENDING_S))
    if not is_first:
        click.get_current_context().with_resource(beside_others(settings))
        check_joinable(settings)
    check_port_free(settings)
    live = (LockedLiveFrames if is_threading else SlotLiveFrames)(settings.slots_dir)
    # This `sleep` is eventlet's where that serves: it lets others go on.
    unit_of_work = unwaiting(settings.sqlalchemy_url, time.sleep)
    open_all = open_adapters if is_first else adapters_over
    adapters = open_all(settings, unit_of_work, pause=partial(time.sleep, 0))
    adapters = replace(adapters, hasher=ThreadedHasher(adapters.hasher, is_one_thread=not is_threading))
    if settings.snapshot_store:
        from webapp.web.core.access.threaded_snapshots import ThreadedSnapshots

        adapters = replace(
            adapters, snapshots=ThreadedSnapshots(adapters.snapshots, adapters.clock, is_one_thread=not is_threading)
        )
    shared = open_shared(settings)
    if shared is not None:
        adapters = replace(adapters, shared=shared.state)
    is_clock_doubted = ClockGuard(adapters.unit_of_work, adapters.clock).is_doubted
    services = WebServices(
        settings,
        adapters,
        live=live,
        sent=SlotKioskFrames(settings.slots_dir, is_alone=is_first),
        prober=ProcessProber(settings),
        checker=ProcessChecker(settings),
        captures=SlotCaptures(settings.slots_dir),
        finder=ProcessFinder(),
        photo_test=ProcessPhotoTest(settings),
        studio=ProcessLogoStudio(),
        model_cards=ModelFiles(settings.model_dir, settings.slots_dir),
        system=SystemFiles(settings, adapters.unit_of_work, live, is_clock_doubted, adapters.snapshots),
        storage=StorageNotes(settings.slots_dir),
        find_recording=RecordingsFolder(settings.recordings_path).find,
        restore_checker=ProcessRestoreChecker(),
        usb_cameras=USBDevices().list,
        central=CentralNote(settings.slots_dir),
        stream_places=shared.stream_places if shared else None,
        relay=_relay_of(settings),
    )
    with suppress(ModelUnavailable):  # Every page says so; the settings of the alert rule have to be right.
        adapters.default_rule()
    if is_first:
        add_first_contents(services)
    app = create_app(settings, services, session_key=session_key(settings.data_dir))
    if unit_of_work.later is not None:
        threading.Thread(target=unit_of_work.later.run, args=(time.sleep,), daemon=True).start()
    heartbeat, parent = Heartbeat(settings.slots_dir, part), ParentWatch()

    def beat() -> None:
        parent.end_if_orphaned()
        heartbeat.beat()
        tell_service_manager()

    listening = listening_on(settings, listen)
    begin_work()
    serve_app(app, settings, on_heartbeat=beat, listening=listening)


def _relay_of(settings: "Settings") -> "RelayWatch | None":
    """Return what sees how pictures of other machines come; None on one box."""
    if settings.placement != "cluster":
        return None
    from webapp.runtime.relay.relay_figures import RelayFiles

    return RelayFiles(settings.slots_dir)
