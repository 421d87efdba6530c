"""The blueprint that the admin's pages share."""

from flask import Blueprint, g

from webapp.domain.people.roles import Role
from webapp.services.model.model_problem import ModelProblem
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import signed_in_user
from webapp.web.core.page_facts import page_facts

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"disk_nearly_full": _disk_nearly_full, "model_problem": _model_problem, "product_name": _product_name}


def _disk_nearly_full() -> bool:
    """Tell an admin, and nobody else, that the disk is nearly full."""
    if g.get("amends_failed"):
        return False
    user = signed_in_user()
    return user is not None and user.may(Role.ADMIN) and app_services().system.is_disk_nearly_full()


def _model_problem() -> ModelProblem | None:
    """Tell those who are signed in that nobody is being analysed."""
    is_asked = not g.get("amends_failed") and signed_in_user() is not None
    return app_services().model_cards.problem() if is_asked else None


def _product_name() -> str:
    return page_facts().site.product_name
