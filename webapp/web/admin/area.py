"""The blueprint that the admin's pages share."""

from flask import Blueprint, g, request, session, url_for

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep
from webapp.services.model.model_problem import ModelProblem
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import signed_in_user
from webapp.web.core.page_facts import page_facts

# In a session that came from the guide of the first day: the step that the admin's pages lead back to.
IN_GUIDE = "guide_step"

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {
        "disk_nearly_full": _disk_nearly_full,
        "model_problem": _model_problem,
        "product_name": _product_name,
        "guide_step": _guide_step,
    }


def back_to_guide(otherwise: str) -> str:
    """Return the address of the guide's step for who came from there, else another one."""
    step = session.get(IN_GUIDE)
    return url_for(f"welcome.{step}") if step in set(FirstDayStep) else otherwise


def _guide_step() -> FirstDayStep | None:
    """Return the step that a page of the admin leads back to; None on all other pages."""
    step = session.get(IN_GUIDE) if request.blueprint in ("admin", "notice") and signed_in_user() else None
    return FirstDayStep(step) if step in set(FirstDayStep) else None


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
