"""Cameras and their alert rules, over SQLAlchemy."""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.names import name_key
from webapp.domain.cameras.schedule import OpeningHours
from webapp.domain.cameras.snoozes import Snooze
from webapp.services.ports import CameraRepository, RuleOverrides, RuleRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import AlertRuleRow, CameraRow
from webapp.storage.db.wall_tables import CameraGroupRow

# As many as an integer column holds everywhere, less room to count on from the last.
_FIRST_REVISIONS = 2**31 - 10**6


class SQLCameraRepository(SQLRepository, CameraRepository):
    """`CameraRepository` over SQLAlchemy."""

    def list(self) -> Sequence[Camera]:
        rows, groups = self._session.scalars(select(CameraRow).order_by(CameraRow.name_key)), self._groups()
        return [_camera(row, groups.get(row.id, ())) for row in rows]

    def get(self, camera_id: int) -> Camera | None:
        return self._grouped(self._session.get(CameraRow, camera_id))

    def find(self, name: str) -> Camera | None:
        return self._grouped(self._session.scalar(select(CameraRow).where(CameraRow.name_key == name_key(name))))

    def add(self, camera: Camera, encrypted_password: bytes | None, encrypted_hidden: bytes | None = None) -> Camera:
        row = CameraRow(
            name=camera.name,
            name_key=name_key(camera.name),
            url=camera.url,
            username=camera.username,
            encrypted_password=encrypted_password,
            encrypted_hidden=encrypted_hidden,
            enabled=camera.enabled,
            # SQLite gives the id of a camera that is gone to the next one: the first revision tells the two apart.
            revision=secrets.randbelow(_FIRST_REVISIONS),
            state=camera.state.value,
            state_since=camera.state_since,
            place=camera.place,
        )
        _put_settings(row, camera)
        self._session.add(row)
        self._session.flush()
        self._put_groups(row.id, camera.groups)
        return _camera(row, camera.groups)

    def update(self, camera: Camera) -> None:
        row = self._session.get_one(CameraRow, camera.camera_id)
        row.name, row.name_key = camera.name, name_key(camera.name)
        row.url, row.username, row.enabled = camera.url, camera.username, camera.enabled
        row.place = camera.place
        row.revision += 1
        self._session.flush()

    def set_password(self, camera_id: int, encrypted_password: bytes | None) -> None:
        self._session.get_one(CameraRow, camera_id).encrypted_password = encrypted_password

    def encrypted_password(self, camera_id: int) -> bytes | None:
        return self._session.get_one(CameraRow, camera_id).encrypted_password

    def set_hidden(self, camera_id: int, encrypted_hidden: bytes | None) -> None:
        self._session.get_one(CameraRow, camera_id).encrypted_hidden = encrypted_hidden

    def encrypted_hidden(self, camera_id: int) -> bytes | None:
        return self._session.get_one(CameraRow, camera_id).encrypted_hidden

    def set_state(self, camera: Camera) -> None:
        row = self._session.get_one(CameraRow, camera.camera_id)
        row.state, row.state_since, row.opens_at = camera.state.value, camera.state_since, camera.opens_at
        row.reason = camera.state_reason.as_dict() if camera.state_reason else None
        self._session.flush()

    def set_snooze(self, camera_id: int, snooze: Snooze | None) -> None:
        row = self._session.get_one(CameraRow, camera_id)
        row.snoozed_until, row.snoozed_by = (snooze.until_at, snooze.by) if snooze else (None, None)
        self._session.flush()

    def set_settings(self, camera: Camera) -> None:
        row = self._session.get_one(CameraRow, camera.camera_id)
        _put_settings(row, camera)
        self._session.flush()

    def set_groups(self, camera: Camera) -> None:
        self._put_groups(camera.camera_id, camera.groups)

    def remove(self, camera_id: int) -> None:
        self._session.execute(delete(CameraRow).where(CameraRow.id == camera_id))

    def _grouped(self, row: CameraRow | None) -> Camera | None:
        return _camera(row, self._groups(row.id).get(row.id, ())) if row else None

    def _groups(self, camera_id: int | None = None) -> Mapping[int, tuple[str, ...]]:
        """Return the groups of one camera or of all, by camera and in order."""
        query = select(CameraGroupRow).order_by(CameraGroupRow.name_key)
        if camera_id is not None:
            query = query.where(CameraGroupRow.camera_id == camera_id)
        groups: dict[int, tuple[str, ...]] = {}
        for row in self._session.scalars(query):
            groups[row.camera_id] = (*groups.get(row.camera_id, ()), row.name)
        return groups

    def _put_groups(self, camera_id: int, groups: Sequence[str]) -> None:
        if self._groups(camera_id).get(camera_id, ()) == tuple(groups):
            return
        self._session.execute(delete(CameraGroupRow).where(CameraGroupRow.camera_id == camera_id))
        self._session.add_all(CameraGroupRow(camera_id=camera_id, name_key=name_key(one), name=one) for one in groups)
        self._session.flush()


class SQLRuleRepository(SQLRepository, RuleRepository):
    """`RuleRepository` over SQLAlchemy."""

    def get(self, camera_id: int | None) -> RuleOverrides:
        row = self._row(camera_id)
        return _overrides(row) if row else RuleOverrides()

    def all(self) -> Mapping[int | None, RuleOverrides]:
        return {row.camera_id: _overrides(row) for row in self._session.scalars(select(AlertRuleRow))}

    def put(self, camera_id: int | None, overrides: RuleOverrides) -> None:
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


def _overrides(row: AlertRuleRow) -> RuleOverrides:
    return RuleOverrides(
        emotions=tuple(row.emotions) if row.emotions is not None else None,
        enter_threshold=row.enter_threshold,
        exit_threshold=row.exit_threshold,
        dwell_s=row.dwell_s,
        cooldown_s=row.cooldown_s,
    )


def _put_settings(row: CameraRow, camera: Camera) -> None:
    row.image_settings, row.opening_hours = camera.image_settings.as_dict(), camera.opening.as_list()
    row.analysis_fps, row.detector = camera.analysis_fps, camera.detector


def _camera(row: CameraRow, groups: tuple[str, ...]) -> Camera:
    return Camera(
        name=row.name,
        url=row.url,
        camera_id=row.id,
        username=row.username,
        has_password=row.encrypted_password is not None,
        enabled=row.enabled,
        state=CameraState(row.state),
        state_reason=StateReason.from_stored(row.reason),
        state_since=row.state_since,
        opens_at=row.opens_at,
        revision=row.revision,
        snooze=Snooze(row.snoozed_until, row.snoozed_by or "") if row.snoozed_until else None,
        place=row.place or "",
        groups=groups,
        image_settings=ImageSettings.from_dict(row.image_settings) if row.image_settings else ImageSettings(),
        opening=OpeningHours.from_list(row.opening_hours or ()),
        analysis_fps=row.analysis_fps,
        detector=Detector(row.detector) if row.detector else None,
    )
