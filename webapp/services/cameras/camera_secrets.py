"""What of a camera's address nobody may read: kept encrypted, sent to the camera's own host only."""

import json
from dataclasses import replace

from webapp.domain.cameras.addresses.hidden_values import MARK, without_secrets
from webapp.domain.cameras.cameras import NETWORK_KINDS, Camera, CameraAddress, parse_camera_address
from webapp.domain.events import Event, EventKind
from webapp.errors import InputInvalid
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory


def hidden_of(work: ReadUnitOfWork, cipher: SecretCipher, camera_id: int) -> tuple[str, ...]:
    """Return what the marks in a camera's address stand for."""
    encrypted = work.cameras.encrypted_hidden(camera_id)
    return tuple(json.loads(cipher.decrypt(encrypted))) if encrypted else ()


def encrypted_hidden(cipher: SecretCipher, address: CameraAddress) -> bytes | None:
    """Return what the marks of an address stand for as it is stored."""
    return cipher.encrypt(json.dumps(address.hidden)) if address.hidden else None


def host_of(url: str) -> str:
    """Return scheme, host and port of an address, to compare whether it is the same camera's."""
    return "/".join(url.lower().removeprefix("snapshot+").split("/", 3)[:3])


def check_secrets_stay_home(before_url: str, after_url: str, *, is_password_kept: bool, typed_url: str) -> None:
    """No stored secret is sent to another host: anyone who changes the address enters it again.

    Raises:
        InputInvalid: one would be.
    """
    if host_of(before_url) == host_of(after_url):
        return
    if is_password_kept:
        raise InputInvalid("The address names another host: enter the camera's password again.", field="password")
    if MARK in typed_url:
        raise InputInvalid(
            "The address names another host: enter again what %(mark)s stands for.", mark=MARK, field="url"
        )


def sealed_address(url: str, username: str = "", password: str = "") -> CameraAddress:
    """Return an address as an earlier version stored it, with all secrets apart, and calling the same as before.

    Where it cannot be told which part is the password, all of it is hidden.
    """
    if without_secrets(url) == url or CameraAddress(url).kind not in NETWORK_KINDS:
        return CameraAddress(url, username, password)
    try:
        return parse_camera_address(url, username, password)
    except InputInvalid:
        scheme, _, rest = url.partition("://")
        return CameraAddress(f"{scheme}://{MARK}", username, password, (rest,))


def seal_stored_addresses(unit_of_work: UnitOfWorkFactory, cipher: SecretCipher, clock: Clock) -> list[str]:
    """Take secrets out of the addresses that an earlier version stored in clear; return the names of these cameras."""
    with unit_of_work.reading() as work:
        wanted = [one.camera_id for one in work.cameras.list() if _is_to_seal(one.url)]
    if not wanted:
        return []
    with unit_of_work() as work:
        # Another process may have been here since.
        found = [camera for camera in map(work.cameras.get, wanted) if camera and _is_to_seal(camera.url)]
        for camera in found:
            _seal(work, cipher, clock, camera)
        work.commit()
    return [camera.name for camera in found]


def _is_to_seal(url: str) -> bool:
    return MARK not in url and sealed_address(url).url != url


def _seal(work: UnitOfWork, cipher: SecretCipher, clock: Clock, camera: Camera) -> None:
    camera_id = camera.camera_id
    # A stored password stays as it is, and is not read: its key may be lost.
    address = sealed_address(camera.url, camera.username, "stored" if camera.has_password else "")
    work.cameras.update(replace(camera, url=address.url, username=address.username))
    work.cameras.set_hidden(camera_id, encrypted_hidden(cipher, address))
    if address.password and not camera.has_password:
        work.cameras.set_password(camera_id, cipher.encrypt(address.password))
    payload = {"camera_id": camera_id, "camera": camera.name, "enabled": camera.enabled, "connection_changed": True}
    work.events.append(Event(EventKind.CAMERA_CHANGED, clock.now(), payload))
