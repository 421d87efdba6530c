"""The blueprint of the API's calls."""

from flask_smorest import Blueprint

from webapp.web.core.input.bounded_json import BoundedParser


class APIBlueprint(Blueprint):
    """Calls that read what is sent within the bounds of the app."""

    ARGUMENTS_PARSER = BoundedParser()
