"""Fields that take what the OpenAPI document says, and nothing that can merely be read as that."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema


class StrictSchema(Schema):
    """What is sent: a field that nobody knows is refused, and the document says so."""

    class Meta:
        """How it is read."""

        unknown = RAISE


class ChangeSchema(StrictSchema):
    """What is to be changed: something, at least."""

    @validates_schema
    def _check_something(self, sent: Mapping[str, Any], **_more: Any) -> None:
        if not sent:
            raise ValidationError("Expected at least one field to change.")


class StrictBoolean(fields.Boolean):
    """True or false, and no text or number that stands for it."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **more)


class StrictInteger(fields.Integer):
    """A whole number, and no text that stands for it; 90.0 is one, as JSON knows numbers alone."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **more)


class StrictFloat(fields.Float):
    """A finite number, and no text that stands for it."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **more)


class UTCDateTime(fields.AwareDateTime):
    """An aware time, in UTC; one at the end of time stays within it."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        at: datetime = super()._deserialize(value, *args, **more)
        try:
            return at.astimezone(UTC)
        except OverflowError:
            return (datetime.min if at.year == 1 else datetime.max).replace(tzinfo=UTC)


def text(least: int = 0, most: int | None = None, *, is_visible: bool = False, **more: Any) -> fields.String:
    """Return a field for a text that can be stored.

    Args:
        least: its least length.
        most: its greatest one.
        is_visible: whether something else than spaces has to be in it.
        more: as for any field.
    """
    pattern = r"^[^\0]*[^\s\0][^\0]*$" if is_visible else r"^[^\0]*$"
    return fields.String(validate=[validate.Length(least, most), validate.Regexp(pattern)], **more)
