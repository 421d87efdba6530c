"""What the steps of adding a camera ask for; each takes what was typed into the draft, right or not."""

import json
from dataclasses import asdict, replace

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from webapp.domain.cameras.addresses.hidden_values import without_secrets
from webapp.domain.cameras.cameras import CameraAddress, CameraKind, parse_camera_address
from webapp.domain.cameras.groups import parse_groups, split_groups
from webapp.domain.cameras.image_settings import TURNS_DEG
from webapp.errors import InputInvalid
from webapp.services.cameras.camera_secrets import check_secrets_stay_home, host_of
from webapp.services.cameras.camera_settings import MAX_NAME_LENGTH, MAX_PLACE_LENGTH
from webapp.services.cameras.camera_setup import CameraDraft
from webapp.web.admin.cameras.cameras import MAX_GROUPS_LENGTH
from webapp.web.admin.cameras.image_settings import ImageSettingsEntry
from webapp.web.admin.cameras.rules import RuleEntry, entry_of_rule
from webapp.web.admin.cameras.staff_choice import STAFF_CHOICES, STAFF_QUESTION
from webapp.web.admin.cameras.zones import ZonesEntry
from webapp.web.core.app_context import app_services
from webapp.web.core.template_filters import error_words

KIND_WORDS = {
    CameraKind.RTSP: (lazy("Network camera (RTSP)"), lazy("Most IP cameras. Amends can look for them on the network.")),
    CameraKind.HTTP: (lazy("Video over HTTP"), lazy("An MJPEG stream, an HLS playlist or an MP4 at a web address.")),
    CameraKind.SNAPSHOT: (
        lazy("Single pictures over HTTP"),
        lazy("A web address that answers with one picture (JPEG, PNG, BMP or WebP) and is asked again and again."),
    ),
    CameraKind.USB: (lazy("USB camera"), lazy("Plugged into the machine that Amends runs on.")),
    CameraKind.FILE: (
        lazy("Recorded video"),
        lazy("A file in the recordings folder of the machine that Amends runs on, played again and again."),
    ),
    CameraKind.KIOSK: (
        lazy("This device's camera"),
        lazy("A self-check-in screen's or a laptop's, through its browser."),
    ),
    CameraKind.DEMO: (
        lazy("Demonstration"),
        lazy("Pictures that Amends makes itself, to try everything without a camera."),
    ),
}
# Those that are typed begin empty: the kind adds what belongs before a host or a path.
FIRST_URLS = {
    CameraKind.USB: "usb:0",
    CameraKind.KIOSK: "kiosk:",
    CameraKind.DEMO: "demo:",
}


class KindEntry(FlaskForm):
    """What kind of camera it is."""

    kind = RadioField(
        lazy("Kind"),
        choices=[SelectChoice(kind.value, words) for kind, (words, _hint) in KIND_WORDS.items()],
        validators=[InputRequired(lazy("Choose a kind of camera."))],
    )

    @classmethod
    def of(cls, draft: CameraDraft) -> "KindEntry":
        """Return the form with what was typed before."""
        return cls(data={"kind": draft.kind})

    def take(self, draft: CameraDraft) -> CameraDraft:
        """Return the draft with the kind; another one brings another address."""
        kind = self.kind.data or ""
        if kind == draft.kind or kind not in set(CameraKind):
            return draft
        plugged_in = app_services().usb_cameras() if kind == CameraKind.USB else ()
        url = next((one.url for one in plugged_in), FIRST_URLS.get(CameraKind(kind), ""))
        return replace(draft, kind=kind, url=url, username="", password="", hidden=(), zones=(), staff="")


class AddressEntry(FlaskForm):
    """Where it is. The password that is kept is never put into the page."""

    before: CameraDraft

    device = RadioField(lazy("Plugged in now"), validate_choice=False)
    url = StringField(lazy("Address"), validators=[DataRequired(lazy("Enter the camera's address.")), Length(max=2000)])
    username = StringField(lazy("User name"), validators=[Length(max=255)])
    password = PasswordField(lazy("Password"), validators=[Length(max=255)])

    @classmethod
    def of(cls, draft: CameraDraft) -> "AddressEntry":
        """Return the form with what was typed before."""
        entry = cls(data={"url": draft.url, "username": draft.username, "device": draft.url})
        entry.before = draft
        plugged_in = app_services().usb_cameras() if draft.kind == CameraKind.USB else ()
        entry.device.choices = [SelectChoice(one.url, one.name) for one in plugged_in]
        return entry

    def validate_url(self, field: StringField) -> None:
        """Say what is wrong of the address as it was typed: `take` keeps none of its secrets where it is."""
        try:
            self._typed_address()
        except InputInvalid as error:
            raise ValidationError(error_words(error)) from None

    def take(self, draft: CameraDraft) -> CameraDraft:
        """Return the draft with the address; credentials inside it are moved to their own fields."""
        try:
            address = self._typed_address()
            draft = replace(draft, kind=address.kind.value)
        except InputInvalid:
            shown = without_secrets((self.url.data or "").strip())
            address = CameraAddress(shown, self.username.data or "", self.password.data or "")
        self.url.data, self.username.data = address.url, address.username
        password = address.password or (draft.password if host_of(address.url) == host_of(draft.url) else "")
        return replace(draft, url=address.url, username=address.username, password=password, hidden=address.hidden)

    def _typed_address(self) -> CameraAddress:
        before = self.before
        # What stood there already is no choice: then the address counts, which may be another now.
        is_chosen = self.device.data in {choice.value for choice in self.device.choices} - {before.url}
        url = (self.device.data if is_chosen else self.url.data) or ""
        kept = CameraAddress(before.url, hidden=before.hidden)
        chosen = CameraKind(before.kind)
        address = parse_camera_address(url, self.username.data or "", self.password.data or "", kept, chosen)
        check_secrets_stay_home(before.url, address.url, is_password_kept=False, typed_url=url)
        return address


class PictureEntry(ImageSettingsEntry):
    """How the picture is turned."""

    @classmethod
    def of(cls, draft: CameraDraft) -> "PictureEntry":
        """Return the form with what was typed before."""
        return cls(data={"turn_deg": str(draft.turn_deg), "is_mirrored": draft.is_mirrored})

    def take(self, draft: CameraDraft) -> CameraDraft:
        """Return the draft with the turn."""
        if self.turn_deg.data not in set(map(str, TURNS_DEG)):
            return draft
        image_settings = draft.image_settings().turned(int(self.turn_deg.data), is_mirrored=self.is_mirrored.data)
        zones = tuple(zone.as_dict() for zone in image_settings.zones)
        return replace(draft, turn_deg=image_settings.turn_deg, is_mirrored=image_settings.is_mirrored, zones=zones)


class NameEntry(FlaskForm):
    """What it is called, and where it hangs."""

    name = StringField(
        lazy("Name"), validators=[DataRequired(lazy("Give the camera a name.")), Length(max=MAX_NAME_LENGTH)]
    )
    place = StringField(lazy("Place"), validators=[Length(max=MAX_PLACE_LENGTH)])
    groups = StringField(lazy("Groups"), validators=[Length(max=MAX_GROUPS_LENGTH)])

    @classmethod
    def of(cls, draft: CameraDraft) -> "NameEntry":
        """Return the form with what was typed before."""
        return cls(data={"name": draft.name, "place": draft.place, "groups": ", ".join(draft.groups)})

    def validate_groups(self, field: StringField) -> None:
        """Say what is wrong with the groups."""
        try:
            parse_groups(split_groups(field.data or ""))
        except InputInvalid as error:
            raise ValidationError(error_words(error)) from None

    def take(self, draft: CameraDraft) -> CameraDraft:
        """Return the draft with name, place and groups."""
        groups = split_groups(self.groups.data or "")
        return replace(draft, name=self.name.data or "", place=self.place.data or "", groups=groups)


class ZonesStepEntry(ZonesEntry):
    """Its zones, and where staff stand: asked now, so that it is not forgotten; nobody real is in a demonstration."""

    staff = RadioField(
        STAFF_QUESTION,
        choices=[*STAFF_CHOICES, SelectChoice("later", lazy("I will say so later: until then nobody is analysed"))],
        validators=[InputRequired(lazy("Say where staff stand, or that you will say so later."))],
    )

    @classmethod
    def of(cls, draft: CameraDraft) -> "ZonesStepEntry":
        """Return the form with what was drawn before."""
        entry = cls(data={"zones": json.dumps(draft.zones), "staff": draft.staff or None})
        if draft.kind == CameraKind.DEMO:
            del entry.staff
        return entry

    def take(self, draft: CameraDraft) -> CameraDraft:
        """Return the draft with the zones.

        Raises:
            InputInvalid: they cannot be used.
        """
        staff = (self.staff.data or "") if "staff" in self else ""
        return replace(draft, zones=tuple(zone.as_dict() for zone in self.parsed()), staff=staff)


class FirstRuleEntry(RuleEntry):
    """What alerts on it."""

    @classmethod
    def of(cls, draft: CameraDraft) -> "FirstRuleEntry":
        """Return the form with what was typed before."""
        return cls(data=entry_of_rule(draft.overrides()))

    def take(self, draft: CameraDraft) -> CameraDraft:
        """Return the draft with the rule; what is no number is left out."""
        return replace(
            draft, rule={name: value for name, value in asdict(self.overrides()).items() if value is not None}
        )
