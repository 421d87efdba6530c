"""The variables: those that cannot be used, names that are none, and names of before."""

import os
from collections.abc import Iterator

from webapp.cli.doctor.findings import Finding, Level
from webapp.errors import SettingsInvalid
from webapp.runtime.processes.environment import unknown_settings
from webapp.settings import RENAMED, Settings, load_settings


def check_settings() -> Iterator[Finding]:
    """Yield what is wrong with the variables of this shell; values are not repeated."""
    try:
        load_settings()
        yield Finding("settings", Level.OK, "Every value can be used.")
    except SettingsInvalid as error:
        lines = "; ".join(line.strip() for line in str(error).splitlines()[1:])
        yield Finding(
            "settings", Level.ERROR, f"{lines}.", "Correct them where Amends is started from; see docs/settings.md."
        )
    for name in unknown_settings():
        yield Finding(
            "settings",
            Level.WARNING,
            f"{name} is no setting and changes nothing.",
            "Look for its name in docs/settings.md.",
        )
    for old, new in RENAMED.items():
        if os.environ.get(f"AMENDS_{old}"):
            yield Finding(
                "settings",
                Level.WARNING,
                f"AMENDS_{old} is called AMENDS_{new} now.",
                "Rename it: the next release does not read it.",
            )


def usable_settings() -> Settings:
    """Return the settings; where one cannot be used, the defaults with those that say where things are.

    Raises:
        SettingsInvalid: not even the folders or the address can be used.
    """
    try:
        return load_settings()
    except SettingsInvalid:
        kept = {"data_dir", "runtime_dir", "model_dir", "host", "port", "database_url"}
        fields = Settings.model_fields.items()
        return load_settings(**{name: field.default for name, field in fields if name not in kept})
