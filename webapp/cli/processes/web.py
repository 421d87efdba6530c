"""`web`: the pages, the API and the streams.

Nothing of ours is imported at the top: eventlet has to patch the standard library before anyone uses it, and trips
over pydantic's objects where those are there first.
"""

import gc
import os
import sys
import warnings
from contextlib import suppress
from dataclasses import replace

import click


@click.command()
def web() -> None:
    """Serve the pages, the API and the streams alone; `vision` runs elsewhere or is started by you.

    \b
    Example:
      python run.py web
    """
    gc.disable()  # Until `begin_work`.
    # That eventlet is kept for fixes only is known, and no news to anyone who runs a hotel.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # See `threaded_names`; read while eventlet is loaded.
    import eventlet

    eventlet.monkey_patch()

    # The package of Socket.IO's server loads its clients too, and those would load these: 15 MB and 200 ms.
    sys.modules["requests"] = None  # type: ignore[assignment]
    sys.modules["aiohttp"] = None  # type: ignore[assignment]
    sys.modules["websocket"] = None  # type: ignore[assignment]
    import flask_socketio  # noqa: F401

    del sys.modules["requests"]
    del sys.modules["aiohttp"]
    del sys.modules["websocket"]

    from webapp.cli.processes.installation import add_first_contents, open_adapters
    from webapp.cli.processes.locks import ENDING_S, only_one
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
    from webapp.runtime.processes.storage_notes import StorageNotes
    from webapp.runtime.slots.capture_notes import SlotCaptures
    from webapp.runtime.slots.kiosk_frames import SlotKioskFrames
    from webapp.runtime.slots.live_slots import SlotLiveFrames
    from webapp.services.site.clock_guard import ClockGuard
    from webapp.storage.site.keys import session_key
    from webapp.storage.unit_of_work import unwaiting
    from webapp.web import WebServices, create_app
    from webapp.web.core.access.threaded_hasher import ThreadedHasher
    from webapp.web.core.access.threaded_names import look_up_in_threads
    from webapp.web.core.access.threaded_snapshots import ThreadedSnapshots
    from webapp.web.server import listen
    from webapp.web.server import serve as serve_app

    look_up_in_threads()
    settings = start_child_process("web")
    click.get_current_context().with_resource(only_one(settings, "web", ENDING_S))
    check_port_free(settings)
    live, unit_of_work = SlotLiveFrames(settings.slots_dir), unwaiting(settings.sqlalchemy_url, eventlet.sleep)
    adapters = open_adapters(settings, unit_of_work, pause=eventlet.sleep)
    adapters = replace(adapters, hasher=ThreadedHasher(adapters.hasher))
    if settings.snapshot_store:
        adapters = replace(adapters, snapshots=ThreadedSnapshots(adapters.snapshots, adapters.clock))
    is_clock_doubted = ClockGuard(adapters.unit_of_work, adapters.clock).is_doubted
    services = WebServices(
        settings,
        adapters,
        live=live,
        sent=SlotKioskFrames(settings.slots_dir),
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
    )
    with suppress(ModelUnavailable):  # Every page says so; the settings of the alert rule have to be right.
        adapters.default_rule()
    add_first_contents(services)
    app = create_app(settings, services, session_key=session_key(settings.data_dir))
    if unit_of_work.later is not None:
        eventlet.spawn(unit_of_work.later.run, eventlet.sleep)
    heartbeat, parent = Heartbeat(settings.slots_dir, "web"), ParentWatch()

    def beat() -> None:
        parent.end_if_orphaned()
        heartbeat.beat()

    listening = listening_on(settings, listen)
    begin_work()
    serve_app(app, settings, on_heartbeat=beat, listening=listening)
