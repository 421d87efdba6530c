"""The blueprint that the manager's pages share."""

from flask import Blueprint

manager = Blueprint("manager", __name__)
