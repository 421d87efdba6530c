"""What a machine needs on which a cluster places cameras."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from webapp.cli.doctor.findings import Finding, Level
from webapp.cli.processes.parts.cluster_member import node_capacity, node_name
from webapp.errors import SettingsInvalid
from webapp.runtime.cluster.engine import check_store
from webapp.settings import Settings
from webapp.storage.site.keys import SESSION_KEY, missing_keys


def check_placement(settings: Settings) -> Iterator[Finding]:
    """Yield whether this machine can watch cameras of a cluster; nothing where it is not set to."""
    if settings.placement == "machine":
        return
    try:
        name = node_name(settings)
    except SettingsInvalid as error:
        yield Finding("placement", Level.ERROR, str(error))
    else:
        cores = node_capacity(settings)
        yield Finding("placement", Level.OK, f"This machine is called {name} and gives {cores:g} cores to cameras.")
    try:
        yield Finding("engine", Level.OK, f"Ray {version('ray')} is installed.")
    except PackageNotFoundError:
        yield Finding("engine", Level.ERROR, "Ray is not installed.", "Run: make setup-cluster")
    if SESSION_KEY in missing_keys(settings.data_dir):
        yield Finding(
            "engine", Level.ERROR, f"{SESSION_KEY} is missing.", "Copy it from the data folder of the first server."
        )
    store = settings.cluster_store_url or settings.redis_url
    if store is not None:
        try:
            check_store(store.get_secret_value())
        except SettingsInvalid as error:
            yield Finding("engine", Level.WARNING, f"This machine cannot be the head. {error}")
