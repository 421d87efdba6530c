"""A machine of a cluster knows the way to the others, and is told apart from them."""

from pathlib import Path

import pytest

from webapp.cli.processes.relay import check_relay_settings, relay_node
from webapp.errors import SettingsInvalid
from webapp.settings import load_settings
from webapp.storage.shared.redis_relay import NODE_NAME


def test_without_a_redis_it_is_said_what_to_set() -> None:
    with pytest.raises(SettingsInvalid, match="AMENDS_REDIS_URL"):
        check_relay_settings(load_settings(placement="cluster"))
    address = "redis://192.0.2.5:6379/0"
    assert check_relay_settings(load_settings(placement="cluster", redis_url=address)) == address


@pytest.mark.parametrize("name", ["front", "../../etc", "Küche 1", "", "-", "a" * 500])
def test_each_machine_has_a_name_that_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    here, beside = (relay_node(load_settings(node_name=name, runtime_dir=tmp_path / part)) for part in ("a", "b"))
    assert NODE_NAME.fullmatch(here)
    assert here != beside, "two installations on one machine are two"
