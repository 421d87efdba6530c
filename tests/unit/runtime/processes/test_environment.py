"""A child process is given what it needs of the environment, and a secret only by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.runtime.processes.environment import child_environment
from webapp.settings import REPOSITORY_DIR, SECRETS

pytestmark = pytest.mark.security

OWN_ENVIRONMENT = """
import os
from pathlib import Path
from webapp.runtime.processes.environment import forget_secrets
from webapp.settings import load_settings
settings = load_settings()
forget_secrets()
print(settings.admin_password.get_secret_value(), "AMENDS_ADMIN_PASSWORD" in os.environ)
print(Path("/proc/self/environ").read_bytes())
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "AMENDS_ADMIN_PASSWORD",
        "AMENDS_DATABASE_URL",
        "AMENDS_NEW_SECRET",
        "AWS_SECRET",
        "PGPASSWORD",
        "https_proxy",
    ):
        monkeypatch.setenv(name, "planted")
    for name in ("AMENDS_DATA_DIR", "AMENDS_TRY_TIMEOUT_S", "LC_ALL", "TZ", "VK_DRIVER_FILES"):
        monkeypatch.setenv(name, "kept")


def test_a_child_gets_settings_and_the_systems_variables_and_no_secret() -> None:
    given = child_environment()
    assert "planted" not in given.values()
    assert {"AMENDS_DATA_DIR", "AMENDS_TRY_TIMEOUT_S", "LC_ALL", "PATH", "TZ", "VK_DRIVER_FILES"} <= given.keys()


def test_a_secret_is_handed_on_by_its_name() -> None:
    given = child_environment({"database_url"})
    planted = {name for name, value in given.items() if value == "planted"}
    assert planted == {"AMENDS_DATABASE_URL", "PGPASSWORD", "https_proxy"}


def test_every_setting_that_pydantic_hides_is_a_secret() -> None:
    assert {"admin_password", "database_url"} <= SECRETS


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system shows no environment")
def test_what_was_read_is_wiped_from_what_the_system_shows() -> None:
    secrets = {"AMENDS_ADMIN_PASSWORD": "planted-admin-secret", "AMENDS_DATABASE_URL": "planted-url"}
    environment = {**os.environ, "AMENDS_DATA_DIR": "var", "AMENDS_TRY_TIMEOUT_S": "5", "TZ": "UTC", **secrets}
    command = [sys.executable, "-c", OWN_ENVIRONMENT]
    done = subprocess.run(command, cwd=REPOSITORY_DIR, env=environment, capture_output=True, text=True, check=True)
    read, shown = done.stdout.splitlines()
    assert read == "planted-admin-secret False"
    assert "planted-admin-secret" not in shown
    assert "planted-url" not in shown
