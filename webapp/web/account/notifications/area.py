"""The blueprint of the page on which each person says how they are notified."""

from flask import Blueprint

my_notifications = Blueprint("my_notifications", __name__, url_prefix="/account/notifications")
