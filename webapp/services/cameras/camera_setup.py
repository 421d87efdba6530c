"""A camera that an admin is about to add: kept between the steps, encrypted, and nowhere else."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.cameras.addresses.hidden_values import put_back
from webapp.domain.cameras.cameras import CameraAddress, parse_camera_address
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import parse_zones
from webapp.errors import AmendsError
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.ports import Clock, RuleOverrides, SecretCipher, UnitOfWorkFactory

_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class CameraDraft:
    """What was typed so far, right or not; nothing watches it.

    Attributes:
        kind: what was chosen first; the value of a `CameraKind`, or empty.
        password: kept out of `repr`, and never put into a page.
        hidden: what the marks in `url` stand for; likewise.
        zones: as `Zone.as_dict` writes them.
        staff: what was chosen of where staff stand: the value of a `StaffChoice`, "later", or empty.
        rule: the fields of `RuleOverrides` that were set.
        found: what was found on the network and is offered: name, model, host and service address of each.
        streams: what the chosen one of them sends and is offered: the fields of `CameraStream`, without user name and
            password.
    """

    kind: str = ""
    url: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    name: str = ""
    place: str = ""
    groups: tuple[str, ...] = ()
    turn_deg: int = 0
    is_mirrored: bool = False
    zones: tuple[Mapping[str, Any], ...] = ()
    staff: str = ""
    rule: Mapping[str, Any] = field(default_factory=dict)
    found: tuple[Mapping[str, str], ...] = ()
    streams: tuple[Mapping[str, Any], ...] = ()

    def address(self) -> CameraAddress:
        """Return where the camera is.

        Raises:
            InputInvalid: the address cannot be used.
        """
        return parse_camera_address(self.url, self.username, self.password, CameraAddress(self.url, hidden=self.hidden))

    def image_settings(self) -> ImageSettings:
        """Return how its pictures are to be brought into shape.

        Raises:
            InputInvalid: a zone cannot be used.
        """
        return ImageSettings(self.turn_deg, self.is_mirrored, parse_zones(list(self.zones)))

    def form(self) -> CameraForm:
        """Return it as the cameras' use cases take it."""
        url = put_back(self.url, self.hidden)
        return CameraForm(self.name, url, self.username, self.password, place=self.place, groups=self.groups)

    def settings(self) -> CameraSettings:
        """Return how it is to be analysed.

        Raises:
            InputInvalid: a zone cannot be used.
        """
        return CameraSettings(self.image_settings())

    def overrides(self) -> RuleOverrides:
        """Return what of the alert rule is set apart."""
        emotions = tuple(self.rule.get("emotions") or ()) or None
        return RuleOverrides(**{**self.rule, "emotions": emotions})


@dataclass(frozen=True)
class DraftService:
    """The use cases around drafts: one for each person, for a day."""

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock

    def get(self, user_id: int) -> CameraDraft:
        """Return a person's draft; an empty one where there is none, or none that can still be read."""
        with self.unit_of_work.reading() as work:
            stored = work.settings.get(_key(user_id))
        try:
            kept = json.loads(self.cipher.decrypt(stored.encode())) if stored else None
        except AmendsError:
            return CameraDraft()
        if kept is None or self.clock.now() - datetime.fromisoformat(kept["at"]) > _KEPT:
            return CameraDraft()
        draft = kept["draft"]
        lists = {name: tuple(draft.get(name, ())) for name in ("zones", "found", "streams", "hidden", "groups")}
        # Those of an earlier version have no address of this kind: they are asked for again.
        lists["streams"] = tuple(stream for stream in lists["streams"] if "address" in stream)
        return CameraDraft(**{**draft, **lists})

    def put(self, user_id: int, draft: CameraDraft) -> None:
        """Keep a person's draft in place of the one before."""
        written = json.dumps({"at": self.clock.now().isoformat(), "draft": asdict(draft)})
        self._store(user_id, self.cipher.encrypt(written).decode())

    def forget(self, user_id: int) -> None:
        """Forget a person's draft."""
        self._store(user_id, "")

    def _store(self, user_id: int, text: str) -> None:
        with self.unit_of_work() as work:
            work.settings.put(_key(user_id), text)
            work.commit()


def _key(user_id: int) -> str:
    return f"camera_draft:{user_id}"
