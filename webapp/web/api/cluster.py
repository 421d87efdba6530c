"""The machines of a cluster, over the API: for admins."""

from typing import Any

from webapp.domain.people.roles import Role
from webapp.errors import NotFound
from webapp.web.api.blueprint import APIBlueprint
from webapp.web.api.cluster_schemas import ClusterSchema
from webapp.web.api.schemas import ErrorSchema
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, requires

api_cluster = APIBlueprint("api_cluster", __name__, description="The machines that watch cameras together.")


@api_cluster.get("")
@api_cluster.response(200, ClusterSchema)
@api_cluster.alt_response(404, schema=ErrorSchema, description="One machine watches all cameras itself.")
@requires(Role.ADMIN, Credentials.TOKEN)
def cluster() -> dict[str, Any]:
    """Return how each machine is, and which cameras it watches."""
    status = app_services().system.cluster()
    if status is None:
        raise NotFound("This machine watches all cameras itself: there is no cluster.")
    # One box is never asked, and does not load it.
    from webapp.services.cluster.status import status_payload

    return status_payload(status)
