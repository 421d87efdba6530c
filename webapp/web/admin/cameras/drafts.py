"""The draft of the camera that who is signed in is about to add."""

from webapp.services.cameras.camera_setup import CameraDraft
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person


def my_draft() -> CameraDraft:
    """Return the draft of who is signed in."""
    return app_services().drafts.get(current_person().user_id)


def keep_draft(draft: CameraDraft) -> None:
    """Keep the draft of who is signed in."""
    app_services().drafts.put(current_person().user_id, draft)
