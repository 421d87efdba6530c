"""Cameras: registered, changed, removed; and what state they are in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from webapp.domain.cameras.addresses.hidden_values import MARK
from webapp.domain.cameras.cameras import (
    NETWORK_KINDS,
    Camera,
    CameraAddress,
    CameraKind,
    CameraState,
    StateReason,
)
from webapp.domain.cameras.names import check_visible, tidy_name
from webapp.domain.events import Event, EventKind, changed
from webapp.errors import InputInvalid, NotFound
from webapp.services.cameras.camera_changes import check_free, grouped, is_called_anew, said_of_change
from webapp.services.cameras.camera_secrets import check_secrets_stay_home, encrypted_hidden, hidden_of
from webapp.services.cameras.camera_settings import MAX_NAME_LENGTH, MAX_PLACE_LENGTH, CameraForm, CameraSettings
from webapp.services.cameras.recordings import NO_RECORDING, FindRecording, any_recording
from webapp.services.checks import checked_name
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class CameraService:
    """The use cases around cameras."""

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    find_recording: FindRecording = any_recording

    def list(self) -> Sequence[Camera]:
        """Return all cameras by name."""
        with self.unit_of_work.reading() as work:
            return work.cameras.list()

    def get(self, camera_id: int) -> Camera:
        """Return one camera.

        Raises:
            NotFound: there is none with this id.
        """
        with self.unit_of_work.reading() as work:
            return existing_camera(work, camera_id)

    def find(self, name: str) -> Camera:
        """Return the camera of that name.

        Raises:
            NotFound: there is none.
        """
        with self.unit_of_work.reading() as work:
            camera = work.cameras.find(name)
        if camera is None:
            raise NotFound("No camera is called '%(name)s'; 'run.py camera list' shows the names.", name=name)
        return camera

    def check_name_free(self, name: str) -> None:
        """Say before a camera is added what `add` would say of its name.

        Raises:
            AlreadyExists: the name is taken.
        """
        with self.unit_of_work() as work:
            check_free(work, Camera(name, ""))

    def address_of(self, camera_id: int) -> CameraAddress:
        """Return where the camera is, with its password: for a decoder only.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work.reading() as work:
            camera = existing_camera(work, camera_id)
            encrypted = work.cameras.encrypted_password(camera_id)
            hidden = hidden_of(work, self.cipher, camera_id)
        password = self.cipher.decrypt(encrypted) if encrypted else ""
        return CameraAddress(camera.url, camera.username, password, hidden)

    def usable_address(self, address: CameraAddress, *, kept_url: str = "") -> CameraAddress:
        """Return an address that somebody entered; of recordings only those that they may name.

        Args:
            address: as it was read.
            kept_url: the address of before: a recording that was registered on the machine itself stays.

        Raises:
            InputInvalid: it is of a recording that cannot be used; one sentence says it all.
        """
        if address.kind is not CameraKind.FILE or address.url == kept_url:
            return address
        found = self.find_recording(address.path)
        if found is None:
            raise InputInvalid(NO_RECORDING.text, field="url")
        return address if found == address.path else replace(address, url=f"file:{found}")

    def add(self, form: CameraForm, actor: str | None = None, looks: CameraSettings | None = None) -> Camera:
        """Register a camera, and how it is analysed from its first picture on.

        Raises:
            InputInvalid: name or address cannot be used.
            AlreadyExists: the name is taken.
        """
        address = self.usable_address(form.address())
        state = CameraState.CONNECTING if form.enabled else CameraState.DISABLED
        camera = self._apply(Camera("", "", state=state, state_since=self.clock.now()), form, address)
        camera = looks.of(camera) if looks else camera
        with self.unit_of_work() as work:
            check_free(work, camera)
            camera = grouped(work, camera, form.groups)
            stored = work.cameras.add(camera, self._encrypted(address.password), encrypted_hidden(self.cipher, address))
            self._log(work, EventKind.CAMERA_ADDED, stored, actor)
            work.commit()
        return stored

    def change(self, camera_id: int, form: CameraForm, actor: str | None = None) -> Camera:
        """Change a camera; vision takes it up within two seconds.

        Raises:
            NotFound: there is no such camera.
            InputInvalid: name or address cannot be used.
            AlreadyExists: the name is taken.
        """
        with self.unit_of_work() as work:
            before = existing_camera(work, camera_id)
            kept = CameraAddress(before.url, hidden=hidden_of(work, self.cipher, camera_id) if MARK in form.url else ())
            address = self.usable_address(form.address(kept), kept_url=before.url)
            camera = grouped(work, self._apply(before, form, address), form.groups)
            check_free(work, camera)
            is_password_kept = before.has_password and form.password is None and not address.password
            check_secrets_stay_home(before.url, camera.url, is_password_kept=is_password_kept, typed_url=form.url)
            is_password_typed = form.password is not None or bool(address.password)
            is_elsewhere = (kept.url, kept.hidden) != (address.url, address.hidden)
            if is_password_typed or is_elsewhere or is_called_anew(before, camera):
                work.cameras.update(camera)
            work.cameras.set_groups(camera)
            if is_password_typed:
                work.cameras.set_password(camera_id, self._encrypted(address.password))
            if is_elsewhere:
                work.cameras.set_hidden(camera_id, encrypted_hidden(self.cipher, address))
            self._log(work, EventKind.CAMERA_CHANGED, camera, actor, **said_of_change(before, camera, form))
            self._restart_state(work, before, camera)
            work.commit()
        return camera

    def change_settings(self, camera_id: int, looks: CameraSettings, actor: str | None = None) -> Camera:
        """Change how and when a camera is analysed; vision takes it up within a second, without calling it again.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work() as work:
            before = existing_camera(work, camera_id)
            camera = looks.of(before)
            work.cameras.set_settings(camera)
            was = changed(looks.before(before).said(), looks.said())
            self._log(work, EventKind.CAMERA_CHANGED, camera, actor, **looks.said(), before=was.get("before"))
            work.commit()
        return camera

    def set_enabled(self, camera_id: int, enabled: bool, actor: str | None = None) -> Camera:
        """Watch a camera, or stop watching it.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work() as work:
            before = existing_camera(work, camera_id)
            camera = replace(before, enabled=enabled)
            work.cameras.update(camera)
            self._log(work, EventKind.CAMERA_CHANGED, camera, actor, **said_of_change(before, camera))
            self._restart_state(work, before, camera)
            work.commit()
        return camera

    def set_groups(self, camera_id: int, groups: Sequence[str], actor: str | None = None) -> Camera:
        """Put a camera into these groups and no others; its pictures go on.

        Raises:
            NotFound: there is no such camera.
            InputInvalid: the groups cannot be used.
        """
        with self.unit_of_work() as work:
            before = existing_camera(work, camera_id)
            camera = grouped(work, before, groups)
            work.cameras.set_groups(camera)
            self._log(work, EventKind.CAMERA_CHANGED, camera, actor, **said_of_change(before, camera))
            work.commit()
        return camera

    def remove(self, camera_id: int, actor: str | None = None) -> Camera:
        """Remove a camera; its incidents stay.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work() as work:
            camera = existing_camera(work, camera_id)
            work.cameras.remove(camera_id)
            self._log(work, EventKind.CAMERA_REMOVED, camera, actor)
            work.commit()
        return camera

    def report_state(
        self,
        camera_id: int,
        state: CameraState,
        reason: StateReason | None = None,
        opens_at: datetime | None = None,
        *,
        is_news: bool = True,
        outages: int = 0,
    ) -> None:
        """Keep what vision sees of a camera; a change is an event, the same state again is not.

        Args:
            camera_id: which.
            state: its state.
            reason: why, where there is something to say.
            opens_at: when a closed one is analysed again.
            is_news: False keeps it without an event; see `CameraNotice`.
            outages: how often an unstable camera that is steady again went away.
        """
        with self.unit_of_work() as work:
            before = work.cameras.get(camera_id)
            if before is None or not before.enabled:
                return
            after = replace(before, state=state, state_reason=reason, opens_at=opens_at)
            if after == before:
                return
            if is_news:
                self._set_state(work, before, after, **({"outages": outages} if outages else {}))
            else:
                work.cameras.set_state(after)
            work.commit()

    def _restart_state(self, work: UnitOfWork, before: Camera, after: Camera) -> None:
        """A camera that is switched on begins to connect; one that is switched off is nothing else any more."""
        if before.enabled != after.enabled:
            state = CameraState.CONNECTING if after.enabled else CameraState.DISABLED
            self._set_state(work, before, replace(after, state=state, state_reason=None, opens_at=None))

    def _set_state(self, work: UnitOfWork, before: Camera, after: Camera, **said: Any) -> None:
        at = self.clock.now()
        since = at if before.state is not after.state or before.state_since is None else before.state_since
        work.cameras.set_state(replace(after, state_since=since))
        payload = {
            "camera_id": after.camera_id,
            "camera": after.name,
            "state": after.state.value,
            "reason": after.state_reason.as_dict() if after.state_reason else None,
            "opens_at": after.opens_at.astimezone(UTC).isoformat() if after.opens_at else None,
        }
        work.events.append(Event(EventKind.CAMERA_STATE_CHANGED, at, payload | {"since": since.isoformat(), **said}))

    def _apply(self, before: Camera, form: CameraForm, address: CameraAddress) -> Camera:
        # One from before that would not be taken any more is no reason not to change the rest.
        name = before.name if form.name and form.name == before.name else checked_name(form.name, MAX_NAME_LENGTH)
        username = "" if address.kind not in NETWORK_KINDS else address.username
        place = before.place if form.place is None else tidy_name(form.place)
        if len(place) > MAX_PLACE_LENGTH:
            raise InputInvalid(
                "Expected a place of at most %(max_place_length)s characters, got %(count)s.",
                max_place_length=MAX_PLACE_LENGTH,
                count=len(place),
                field="place",
            )
        if place != before.place:
            check_visible(place, "place")
        return replace(before, name=name, place=place, url=address.url, username=username, enabled=form.enabled)

    def _encrypted(self, password: str) -> bytes | None:
        return self.cipher.encrypt(password) if password else None

    def _log(self, work: UnitOfWork, kind: EventKind, camera: Camera, actor: str | None, **said: Any) -> None:
        payload = {"camera_id": camera.camera_id, "camera": camera.name, "enabled": camera.enabled, **said}
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def existing_camera(work: ReadUnitOfWork, camera_id: int) -> Camera:
    """Return a camera.

    Raises:
        NotFound: there is no such camera.
    """
    camera = work.cameras.get(camera_id)
    if camera is None:
        raise NotFound("There is no camera %(camera_id)s; it may have been removed.", camera_id=camera_id)
    return camera
