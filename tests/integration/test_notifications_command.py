"""`run.py notifications`: what it lists, a test of a channel, and who would be notified."""

import pytest
from click.testing import CliRunner

from tests.integration.notifications.conftest import SECRET
from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))
    return lambda *arguments: CliRunner().invoke(main, ["notifications", *arguments])


@pytest.fixture
def channel_id(run):
    dana = open_installation().accounts.add("Dana", "staff", "a long password")
    config = {"url": "http://127.0.0.1:9/secret-place", "secret": SECRET}
    channel = NotificationChannel(ChannelKind.WEBHOOK, "Pager", dana.user_id, config)
    return open_installation().notifications.channels.add(channel, dana).channel_id


def test_channels_are_listed_and_tested_without_saying_where_they_lead(run, channel_id):
    listed = run("list").output
    assert "Dana" in listed
    assert "Pager: nothing sent yet" in listed
    assert "secret-place" not in listed
    assert "A test is on its way" in run("test", str(channel_id)).output
    (delivery,) = open_installation().notifications.deliveries.latest()
    assert delivery.notice.is_test
    with open_installation().adapters.unit_of_work.reading() as work:
        assert work.events.after(0, limit=100)[-1].actor == "command line"
    assert run("test", "99").exit_code != 0


def test_who_would_be_notified_is_said_with_the_way_or_the_reason(run, channel_id):
    assert "Dana over webhook Pager" in run("who").output
    dana = open_installation().accounts.find("Dana")
    open_installation().notifications.channels.change(channel_id, dana, enabled=False)
    assert "nobody: not, no_channel" in run("who").output
    assert run("who", "--camera", "Nowhere").exit_code != 0
