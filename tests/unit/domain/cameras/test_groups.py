"""Groups of cameras: how they are typed, spelt and bounded."""

import pytest

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.groups import MAX_GROUPS, group_names, is_in_group, parse_groups, split_groups
from webapp.errors import InputInvalid


def test_groups_are_typed_in_one_line() -> None:
    assert split_groups(" Ground  floor,, Bar ,") == ("Ground floor", "Bar")
    assert split_groups("  ") == ()


def test_each_is_kept_once_in_order_and_spelt_as_before() -> None:
    assert parse_groups(["bar", "Entrance", "BAR "], known=["Bar"]) == ("Bar", "Entrance")


@pytest.mark.parametrize(
    "typed", [["x" * 41], ["Bar, Lobby"], ["Bar\u200b"], [str(number) for number in range(MAX_GROUPS + 1)]]
)
def test_what_cannot_be_a_group_is_refused_beside_its_field(typed: list[str]) -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_groups(typed)
    assert refused.value.field == "groups"


def test_a_group_is_there_while_a_camera_is_in_it() -> None:
    bar, lobby = Camera("Bar", "demo:", groups=("Staff", "bar")), Camera("Lobby", "demo:", groups=("Staff",))
    assert group_names([bar, lobby]) == ["bar", "Staff"]
    assert [is_in_group(bar, group) for group in ("", "BAR", "Terrace")] == [True, True, False]
