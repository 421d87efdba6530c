"""The blueprint that the pages of sites share, and whether a person is led to them."""

from flask import Blueprint

from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_settings
from webapp.web.core.guards import signed_in_user
from webapp.web.core.page_facts import page_facts

sites = Blueprint("sites", __name__)


@sites.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"sees_sites": _sees_sites}


def _sees_sites() -> bool:
    """Tell whether the menu leads to the sites: there are some to see, or an admin may register the first one."""
    user = signed_in_user()
    is_first = app_settings().central and user is not None and user.may(Role.ADMIN)
    return page_facts().sees_sites or is_first
