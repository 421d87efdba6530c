"""What the API says of a cluster."""

from marshmallow import Schema, fields, validate

from webapp.domain.cluster.status import NodeState


class ClusterCameraSchema(Schema):
    """A camera of a machine."""

    camera_id = fields.Integer(required=True)
    camera = fields.String(required=True)


class ClusterNodeSchema(Schema):
    """One machine."""

    name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in NodeState]))
    is_draining = fields.Boolean(required=True, metadata={"description": "Whether its cameras are to go to others."})
    silent_s = fields.Float(required=True, metadata={"description": "Seconds without a sign; 0 unless it is silent."})
    capacity = fields.Float(required=True, metadata={"description": "Processor cores that it gives to cameras."})
    taken = fields.Float(
        required=True,
        attribute="load",
        data_key="load",
        metadata={"description": "Cores that its cameras take, reckoned."},
    )
    cameras = fields.List(fields.Nested(ClusterCameraSchema), required=True)
    version = fields.String(required=True)
    started_at = fields.String(required=True, allow_none=True)


class ClusterSchema(Schema):
    """The machines that watch cameras together."""

    nodes = fields.List(fields.Nested(ClusterNodeSchema), required=True)
    decides = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who places cameras: `controller`, else a machine; null: nobody that is known of."},
    )
    unwatched = fields.List(
        fields.Nested(ClusterCameraSchema), required=True, metadata={"description": "Cameras that nobody watches."}
    )
    moving = fields.List(
        fields.Nested(ClusterCameraSchema),
        required=True,
        metadata={"description": "Cameras on their way from one machine to another."},
    )
    is_observed = fields.Boolean(
        required=True, metadata={"description": "Whether states are known; housekeeping of this server observes them."}
    )
