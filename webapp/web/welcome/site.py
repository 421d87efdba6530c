"""The first step: what the site is called, and whose clocks and language are meant."""

from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep, StepState
from webapp.errors import InputInvalid
from webapp.web.admin.site_forms import SiteNameEntry
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.welcome.area import go_on, step_page, welcome


@welcome.route("/site", methods=["GET", "POST"], endpoint="site")
@requires(Role.ADMIN)
def site_step() -> Response | str | tuple[str, int]:
    """Name, language and time zone."""
    service = app_services().site
    held = service.get()
    entry = SiteNameEntry(obj=held)
    if not entry.is_submitted():
        return _page(entry)
    try:
        if entry.validate():
            wanted = entry.site(held)
            if wanted != held:
                service.change(wanted, current_person().name)
            app_services().first_day.note(FirstDayStep.SITE, StepState.DONE)
            return go_on(FirstDayStep.SITE)
    except InputInvalid as error:
        put_error(entry, error)
    return _page(entry), 400


def _page(entry: SiteNameEntry) -> str:
    return step_page(FirstDayStep.SITE, form=entry, machine_zone=app_services().site.machine_zone)
