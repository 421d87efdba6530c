"""What is larger than a form: taken only from who may send it.

Pictures, to be tested or as a logo, are never put on a disk; a backup that is to be put back comes in pieces.
"""

import io
from typing import IO

from flask import Flask, Request, request

from webapp.domain.people.roles import Role
from webapp.services.model.photo_test import MAX_PICTURE_BYTES
from webapp.web.core.guards import signed_in_user

_LEAST_ROLES = {"photo_test.run": Role.STAFF, "admin.change_logo": Role.ADMIN, "admin.upload_backup": Role.ADMIN}
# What a form puts around a file.
_AROUND_BYTES = 64 * 1024


class InMemoryRequest(Request):
    """A request whose files stay in memory; Werkzeug would put those above half a megabyte on the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def init_app(app: Flask) -> None:
    """Let larger things in. Stands before whatever reads a form, such as the protection against forged ones."""
    app.request_class = InMemoryRequest
    app.before_request(_make_room)


def _make_room() -> None:
    role = _LEAST_ROLES.get(request.endpoint or "")
    user = signed_in_user() if role else None
    if role and user and user.may(role):
        request.max_content_length = MAX_PICTURE_BYTES + _AROUND_BYTES
