"""Errors are data: a code for programs, a message with its values for people, and the field of an input."""

from webapp import errors
from webapp.domain.cameras.cameras import StateReason
from webapp.errors import AlreadyExists, AmendsError, CameraTimedOut, InputInvalid

CLASSES = [
    one for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, AmendsError) and not name.startswith("_")
]  # fmt: skip


def test_each_kind_of_error_has_a_code_of_its_own() -> None:
    codes = [one.code for one in CLASSES]
    assert len(codes) > 15
    assert len(set(codes)) == len(codes)


def test_an_error_keeps_its_values_and_its_field_apart_from_its_message() -> None:
    error = AlreadyExists("'%(name)s' is taken.", name="Desk", field="name")
    assert (error.text, error.values, error.field, str(error)) == (
        "'%(name)s' is taken.", {"name": "Desk"}, "name", "'Desk' is taken.",
    )  # fmt: skip
    assert InputInvalid("That is 100 % wrong.").field == ""


def test_a_reason_comes_back_from_storage_as_it_went() -> None:
    reason = StateReason.of(CameraTimedOut("Nothing within %(timeout_s)s s.", timeout_s="5"))
    assert StateReason.from_stored(reason.as_dict()) == reason
    assert (str(reason), reason.code) == ("Nothing within 5 s.", "camera_timed_out")


def test_the_sentence_of_an_earlier_version_is_kept_as_it_was_said() -> None:
    reason = StateReason.from_stored("No picture came: 100 % loss.")
    assert str(reason) == "No picture came: 100 % loss."
    assert StateReason.from_stored("") is StateReason.from_stored(None) is None
