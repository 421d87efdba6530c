"""What goes in and out of the API about the site and what is on record."""

from marshmallow import Schema, fields, validate

from webapp.domain.site.site_records import MAX_NAME_LENGTH, MAX_REASON_LENGTH, LegalBasis, RecordKind, StaffChoice
from webapp.web.api.strict_fields import ChangeSchema, StrictBoolean, StrictInteger, StrictSchema, text

_MAX_ID = 2**31 - 1
_BASES, _KINDS = [basis.value for basis in LegalBasis], [kind.value for kind in RecordKind]


class SiteRecordSchema(Schema):
    """One thing that was put on record; it is never changed."""

    record_id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    camera_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Whose staff zones; null for the whole site."}
    )
    content = fields.Dict(
        required=True,
        metadata={
            "description": "What holds: `operator`, `purpose`, `contact` and `legal_basis`, `reason` of a purpose, "
            "`hangs_since`, `hung_by` of a notice; `camera`, `choice`, `staff_zones` of staff zones."
        },
    )
    at = fields.String(required=True)
    by = fields.String(required=True)


class SiteRecordsSchema(Schema):
    """The newest records of the whole site; null where there is none."""

    purpose = fields.Nested(SiteRecordSchema, required=True, allow_none=True)
    notice = fields.Nested(SiteRecordSchema, required=True, allow_none=True)


class WaitingCameraSchema(Schema):
    """An enabled camera that lacks a record."""

    camera_id = fields.Integer(required=True)
    camera = fields.String(required=True)
    missing = fields.List(fields.String(validate=validate.OneOf(_KINDS)), required=True)
    is_analysed = fields.Boolean(
        required=True, metadata={"description": "Whether its faces are analysed all the same: until `shuts_at`."}
    )
    shuts_at = fields.String(required=True, allow_none=True)


class SiteSchema(Schema):
    """What the site says of itself, and what is on record."""

    product_name = fields.String(required=True)
    operator = fields.String(required=True)
    purpose = fields.String(required=True)
    contact = fields.String(required=True)
    public_url = fields.String(required=True)
    time_zone = fields.String(required=True)
    language = fields.String(required=True)
    is_complete = fields.Boolean(
        required=True, metadata={"description": "Whether the notice says who uses it and whom people may ask."}
    )
    missing = fields.List(
        fields.String(validate=validate.OneOf(_KINDS)),
        required=True,
        metadata={"description": "What the whole site has not on record as it is now: no camera is analysed."},
    )
    records = fields.Nested(SiteRecordsSchema, required=True)
    waiting = fields.List(fields.Nested(WaitingCameraSchema), required=True)


class NewRecordsSchema(StrictSchema):
    """Purpose and notice, put on record in the same act."""

    legal_basis = fields.String(required=True, validate=validate.OneOf(_BASES))
    reason = text(1, MAX_REASON_LENGTH, is_visible=True, required=True)
    hangs_since = fields.Date(required=True)
    hung_by = text(1, MAX_NAME_LENGTH, is_visible=True, required=True)


class SiteChangeSchema(ChangeSchema):
    """What to change of what the site says; a field that is left out stays.

    Another operator, purpose or contact has to be put on record again: with `records` in the same act, or else
    `may_stop` says that cameras may analyse nobody until it is.
    """

    operator = text(0, 120)
    purpose = text(1, 400, is_visible=True)
    contact = text(0, 200)
    time_zone = text(0, 64)
    records = fields.Nested(NewRecordsSchema)
    may_stop = StrictBoolean()


class NewSiteRecordSchema(StrictSchema):
    """What to put on record; which fields are needed depends on `kind`."""

    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    legal_basis = fields.String(validate=validate.OneOf(_BASES), metadata={"description": "Of a purpose."})
    reason = text(1, MAX_REASON_LENGTH, is_visible=True, metadata={"description": "Of a purpose."})
    hangs_since = fields.Date(metadata={"description": "Of a notice.", "x-instead": True})
    hung_by = text(1, MAX_NAME_LENGTH, is_visible=True, metadata={"description": "Of a notice.", "x-instead": True})
    camera_id = StrictInteger(
        validate=validate.Range(1, _MAX_ID), metadata={"description": "Of staff zones.", "x-instead": True}
    )
    choice = fields.String(
        validate=validate.OneOf([choice.value for choice in StaffChoice]),
        metadata={"description": "Of staff zones.", "x-instead": True},
    )
