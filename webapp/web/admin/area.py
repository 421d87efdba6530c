"""The blueprint that the admin's pages share."""

from flask import Blueprint

from webapp.web.guards import signed_in_user

admin = Blueprint("admin", __name__, url_prefix="/admin")


def actor() -> str | None:
    """Return the name under which the audit trail keeps what is done now."""
    user = signed_in_user()
    return user.name if user else None
