"""The blueprint of the pages on which an admin says who is notified."""

from flask import Blueprint

notifications = Blueprint("notifications", __name__, url_prefix="/admin/notifications")
