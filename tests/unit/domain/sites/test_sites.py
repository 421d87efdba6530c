"""Which state a site is in, and who sees it."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.domain.sites.sites import FeedPosition, RegisteredSite, SiteAccess, SiteState, access_of, sites_seen

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SILENT_AFTER = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("seen_at", "has_token", "state"),
    [
        (None, True, SiteState.WAITING),
        (NOW - timedelta(minutes=5), True, SiteState.ONLINE),
        (NOW - timedelta(minutes=5, seconds=1), True, SiteState.SILENT),
        (NOW, False, SiteState.REVOKED),
    ],
)
def test_the_state_of_a_line(seen_at: datetime | None, has_token: bool, state: SiteState) -> None:
    site = RegisteredSite("Lind", NOW, seen_at=seen_at, has_token=has_token)
    assert site.state(NOW, SILENT_AFTER) is state


def test_admins_see_all_sites_and_others_what_they_were_given() -> None:
    sites = [RegisteredSite(name, NOW, site_id=number) for number, name in enumerate(("a", "b", "c"), 1)]
    some = SiteAccess(site_ids=frozenset({2}))
    seen = {role: [one.name for one in sites_seen(sites, access_of(User("x", role), some))] for role in Role}
    assert seen == {Role.STAFF: ["b"], Role.MANAGER: ["b"], Role.ADMIN: ["a", "b", "c"]}
    assert sites_seen(sites, SiteAccess()) == []
    assert sites_seen(sites, SiteAccess(all_sites=True)) == sites


def test_an_admin_who_is_disabled_sees_none() -> None:
    assert access_of(User("x", Role.ADMIN, enabled=False), SiteAccess()).is_none


def test_pictures_are_shown_where_both_sides_let_them() -> None:
    site = RegisteredSite("Lind", NOW, takes_pictures=True)
    assert not site.shows_pictures
    assert RegisteredSite("Lind", NOW, takes_pictures=True, sends_pictures=True).shows_pictures


def test_a_position_is_new_until_something_was_taken() -> None:
    assert FeedPosition().is_new
    assert not FeedPosition(fill_after=100).is_new
    assert not FeedPosition(event_id=1).is_new
