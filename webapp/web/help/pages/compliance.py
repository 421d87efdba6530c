"""Pages about the law, for admins."""

from flask_babel import lazy_gettext as lazy

from webapp.web.help.pages.page_words import PageHelp

COMPLIANCE_PAGES = {
    "admin.compliance_file": PageHelp(
        lazy(
            "Each duty with its article, with what the software shows for it, and with what you have to decide "
            "yourself. Print it or export it for your data protection officer; it is no legal advice."
        ),
        "notice",
        "compliance",
    ),
    "admin.compliance_answers": PageHelp(
        lazy(
            "Answers that no software can give, such as who is in charge and which risks you see. They stand in "
            "the compliance file as you write them."
        ),
        "notice",
        "compliance",
    ),
    "admin.visitor_request": PageHelp(
        lazy(
            "Find what is kept of a camera and a time, hand it over, or delete it with proof. Nobody is "
            "identified, so ask the visitor for both as exactly as they can say."
        ),
        "notice",
        "visitor-request",
    ),
    "admin.deletion_proof": PageHelp(
        lazy(
            "What was deleted on a visitor's request, and that nothing was found afterwards. Print it for your "
            "files; backups named here may hold the same until they are deleted."
        ),
        "notice",
        "visitor-request",
    ),
}
