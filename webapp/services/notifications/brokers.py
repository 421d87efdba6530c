"""What is to stand at MQTT brokers, and what stands there that must go.

Which cameras were ever told to which broker is written down before the first word is sent there. So what stands at a
broker is cleared also where camera or channel are removed while nobody sends, or while the broker is away.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.home_assistant import (
    CameraStanding,
    Topics,
    topics_of,
    topics_of_cameras,
    topics_of_site,
)
from webapp.domain.notifications.mqtt_brokers import MQTTBroker
from webapp.domain.notifications.outcomes import Outcome
from webapp.errors import AmendsError, InputInvalid
from webapp.services.notifications.channels import noted_outcome, opened_config
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory
from webapp.services.site.site import house_of

_MARKS_SETTING = "mqtt_marks"
# A broker that is away for longer is not coming back.
_CLEARED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class BrokerDuty:
    """What is to be done at one broker.

    Attributes:
        channel_id: for which channel.
        broker: where.
        wanted: what is to stand there; nothing where the channel is gone or off.
        surplus: topics to be cleared.
        camera_ids: the cameras in `wanted`.
    """

    channel_id: int
    broker: MQTTBroker
    wanted: Topics = field(repr=False)
    surplus: Sequence[str]
    camera_ids: frozenset[int]

    @property
    def is_over(self) -> bool:
        """Return whether nothing is to stand there any more."""
        return not self.wanted


@dataclass(frozen=True)
class _Mark:
    """That something stands at a broker.

    Attributes:
        channel_id: for which channel.
        broker: where; kept, for the channel may be gone when it is cleared.
        camera_ids: of which cameras.
        gone_at: since when it is to be cleared.
    """

    channel_id: int
    broker: MQTTBroker
    camera_ids: frozenset[int]
    gone_at: datetime | None = None

    @property
    def key(self) -> tuple[int, str]:
        return self.channel_id, self.broker.place


@dataclass(frozen=True)
class _Place:
    """One channel that is on."""

    channel_id: int
    broker: MQTTBroker
    names_place: bool

    @property
    def key(self) -> tuple[int, str]:
        return self.channel_id, self.broker.place


@dataclass(frozen=True)
class BrokerService:
    """The use cases around what stands at brokers.

    Attributes:
        unit_of_work: opens transactions.
        cipher: keeps where they are.
        clock: the time.
        zone: returns on whose clocks a day begins.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    zone: Callable[[], tzinfo]

    def duties(self) -> Sequence[BrokerDuty]:
        """Return what is to be done, and write down beforehand what will stand there."""
        with self.unit_of_work.reading() as work:
            places, marks = self._places(work), self._marks(work)
        if not (places or marks):
            return []
        zone = self.zone()
        with self.unit_of_work.reading() as work:
            cameras = _standings(work, self.clock.now(), zone)
            public_url = house_of(work).public_url
        camera_ids = frozenset(one.camera_id for one in cameras)
        after = self._marked(places, marks, camera_ids)
        if after != marks:
            with self.unit_of_work() as writing:
                self._put_marks(writing, after)
                writing.commit()
        by_key = {place.key: place for place in places}
        return [_duty(mark, by_key.get(mark.key), cameras, public_url) for mark in after]

    def done(self, duty: BrokerDuty) -> None:
        """Write down that what was surplus is cleared: the broker has said so."""
        key = (duty.channel_id, duty.broker.place)
        with self.unit_of_work() as work:
            marks = self._marks(work)
            after = [
                replace(mark, camera_ids=duty.camera_ids) if mark.key == key else mark
                for mark in marks
                if not (duty.is_over and mark.key == key)
            ]
            if after != marks:
                self._put_marks(work, after)
                work.commit()

    def note(self, channel_id: int, outcome: Outcome) -> None:
        """Store at a channel whether its broker could be reached, and have admins told where it cannot."""
        with self.unit_of_work() as work:
            if noted_outcome(work, channel_id, outcome, self.clock.now()):
                work.commit()

    def _places(self, work: ReadUnitOfWork) -> Sequence[_Place]:
        found = []
        for channel in work.notifications.channels.list():
            if channel.kind is ChannelKind.MQTT and channel.is_shared and channel.enabled:
                config = opened_config(work, self.cipher, channel.channel_id)
                # Stored before a rule was made, or with another machine's key: one channel holds up no other.
                with suppress(InputInvalid):
                    broker = MQTTBroker.from_config(config)
                    found.append(_Place(channel.channel_id, broker, channel.names_place))
        return found

    def _marked(self, places: Sequence[_Place], marks: Sequence[_Mark], camera_ids: frozenset[int]) -> list[_Mark]:
        """Return the marks with what will stand at the brokers from now on."""
        before = {mark.key: mark for mark in marks}
        wanted = {place.key for place in places}
        now = self.clock.now()
        after = [
            _Mark(place.channel_id, place.broker, before[place.key].camera_ids | camera_ids)
            if place.key in before
            else _Mark(place.channel_id, place.broker, camera_ids)
            for place in places
        ]
        gone = [replace(mark, gone_at=mark.gone_at or now) for mark in marks if mark.key not in wanted]
        return after + [mark for mark in gone if now - (mark.gone_at or now) < _CLEARED_WITHIN]

    def _marks(self, work: ReadUnitOfWork) -> list[_Mark]:
        stored = work.settings.get(_MARKS_SETTING)
        try:
            return [_mark(one) for one in json.loads(self.cipher.decrypt(stored.encode()))] if stored else []
        except (AmendsError, KeyError, ValueError):
            # Encrypted with the key of another machine: what stands at its brokers is that one's.
            return []

    def _put_marks(self, work: UnitOfWork, marks: Sequence[_Mark]) -> None:
        rows = [_mark_row(mark) for mark in marks]
        work.settings.put(_MARKS_SETTING, self.cipher.encrypt(json.dumps(rows)).decode() if rows else "")


def _duty(mark: _Mark, place: _Place | None, cameras: Sequence[CameraStanding], public_url: str) -> BrokerDuty:
    if place is None:
        surplus = [*topics_of_cameras(mark.broker, mark.camera_ids), *topics_of_site(mark.broker)]
        return BrokerDuty(mark.channel_id, mark.broker, {}, surplus, frozenset())
    told = cameras if place.names_place else [replace(one, name="") for one in cameras]
    camera_ids = frozenset(one.camera_id for one in cameras)
    surplus = list(topics_of_cameras(place.broker, mark.camera_ids - camera_ids))
    return BrokerDuty(place.channel_id, place.broker, topics_of(place.broker, told, public_url), surplus, camera_ids)


def _standings(work: ReadUnitOfWork, now: datetime, zone: tzinfo) -> Sequence[CameraStanding]:
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
    found = []
    for camera in work.cameras.list():
        real = IncidentFilter(camera_id=camera.camera_id, with_tests=False)
        last = next(iter(work.incidents.search(real, limit=1)), None)
        found.append(
            CameraStanding(
                camera.camera_id,
                camera.name,
                camera.state.is_connected,
                work.incidents.count(replace(real, states=(IncidentState.NEW,))),
                work.incidents.count(replace(real, opened_from=midnight)),
                last.opened_at if last else None,
                last.level if last else None,
            )
        )
    return found


def _mark(stored: dict[str, Any]) -> _Mark:
    gone_at = datetime.fromisoformat(stored["gone_at"]) if stored["gone_at"] else None
    broker = MQTTBroker.from_config(stored["broker"])
    return _Mark(stored["channel_id"], broker, frozenset(stored["camera_ids"]), gone_at)


def _mark_row(mark: _Mark) -> dict[str, Any]:
    return {
        "channel_id": mark.channel_id,
        "broker": mark.broker.as_dict(),
        "camera_ids": sorted(mark.camera_ids),
        "gone_at": mark.gone_at.isoformat() if mark.gone_at else None,
    }
