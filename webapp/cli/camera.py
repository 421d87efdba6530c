"""`camera`: register, list, probe and remove cameras."""

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.decoding_limits import confine_decoding
from webapp.cli.processes.parts.pipeline_parts import source_limits
from webapp.settings import load_settings

if TYPE_CHECKING:
    from webapp.domain.cameras.cameras import CameraAddress


@click.group()
def camera() -> None:
    """Register, list, probe and remove cameras."""


_username = click.option("--username", default="", help="The camera's user name.")
_password_stdin = click.option("--password-stdin", is_flag=True, help="Read the camera's password from standard input.")


@camera.command()
@click.argument("name")
@click.argument("url")
@_username
@_password_stdin
@click.option("--place", default="", help="Where it hangs, for anyone who looks after it.")
@click.option("--group", "groups", multiple=True, help="A group that it is in; may be given several times.")
@click.option("--no-staff-in-view", is_flag=True, help="Put on record that no staff stands in its picture.")
def add(
    name: str,
    url: str,
    username: str,
    password_stdin: bool,
    place: str,
    groups: tuple[str, ...],
    no_staff_in_view: bool,
) -> None:
    """Register the camera NAME at URL; a running server takes it up within two seconds.

    URL is rtsp://, rtsps://, http://, https://, usb:DEVICE, file:PATH, kiosk: or demo:, and snapshot+http:// or
    snapshot+https:// for a camera that answers with one picture. Without such a beginning a host is taken for an RTSP
    camera, and the path of a video for a recording.

    \b
    Examples:
      python run.py camera add "Front desk" rtsp://192.0.2.10/stream1
      echo 'p@ss/word' | python run.py camera add Lobby rtsp://192.0.2.11/live --username viewer --password-stdin
      python run.py camera add Door snapshot+http://192.0.2.12/snapshot.jpg --username viewer --password-stdin
      python run.py camera add Hall 192.0.2.13/stream1
      python run.py camera add Webcam usb:0 --place "Behind the bar" --group "Ground floor" --group Bar
      python run.py camera add Door usb:1 --no-staff-in-view
      python run.py camera add Webcam usb:/dev/v4l/by-id/usb-046d_C920_8F2B3C4D-video-index0
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.domain.cameras.cameras import CameraKind
    from webapp.domain.site.site_records import StaffChoice
    from webapp.services.cameras.camera_settings import CameraForm
    from webapp.services.site.gate_words import awaiting_reason

    password = _read_password() if password_stdin else None
    form = CameraForm(name, url, username, password, place=place, groups=groups)
    installation = open_installation()
    added = installation.cameras.add(form, actor="command line")
    click.echo(f"Camera '{added.name}' is registered with id {added.camera_id}.")
    if no_staff_in_view and added.kind is not CameraKind.DEMO:
        choice = StaffChoice.NO_STAFF_IN_VIEW
        installation.site_records.record_staff_zones(added.camera_id, choice, by="command line")
    if missing := installation.site_records.gates()[added.camera_id].missing:
        click.echo(f"{awaiting_reason(missing)} See python run.py site record --help.")


@camera.command("list")
def list_cameras() -> None:
    """List the cameras and their states.

    \b
    Example:
      python run.py camera list
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.services.site.gate_words import waiting_words

    installation = open_installation()
    now, zone, gates = installation.adapters.clock.now(), installation.site.zone(), installation.site_records.gates()
    for row in installation.cameras.list():
        opens = f"until {row.opens_at:%Y-%m-%d %H:%M} UTC" if row.opens_at else ""
        lacks = waiting_words(gates[row.camera_id], now, zone) if row.enabled else ""
        reason = f" ({row.state_reason or lacks or opens})" if row.state_reason or lacks or opens else ""
        groups = f"  [{', '.join(row.groups)}]" if row.groups else ""
        click.echo(f"{row.camera_id:4d}  {row.name:30s}  {row.state.value:16s}  {row.url}{reason}{groups}")


@camera.command("group")
@click.argument("name")
@click.argument("groups", nargs=-1)
@click.option("--none", "is_none", is_flag=True, help="Take it out of all groups.")
def set_groups(name: str, groups: tuple[str, ...], is_none: bool) -> None:
    """Put the camera NAME into GROUPS and no others; without a group, say in which it is.

    \b
    Examples:
      python run.py camera group "Front desk" "Ground floor" Entrances
      python run.py camera group "Front desk" --none
    """
    from webapp.cli.processes.installation import open_installation

    if groups and is_none:
        raise click.UsageError("Expected groups or --none, got both.")
    cameras = open_installation().cameras
    found = cameras.find(name)
    if groups or is_none:
        found = cameras.set_groups(found.camera_id, groups, actor="command line")
    words = f"is in: {', '.join(found.groups)}" if found.groups else "is in no group"
    click.echo(f"Camera '{found.name}' {words}")


@camera.command()
@click.argument("camera", metavar="CAMERA")
@_username
@_password_stdin
@click.option("--verbose", is_flag=True, help="Tell each step: name, port, log-in, stream, picture, and what to do.")
@click.option("--json", "as_json", is_flag=True, help="The same as --verbose as JSON, for programs.")
def probe(camera: str, username: str, password_stdin: bool, verbose: bool, as_json: bool) -> None:
    """Connect to CAMERA and say codec, size and frame rate, or exactly why not.

    CAMERA is an address, or the name of a registered camera, which is checked with its stored password, unless a
    running server has its pictures already.

    \b
    Examples:
      python run.py camera probe rtsp://192.0.2.10/stream1
      python run.py camera probe "Front desk" --verbose
      echo 'p@ss/word' | python run.py camera probe rtsp://192.0.2.11/live --username viewer --password-stdin --json
    """
    from webapp.cli.offline.camera_check import check_address, check_registered, is_address
    from webapp.domain.cameras.cameras import parse_camera_address

    if not is_address(camera):
        raise SystemExit(0 if check_registered(camera, as_json=as_json) else 1)
    address = parse_camera_address(camera, username, _read_password() if password_stdin else "")
    if verbose or as_json:
        raise SystemExit(0 if check_address(address, load_settings(), as_json=as_json) else 1)
    _probe_once(address)


def _probe_once(address: "CameraAddress") -> None:
    from webapp.vision.offline.probe import probe_camera

    settings = load_settings()
    report = probe_camera(address, limits=source_limits(settings), jpeg_quality=settings.jpeg_quality)
    fps = f"{report.fps:.3g} fps" if report.fps else "frame rate unknown"
    click.echo(f"{report.codec or 'raw'}, {report.width_px}x{report.height_px}, {fps}")


@camera.command("probe-job", hidden=True)
def probe_job() -> None:
    """Do one probe that comes through a pipe; the web process calls this."""
    settings = load_settings()
    confine_decoding(source_limits(settings))
    from webapp.runtime.jobs.probe_process import answer_probe
    from webapp.vision.offline.probe import probe_camera

    probe = partial(probe_camera, limits=source_limits(settings), jpeg_quality=settings.jpeg_quality)
    answer_probe(probe, sys.stdin, sys.stdout)


@camera.command("check-job", hidden=True)
def check_job() -> None:
    """Do one check that comes through a pipe, step by step; the web process calls this."""
    limits = source_limits(load_settings())
    confine_decoding(limits)
    from webapp.runtime.jobs.check_process import answer_check
    from webapp.vision.offline.camera_check import check_camera

    answer_check(partial(check_camera, limits=limits), sys.stdin, sys.stdout)


@camera.command("discovery-job", hidden=True)
def discovery_job() -> None:
    """Do one search that comes through a pipe; the web process calls this."""
    limits = source_limits(load_settings())
    confine_decoding(limits)
    from webapp.runtime.jobs.discovery_process import answer_discovery
    from webapp.runtime.onvif.streams import streams_at
    from webapp.vision.offline.usual_streams import usual_streams

    answer_discovery(sys.stdin, sys.stdout, partial(usual_streams, ask_onvif=streams_at, limits=limits))


@camera.command()
def find() -> None:
    """List USB cameras, and look for ONVIF cameras on the local network, for about three seconds.

    \b
    Example:
      python run.py camera find
    """
    from webapp.runtime.files.usb_devices import USBDevices
    from webapp.runtime.onvif.search import find_cameras

    for plugged_in in USBDevices().list():
        click.echo(f"{plugged_in.url}  {plugged_in.name}")
    for found in find_cameras():
        click.echo(f"{found.host:15s}  {found.name or 'unnamed'}  {found.model}")


@camera.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the camera NAME; its incidents stay in the log.

    \b
    Example:
      python run.py camera remove Demo
    """
    from webapp.cli.processes.installation import open_installation

    cameras = open_installation().cameras
    removed = cameras.remove(cameras.find(name).camera_id, actor="command line")
    click.echo(f"Camera '{removed.name}' is removed.")


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")
