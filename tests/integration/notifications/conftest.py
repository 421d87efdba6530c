from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.support.clocks import FakeClock
from webapp.domain.alerts.incidents import Incident
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import Delivery
from webapp.domain.notifications.outcomes import TAKEN, Outcome
from webapp.domain.notifications.routes import Recipient, RecipientKind
from webapp.domain.people.accounts import User
from webapp.domain.vision.emotions import Emotion
from webapp.runtime.notifications.words import CatalogueWriter
from webapp.services.alerts.incidents import incident_payload
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.use_cases import UseCases

SECRET = "0123456789abcdef"
WRITER = CatalogueWriter(lambda text, _language: text)


@dataclass
class House:
    """A hotel of tests: a camera, people, alerts, and what they are told."""

    use_cases: UseCases
    clock: FakeClock
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.told = self.use_cases.notifications
        self.camera = self.use_cases.cameras.add(CameraForm("Lobby", "demo:"))

    def person(self, name: str, role: str = "staff") -> User:
        self.people[name] = self.use_cases.accounts.add(name, role, "a long password")
        return self.people[name]

    def channel(self, owner: User | None, name: str, by: User | None = None, url="http://127.0.0.1:9/") -> int:
        config = {"url": url, "secret": SECRET}
        channel = NotificationChannel(ChannelKind.WEBHOOK, name, owner.user_id if owner else None, config)
        added = self.told.channels.add(channel, by or owner or self.person("root", "admin"))
        return added.channel_id

    def alert(self, level: AlertLevel = AlertLevel.MEDIUM, *, is_test: bool = False) -> int:
        """Open an incident as vision does."""
        at = self.clock.now()
        camera_id = None if is_test else self.camera.camera_id
        found = Incident(camera_id, "Lobby", 1, Emotion.ANGRY, at, at, 0.7, level=level, is_test=is_test)
        with self.use_cases.adapters.unit_of_work() as work:
            stored = work.incidents.add(found, None)
            event = Event(EventKind.INCIDENT_OPENED, at, incident_payload(stored), incident_id=stored.incident_id)
            work.events.append(event)
            work.commit()
        return stored.incident_id

    def goes(self, state: CameraState) -> None:
        self.use_cases.cameras.report_state(self.camera.camera_id, state)

    def plan(self) -> None:
        """Do what housekeeping does, all of it."""
        while self.told.planner.plan():
            pass
        while self.told.fan_out.fan_out():
            pass

    def after(self, minutes: float) -> None:
        self.clock.advance(60 * minutes)
        self.plan()

    def send(self, outcome: Outcome | Callable[[str], Outcome] = TAKEN) -> list[str]:
        """Send all that is due and return to which channels."""
        sent, busy = [], set()
        while claims := self.told.deliveries.claim(WRITER, limit=10, busy=busy):
            for claim in claims:
                sent.append(claim.channel.name)
                self.told.deliveries.finish(claim, outcome(claim.channel.name) if callable(outcome) else outcome)
        return sorted(sent)

    def log(self) -> list[tuple[str, str, str | None]]:
        """Return channel, state and reason of all deliveries, oldest first."""
        return [(one.channel_name, one.state.value, one.reason) for one in reversed(self.deliveries())]

    def deliveries(self) -> list[Delivery]:
        return list(self.told.deliveries.latest(limit=1000))


def role(name: str) -> Recipient:
    return Recipient(RecipientKind.ROLE, name)


def person(user: User) -> Recipient:
    return Recipient(RecipientKind.PERSON, user.user_id)


@pytest.fixture
def house(use_cases, clock):
    return House(use_cases, clock)
