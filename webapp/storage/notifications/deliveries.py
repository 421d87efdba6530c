"""What is planned and what is on its way, over SQLAlchemy."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, select

from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.deliveries import (
    CancelReason,
    Delivery,
    DeliveryState,
    PlannedStep,
    StepState,
)
from webapp.domain.notifications.outcomes import SendFailure
from webapp.domain.notifications.routes import Notice, NoticeKind, Recipient
from webapp.services.ports.notifications import DeliveryRepository, PlannedStepRepository
from webapp.storage.db.notification_tables import DeliveryRow, PlannedStepRow
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import IncidentRow

_OF_OPEN = PlannedStepRow.incident_id.in_(
    select(IncidentRow.id).where(IncidentRow.state.in_([IncidentState.NEW.value, IncidentState.ACKNOWLEDGED.value]))
)


class SQLPlannedStepRepository(SQLRepository, PlannedStepRepository):
    """`PlannedStepRepository` over SQLAlchemy."""

    def add(self, step: PlannedStep) -> PlannedStep | None:
        notice, route_id = step.notice, step.route_id or 0
        of_route = (PlannedStepRow.event_id == notice.event_id, PlannedStepRow.route_id == route_id)
        if self._session.scalar(select(PlannedStepRow.id).where(*of_route, PlannedStepRow.after_min == step.after_min)):
            return None
        row = PlannedStepRow(
            event_id=notice.event_id,
            route_id=route_id,
            after_min=step.after_min,
            kind=notice.kind.value,
            begun_at=notice.begun_at,
            level=notice.level.value,
            incident_id=notice.incident_id,
            camera_id=notice.camera_id,
            about=notice.about,
            is_test=notice.is_test,
            recipients=[one.as_dict() for one in step.recipients],
            due_at=step.due_at,
        )
        _set_step(row, step)
        self._session.add(row)
        self._session.flush()
        return _step(row)

    def due(self, now: datetime, *, limit: int) -> Sequence[PlannedStep]:
        waiting = select(PlannedStepRow).where(PlannedStepRow.wakes_at <= now)
        rows = waiting.order_by(PlannedStepRow.wakes_at, PlannedStepRow.id).limit(limit)
        return [_step(row) for row in self._session.scalars(rows)]

    def of_incident(self, incident_id: int) -> Sequence[PlannedStep]:
        rows = select(PlannedStepRow).where(PlannedStepRow.incident_id == incident_id)
        return [_step(row) for row in self._session.scalars(rows.order_by(PlannedStepRow.due_at, PlannedStepRow.id))]

    def of_open_incidents(self) -> Sequence[PlannedStep]:
        return [_step(row) for row in self._session.scalars(select(PlannedStepRow).where(_OF_OPEN))]

    def waiting_of_camera(self, camera_id: int) -> Sequence[PlannedStep]:
        # What waits is little, and found by its index.
        waiting = select(PlannedStepRow).where(PlannedStepRow.wakes_at.is_not(None))
        of_camera = waiting.where(
            PlannedStepRow.camera_id == camera_id, PlannedStepRow.kind == NoticeKind.CAMERA_OFFLINE.value
        )
        return [_step(row) for row in self._session.scalars(of_camera)]

    def update(self, step: PlannedStep) -> None:
        _set_step(self._session.get_one(PlannedStepRow, step.step_id), step)
        self._session.flush()


class SQLDeliveryRepository(SQLRepository, DeliveryRepository):
    """`DeliveryRepository` over SQLAlchemy."""

    def add(self, step: PlannedStep, delivery: Delivery) -> Delivery | None:
        if delivery.channel_id is not None and self._is_told(delivery):
            return None
        row = DeliveryRow(
            key=delivery.key,
            step_id=step.step_id,
            event_id=delivery.notice.event_id,
            after_min=delivery.after_min,
            channel_id=delivery.channel_id,
            channel_kind=delivery.channel_kind.value if delivery.channel_kind else None,
            channel_name=delivery.channel_name,
            user_id=delivery.user_id,
            created_at=delivery.created_at,
        )
        _set_delivery(row, delivery)
        self._session.add(row)
        self._session.flush()
        return _delivery(row, self._session.get_one(PlannedStepRow, step.step_id))

    def get(self, delivery_id: int, *, for_update: bool = False) -> Delivery | None:
        query = _with_steps().where(DeliveryRow.id == delivery_id)
        found = self._session.execute(query.with_for_update(of=DeliveryRow) if for_update else query).one_or_none()
        return _delivery(found[0], found[1]) if found else None

    def due(self, now: datetime, *, limit: int, without: Collection[int] = ()) -> Sequence[Delivery]:
        # One of each channel: a channel that hangs holds up what is its own, and nothing else.
        first = select(func.min(DeliveryRow.id)).where(DeliveryRow.next_attempt_at <= now)
        if without:
            first = first.where(DeliveryRow.channel_id.not_in(without))
        wanted = DeliveryRow.id.in_(first.group_by(DeliveryRow.channel_id))
        query = _with_steps().where(wanted).order_by(DeliveryRow.next_attempt_at, DeliveryRow.id).limit(limit)
        return self._read(query.with_for_update(of=DeliveryRow, skip_locked=True))

    def of_incident(self, incident_id: int) -> Sequence[Delivery]:
        return self._read(_with_steps().where(PlannedStepRow.incident_id == incident_id).order_by(DeliveryRow.id))

    def of_open_incidents(self) -> Sequence[Delivery]:
        return self._read(_with_steps().where(_OF_OPEN).order_by(DeliveryRow.id))

    def latest(
        self,
        *,
        limit: int,
        channel_id: int | None = None,
        states: Collection[DeliveryState] = (),
        before_id: int | None = None,
    ) -> Sequence[Delivery]:
        query = _with_steps().order_by(DeliveryRow.id.desc()).limit(limit)
        if channel_id is not None:
            query = query.where(DeliveryRow.channel_id == channel_id)
        if states:
            query = query.where(DeliveryRow.state.in_([state.value for state in states]))
        return self._read(query if before_id is None else query.where(DeliveryRow.id < before_id))

    def on_the_way(self, camera_id: int) -> Sequence[Delivery]:
        query = _with_steps().where(
            DeliveryRow.next_attempt_at.is_not(None),
            PlannedStepRow.camera_id == camera_id,
            PlannedStepRow.kind == NoticeKind.CAMERA_OFFLINE.value,
        )
        return self._read(query.order_by(DeliveryRow.id))

    def update(self, delivery: Delivery) -> None:
        _set_delivery(self._session.get_one(DeliveryRow, delivery.delivery_id), delivery)
        self._session.flush()

    def remove_before(self, at: datetime) -> int:
        old = (PlannedStepRow.begun_at < at, PlannedStepRow.incident_id.is_(None), PlannedStepRow.wakes_at.is_(None))
        ids = self._session.scalars(select(PlannedStepRow.id).where(*old)).all()
        self._session.execute(delete(PlannedStepRow).where(*old))
        return len(ids)

    def _is_told(self, delivery: Delivery) -> bool:
        of_step = (DeliveryRow.event_id == delivery.notice.event_id, DeliveryRow.after_min == delivery.after_min)
        found = select(DeliveryRow.id).where(*of_step, DeliveryRow.channel_id == delivery.channel_id)
        return self._session.scalar(found) is not None

    def _read(self, query: Select[DeliveryRow, PlannedStepRow]) -> Sequence[Delivery]:
        return [_delivery(row, step) for row, step in self._session.execute(query)]


def _with_steps() -> Select[DeliveryRow, PlannedStepRow]:
    return select(DeliveryRow, PlannedStepRow).join(PlannedStepRow, DeliveryRow.step_id == PlannedStepRow.id)


def _set_step(row: PlannedStepRow, step: PlannedStep) -> None:
    row.state = step.state.value
    row.reason = step.reason.value if step.reason else None
    row.wakes_at = step.due_at if step.state is StepState.WAITING else None


def _set_delivery(row: DeliveryRow, delivery: Delivery) -> None:
    row.state, row.attempts, row.detail = delivery.state.value, delivery.attempts, delivery.detail
    row.reason = delivery.reason.value if delivery.reason else None
    row.failure = delivery.failure.value if delivery.failure else None
    row.next_attempt_at, row.ended_at = delivery.next_attempt_at, delivery.ended_at


def _notice(row: PlannedStepRow) -> Notice:
    return Notice(
        row.event_id,
        NoticeKind(row.kind),
        row.begun_at,
        AlertLevel(row.level),
        row.incident_id,
        row.camera_id,
        row.about,
        row.is_test,
    )


def _step(row: PlannedStepRow) -> PlannedStep:
    return PlannedStep(
        _notice(row),
        row.after_min,
        tuple(map(Recipient.from_dict, row.recipients)),
        row.due_at,
        StepState(row.state),
        CancelReason(row.reason) if row.reason else None,
        row.route_id or None,
        row.id,
    )


def _delivery(row: DeliveryRow, step: PlannedStepRow) -> Delivery:
    return Delivery(
        key=row.key,
        notice=_notice(step),
        after_min=row.after_min,
        created_at=row.created_at,
        channel_id=row.channel_id,
        channel_kind=ChannelKind(row.channel_kind) if row.channel_kind else None,
        channel_name=row.channel_name,
        user_id=row.user_id,
        state=DeliveryState(row.state),
        reason=CancelReason(row.reason) if row.reason else None,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        failure=SendFailure(row.failure) if row.failure else None,
        detail=row.detail,
        ended_at=row.ended_at,
        delivery_id=row.id,
    )
