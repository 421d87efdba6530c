"""What is secret stands nowhere in the database's files as it is; what is over is deleted from it."""

import pytest

from webapp.services.cameras.camera_settings import CameraForm

pytestmark = pytest.mark.sqlite


PASSWORD = "a long password"


@pytest.fixture
def alice(use_cases):
    return use_cases.accounts.add("Alice", "staff", PASSWORD)


@pytest.fixture
def stored(settings, engine):
    def read() -> bytes:
        engine.dispose()
        return b"".join(path.read_bytes() for path in settings.data_dir.glob("amends.sqlite3*"))

    return read


def test_no_password_of_a_person_or_a_camera_is_stored_as_it_is(use_cases, alice, stored):
    use_cases.cameras.add(CameraForm("Desk", "rtsp://192.0.2.1/stream1", "viewer", "p@ss:/w?rd#%"))
    assert b"Alice" in stored()
    assert b"viewer" in stored()
    assert PASSWORD.encode() not in stored()
    assert b"p@ss" not in stored()


def test_no_secret_that_is_handed_out_is_stored_as_it_is(use_cases, alice, stored):
    secrets = [
        use_cases.sessions.begin(alice, device="Firefox on Linux"),
        use_cases.invitations.invite("staff", days=1, actor="root", note="night shift"),
        use_cases.tokens.create(alice.user_id, name="a monitor"),
    ]
    assert all(word in stored() for word in (b"Firefox on Linux", b"night shift", b"a monitor"))
    assert not any(secret.encode() in stored() for secret in secrets)


def test_sessions_that_are_over_are_swept_away(use_cases, alice, unit_of_work, clock):
    bob = use_cases.accounts.add("Bob", "staff", PASSWORD)
    use_cases.sessions.begin(alice), use_cases.sessions.begin(bob)
    use_cases.accounts.reset_password(alice.user_id)
    with unit_of_work() as work:
        assert work.sessions.remove_ended(clock.now()) == 1
        work.commit()
    assert [one.user.name for one in use_cases.sessions.list()] == ["Bob"]
    clock.advance(13 * 3600)
    with unit_of_work() as work:
        assert work.sessions.remove_ended(clock.now()) == 1
