"""The blueprint that the manager's pages share."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.exceptions import Unauthorized

from webapp.domain.accounts import User
from webapp.web.guards import signed_in_user

manager = Blueprint("manager", __name__)


def me() -> User:
    """Return who is looking.

    Raises:
        Unauthorized: nobody is signed in.
    """
    user = signed_in_user()
    if user is None:
        raise Unauthorized(_("Please log in."))
    return user
