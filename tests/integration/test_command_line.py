import os
import socket
from datetime import UTC, datetime

import pyotp
import pytest
from click.testing import CliRunner

from webapp.cli.main import COMMANDS, main
from webapp.cli.processes.installation import open_installation
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.errors import ModelUnavailable


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))

    def run(*arguments: str, text: str | None = None):
        return CliRunner().invoke(main, arguments, input=text)

    return run


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "check-migrations"])
def test_every_command_explains_itself(run, command):
    answer = run(command, "--help")
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def test_the_help_lists_what_people_use_and_hides_what_processes_use(run):
    listed = run("--help").output
    assert "analyse" in listed
    assert "capture" not in listed


def test_a_camera_is_added_listed_and_removed(run):
    assert run("camera", "add", "Front desk", "rtsp://192.0.2.1/s").exit_code == 0
    assert "Front desk" in run("camera", "list").output
    assert run("camera", "remove", "front desk").exit_code == 0
    assert run("camera", "list").output == ""


def test_a_camera_is_put_into_groups_and_out_of_them(run):
    added = run("camera", "add", "Bar", "demo:", "--place", "1st floor", "--group", "Ground floor", "--group", "Drinks")
    assert added.exit_code == 0
    assert "[Drinks, Ground floor]" in run("camera", "list").output
    assert run("camera", "group", "bar", "ground floor", "Night").output == "Camera 'Bar' is in: Ground floor, Night\n"
    assert run("camera", "group", "Bar").output == "Camera 'Bar' is in: Ground floor, Night\n"
    assert run("camera", "group", "Bar", "a,b").exit_code == 2
    assert run("camera", "group", "Bar", "Night", "--none").exit_code == 2
    assert run("camera", "group", "Bar", "--none").output == "Camera 'Bar' is in no group\n"


def test_the_list_says_why_a_camera_is_offline_and_until_when_one_is_closed(run):
    for name in ("Bar", "Desk"):
        assert run("camera", "add", name, "demo:").exit_code == 0
    cameras = open_installation().cameras
    bar, desk = cameras.list()
    reason = StateReason("No picture came within %(read_timeout_s)s s.", {"read_timeout_s": "5"})
    cameras.report_state(bar.camera_id, CameraState.OFFLINE, reason)
    cameras.report_state(desk.camera_id, CameraState.CLOSED, None, datetime(2026, 3, 2, 7, tzinfo=UTC))
    first, second = run("camera", "list").output.splitlines()
    assert "offline" in first
    assert "(No picture came within 5 s.)" in first
    assert "closed" in second
    assert "(until 2026-03-02 07:00 UTC)" in second


def test_a_camera_password_comes_through_standard_input_and_is_never_printed(run):
    arguments = ("camera", "add", "Desk", "rtsp://192.0.2.1/s", "--username", "viewer", "--password-stdin")
    added = run(*arguments, text="hush-hush\n")
    assert added.exit_code == 0
    assert "hush" not in added.output + run("camera", "list").output


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("192.0.2.1/live", "rtsp://192.0.2.1/live"),
        ("192.0.2.1/now.jpg", "snapshot+http://192.0.2.1/now.jpg"),
        ("/srv/videos/front desk.mp4", "file:/srv/videos/front desk.mp4"),
        ("/dev/video0", "usb:/dev/video0"),
    ],
)
def test_an_address_may_be_typed_without_its_prefix(run, typed, url):
    assert run("camera", "add", "Desk", typed).exit_code == 0
    assert url in run("camera", "list").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("camera", "add", "Desk", "C:\\Videos\\lobby.mp4"), "path of a Windows computer"),
        (("camera", "add", "Desk", "ftp://192.0.2.1/s"), "Unknown kind of camera address"),
        (("camera", "probe", "usb:x"), "Expected usb:N"),
        (("camera", "remove", "Nowhere"), "No camera is called 'Nowhere'"),
        (("user", "add", "Dana", "--role", "boss"), "'boss' is not one of"),
        (("user", "token", "Nobody"), "Nobody is called 'Nobody'"),
        (("launch",), "No such command 'launch'"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(run, arguments, words):
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert words in answer.output
    assert "Traceback" not in answer.output


def test_a_wrong_setting_is_one_clear_line_and_exit_code_2(run, monkeypatch):
    monkeypatch.setenv("AMENDS_PORT", "none")
    answer = run("camera", "list")
    assert answer.exit_code == 2
    assert "AMENDS_PORT" in answer.output


def test_a_person_is_added_with_a_password_that_is_printed_once(run):
    added = run("user", "add", "Dana", "--role", "staff")
    assert added.exit_code == 0
    password = added.output.split(": ")[-1].strip()
    assert len(password) >= 10
    assert password not in run("user", "list").output


def test_a_given_password_is_taken_from_standard_input_and_not_printed(run):
    added = run("user", "add", "Dana", "--role", "staff", "--password-stdin", text="a long password\n")
    assert added.exit_code == 0
    assert "a long password" not in added.output
    short = run("user", "add", "Mel", "--role", "staff", "--password-stdin", text="short\n")
    assert short.exit_code == 2
    assert "Expected a password of 10" in short.output


def test_a_token_is_printed_and_works(run, tmp_path):
    from webapp.cli.processes.installation import open_installation

    run("user", "add", "Dana", "--role", "staff")
    token = run("user", "token", "dana").output.strip()
    holder = open_installation().tokens.find(token)
    assert (holder.user.name, holder.token.name, holder.token.scope) == ("Dana", "command line", "act")


@pytest.mark.security
def test_the_last_admin_who_has_lost_the_device_gets_in_by_the_command_line(run):
    run("user", "add", "Root", "--role", "admin")
    installation = open_installation()
    root, secret = installation.accounts.find("root"), pyotp.random_base32()
    installation.second_factors.set_up(root.user_id, secret, pyotp.TOTP(secret).now())
    assert "Root has no second factor any more" in run("user", "reset-second-factor", "root").output
    after = installation.accounts.find("root")
    assert not after.has_second_factor
    assert after.session_epoch > root.session_epoch + 1
    assert run("user", "reset-second-factor", "root").exit_code != 0


def test_the_first_run_adds_an_admin_and_the_demo_camera_and_the_second_nothing(run, capsys):
    from webapp.cli.processes.installation import add_first_contents, open_installation

    installation = open_installation()
    add_first_contents(installation)
    password = capsys.readouterr().out.split("Password:")[1].split()[0]
    assert installation.accounts.authenticate("admin", password)
    assert [camera.name for camera in installation.cameras.list()] == ["Demo"]
    installation.cameras.remove(installation.cameras.list()[0].camera_id)
    add_first_contents(installation)
    assert capsys.readouterr().out == ""
    assert installation.cameras.list() == []


def test_a_port_in_use_is_one_clear_line_and_nothing_is_left_running(run, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("AMENDS_PORT", str(taken.getsockname()[1]))
        answer = run("serve")
    assert answer.exit_code == os.EX_TEMPFAIL
    assert "AMENDS_PORT" in answer.output
    assert "Password" not in answer.output


def test_an_artefact_that_does_not_fit_is_one_clear_line(run, monkeypatch, tmp_path):
    import shutil

    from model.artefacts import WEIGHTS_DIR
    from tests.support.videos import demo_pictures, write_video

    folder = tmp_path / "changed"
    shutil.copytree(WEIGHTS_DIR / "compact_resnet", folder)
    (folder / "model.tflite").write_bytes(b"something else")
    monkeypatch.setenv("AMENDS_MODEL_DIR", str(folder))
    changed = run("analyse", str(write_video(tmp_path / "clip.mp4", demo_pictures(2))))
    assert changed.exit_code == 2
    assert "SHA-256" in changed.output


def test_an_artefact_that_does_not_say_when_it_alerts_is_refused_alike_everywhere(run, monkeypatch, tmp_path):
    import dataclasses
    import shutil

    from model.artefacts import WEIGHTS_DIR, ArtefactManifest, write_manifest
    from tests.support.videos import demo_pictures, write_video

    folder = tmp_path / "silent"
    shutil.copytree(WEIGHTS_DIR / "compact_resnet", folder)
    manifest = ArtefactManifest.read(folder)
    write_manifest(folder, dataclasses.replace(manifest, name="silent", alert_policy={}, thresholds={}))
    monkeypatch.setenv("AMENDS_MODEL_DIR", str(folder))
    clip = write_video(tmp_path / "clip.mp4", demo_pictures(2))
    refused = run("analyse", str(clip))
    assert refused.exit_code == 2
    assert "expected the artefact 'silent' to say when it alerts" in refused.output
    with pytest.raises(ModelUnavailable, match="expected the artefact 'silent' to say when it alerts"):
        open_installation().adapters.default_rule()


def test_migrations_are_complete(run):
    assert run("check-migrations").exit_code == 0


def test_a_folder_without_an_artefact_is_said_so(tmp_path):
    from webapp.cli.processes.artefact import read_artefact_policy
    from webapp.errors import SettingsInvalid

    with pytest.raises(SettingsInvalid, match="AMENDS_MODEL_DIR"):
        read_artefact_policy(tmp_path)
