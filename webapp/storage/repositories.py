"""The repositories of `services.ports` over SQLAlchemy. They add no decisions of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.accounts import User
from webapp.domain.cameras import Camera, CameraState
from webapp.domain.emotions import Emotion
from webapp.domain.incidents import Incident, IncidentState, Outcome
from webapp.domain.roles import Role
from webapp.services.ports import IncidentFilter, RuleOverrides
from webapp.storage.tables import (
    AlertRuleRow,
    CameraRow,
    IncidentRow,
    SettingRow,
    SnapshotRow,
    TokenRow,
    UserRow,
)

_Query = TypeVar("_Query", bound=Select[Any])


class CameraRows:
    """The registered cameras."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Sequence[Camera]:
        """Return all cameras by name."""
        return [_camera(row) for row in self._session.scalars(select(CameraRow).order_by(CameraRow.name_key))]

    def get(self, camera_id: int) -> Camera | None:
        """Return one camera."""
        row = self._session.get(CameraRow, camera_id)
        return _camera(row) if row else None

    def find(self, name: str) -> Camera | None:
        """Return the camera of that name, without regard to case."""
        row = self._session.scalar(select(CameraRow).where(CameraRow.name_key == _key(name)))
        return _camera(row) if row else None

    def add(self, camera: Camera, encrypted_password: bytes | None) -> Camera:
        """Store a new camera and return it with its id."""
        row = CameraRow(
            name=camera.name,
            name_key=_key(camera.name),
            url=camera.url,
            username=camera.username,
            encrypted_password=encrypted_password,
            enabled=camera.enabled,
            revision=camera.revision,
            state=camera.state.value,
            state_reason=camera.state_reason,
            state_since=camera.state_since,
        )
        self._session.add(row)
        self._session.flush()
        return _camera(row)

    def update(self, camera: Camera) -> None:
        """Store name, url, user name, enabled and a new revision."""
        row = self._session.get_one(CameraRow, camera.camera_id)
        row.name, row.name_key = camera.name, _key(camera.name)
        row.url, row.username, row.enabled = camera.url, camera.username, camera.enabled
        row.revision += 1
        self._session.flush()

    def set_password(self, camera_id: int, encrypted_password: bytes | None) -> None:
        """Store another password, or none."""
        self._session.get_one(CameraRow, camera_id).encrypted_password = encrypted_password

    def encrypted_password(self, camera_id: int) -> bytes | None:
        """Return the stored password as it is."""
        return self._session.get_one(CameraRow, camera_id).encrypted_password

    def set_state(self, camera_id: int, state: CameraState, reason: str, at: datetime) -> None:
        """Store what vision sees; the revision stays."""
        values = {"state": state.value, "state_reason": reason[:255], "state_since": at}
        self._session.execute(update(CameraRow).where(CameraRow.id == camera_id).values(**values))

    def remove(self, camera_id: int) -> None:
        """Delete the camera; its incidents stay and keep its name."""
        self._session.execute(delete(CameraRow).where(CameraRow.id == camera_id))


class RuleRows:
    """Alert rules."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, camera_id: int | None) -> RuleOverrides:
        """Return what is set apart; all None where nothing is."""
        row = self._row(camera_id)
        if row is None:
            return RuleOverrides()
        return RuleOverrides(
            emotions=tuple(row.emotions) if row.emotions is not None else None,
            enter_threshold=row.enter_threshold,
            exit_threshold=row.exit_threshold,
            dwell_s=row.dwell_s,
            cooldown_s=row.cooldown_s,
        )

    def put(self, camera_id: int | None, overrides: RuleOverrides) -> None:
        """Store it."""
        row = self._row(camera_id)
        if row is None:
            row = AlertRuleRow(camera_id=camera_id)
            self._session.add(row)
        row.emotions = list(overrides.emotions) if overrides.emotions is not None else None
        row.enter_threshold, row.exit_threshold = overrides.enter_threshold, overrides.exit_threshold
        row.dwell_s, row.cooldown_s = overrides.dwell_s, overrides.cooldown_s
        self._session.flush()

    def _row(self, camera_id: int | None) -> AlertRuleRow | None:
        return self._session.scalar(select(AlertRuleRow).where(AlertRuleRow.camera_id.is_not_distinct_from(camera_id)))


class IncidentRows:
    """The incidents."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, incident: Incident, snapshot: str | None) -> Incident:
        """Store a new incident and return it with its id."""
        row = IncidentRow(
            camera_id=incident.camera_id,
            camera_name=incident.camera_name,
            emotion=incident.emotion.value,
            started_at=incident.started_at,
            opened_at=incident.opened_at,
        )
        _fill(row, incident)
        if snapshot:
            picture = SnapshotRow(file_name=snapshot, taken_at=incident.opened_at)
            self._session.add(picture)
            self._session.flush()
            row.snapshot_id = picture.id
        self._session.add(row)
        self._session.flush()
        return _incident(row)

    def get(self, incident_id: int, *, for_update: bool = False) -> Incident | None:
        """Return one incident; with `for_update` nobody else changes it before this unit of work ends."""
        row = self._session.get(IncidentRow, incident_id, with_for_update=for_update, populate_existing=for_update)
        return _incident(row) if row else None

    def update(self, incident: Incident) -> None:
        """Store the incident's changed fields."""
        _fill(self._session.get_one(IncidentRow, incident.incident_id), incident)
        self._session.flush()

    def snapshot_name(self, incident_id: int) -> str | None:
        """Return the name of the incident's picture."""
        joined = select(SnapshotRow.file_name).join(IncidentRow, IncidentRow.snapshot_id == SnapshotRow.id)
        return self._session.scalar(joined.where(IncidentRow.id == incident_id))

    def search(self, wanted: IncidentFilter, *, limit: int, offset: int = 0) -> Sequence[Incident]:
        """Return matching incidents, newest first."""
        query = _filtered(select(IncidentRow), wanted).order_by(IncidentRow.opened_at.desc(), IncidentRow.id.desc())
        return [_incident(row) for row in self._session.scalars(query.limit(limit).offset(offset))]

    def count(self, wanted: IncidentFilter) -> int:
        """Return how many match."""
        return self._session.scalar(_filtered(select(func.count(IncidentRow.id)), wanted)) or 0

    def unfinished(self) -> Sequence[Incident]:
        """Return the incidents whose episode has not ended."""
        query = select(IncidentRow).where(IncidentRow.ended_at.is_(None)).order_by(IncidentRow.id)
        return [_incident(row) for row in self._session.scalars(query)]


class UserRows:
    """The people and their API tokens."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Sequence[User]:
        """Return everybody by name."""
        return [_user(row) for row in self._session.scalars(select(UserRow).order_by(UserRow.name_key))]

    def get(self, user_id: int) -> User | None:
        """Return one person."""
        row = self._session.get(UserRow, user_id)
        return _user(row) if row else None

    def find(self, name: str) -> User | None:
        """Return the person of that name, without regard to case."""
        row = self._session.scalar(select(UserRow).where(UserRow.name_key == _key(name)))
        return _user(row) if row else None

    def add(self, user: User, password_hash: str) -> User:
        """Store a new person and return them with their id."""
        row = UserRow(
            name=user.name,
            name_key=_key(user.name),
            role=user.role.value,
            enabled=user.enabled,
            session_epoch=user.session_epoch,
            password_hash=password_hash,
            created_at=user.created_at,
        )
        self._session.add(row)
        self._session.flush()
        return _user(row)

    def update(self, user: User) -> None:
        """Store role, enabled, session epoch and last log-in."""
        row = self._session.get_one(UserRow, user.user_id)
        row.role, row.enabled = user.role.value, user.enabled
        row.session_epoch, row.last_login_at = user.session_epoch, user.last_login_at
        self._session.flush()

    def password_hash(self, user_id: int) -> str | None:
        """Return the stored hash."""
        return self._session.scalar(select(UserRow.password_hash).where(UserRow.id == user_id))

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        """Store another hash."""
        self._session.get_one(UserRow, user_id).password_hash = password_hash

    def add_token(self, user_id: int, token_hash: str, at: datetime) -> None:
        """Store the hash of an API token."""
        self._session.add(TokenRow(user_id=user_id, token_hash=token_hash, created_at=at))
        self._session.flush()

    def find_by_token(self, token_hash: str) -> User | None:
        """Return whom the token belongs to."""
        joined = select(UserRow).join(TokenRow, TokenRow.user_id == UserRow.id)
        row = self._session.scalar(joined.where(TokenRow.token_hash == token_hash))
        return _user(row) if row else None


class SettingRows:
    """Small facts about this installation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, key: str) -> str | None:
        """Return a value."""
        row = self._session.get(SettingRow, key)
        return row.value if row else None

    def put(self, key: str, value: str) -> None:
        """Store a value."""
        self._session.merge(SettingRow(key=key, value=value))
        self._session.flush()


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _camera(row: CameraRow) -> Camera:
    return Camera(
        name=row.name,
        url=row.url,
        camera_id=row.id,
        username=row.username,
        has_password=row.encrypted_password is not None,
        enabled=row.enabled,
        state=CameraState(row.state),
        state_reason=row.state_reason,
        state_since=row.state_since,
        revision=row.revision,
    )


def _user(row: UserRow) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        enabled=row.enabled,
        session_epoch=row.session_epoch,
        user_id=row.id,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _incident(row: IncidentRow) -> Incident:
    return Incident(
        camera_id=row.camera_id,
        camera_name=row.camera_name,
        track_id=row.track_id,
        emotion=Emotion(row.emotion),
        started_at=row.started_at,
        opened_at=row.opened_at,
        peak_score=row.peak_score,
        incident_id=row.id,
        state=IncidentState(row.state),
        ended_at=row.ended_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        note=row.note,
        has_snapshot=row.snapshot_id is not None,
    )


def _fill(row: IncidentRow, incident: Incident) -> None:
    row.track_id, row.state = incident.track_id, incident.state.value
    row.ended_at, row.peak_score = incident.ended_at, incident.peak_score
    row.acknowledged_at, row.acknowledged_by = incident.acknowledged_at, incident.acknowledged_by
    row.resolved_at, row.resolved_by = incident.resolved_at, incident.resolved_by
    row.outcome, row.note = incident.outcome.value if incident.outcome else None, incident.note


def _filtered(query: _Query, wanted: IncidentFilter) -> _Query:
    conditions = [
        IncidentRow.camera_id == wanted.camera_id if wanted.camera_id is not None else None,
        IncidentRow.state.in_([state.value for state in wanted.states]) if wanted.states else None,
        IncidentRow.outcome == wanted.outcome.value if wanted.outcome else None,
        IncidentRow.opened_at >= wanted.opened_from if wanted.opened_from else None,
        IncidentRow.opened_at < wanted.opened_before if wanted.opened_before else None,
    ]
    return query.where(*(condition for condition in conditions if condition is not None))
