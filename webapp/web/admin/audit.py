"""The audit trail: who did what, and who viewed what."""

from flask import render_template, request

from webapp.domain.people.audit import AuditTopic
from webapp.domain.people.roles import Role
from webapp.web.admin.area import admin
from webapp.web.audit.audit_query import AuditQuery
from webapp.web.audit.audit_words import TOPIC_WORDS, details, kind_words
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires


@admin.get("/audit")
@requires(Role.ADMIN)
def audit() -> str | tuple[str, int]:
    """The trail, newest first; the filter stays in the address."""
    services, query = app_services(), AuditQuery(request.args)
    page = None if query.errors else services.audit.search(query.wanted, page=query.page)
    shown = render_template(
        "audit/audit.html",
        query=query,
        page=page,
        topics=[(topic.value, TOPIC_WORDS[topic]) for topic in AuditTopic],
        people=[(user.name, user.name) for user in services.accounts.list()],
        kind_words=kind_words,
        details=details,
    )
    return (shown, 400) if query.errors else shown
