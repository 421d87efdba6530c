"""The pages of a central instance."""

from flask_babel import lazy_gettext as lazy

from webapp.web.help.pages.page_words import PageHelp

_SITES = ("system", "sites")
SITE_PAGES = {
    "sites.overview": PageHelp(
        lazy(
            "Each site that sends what happens there, with its open alerts and its cameras. One that is silent is "
            "shown as it was when it last spoke."
        ),
        *_SITES,
    ),
    "sites.site": PageHelp(
        lazy(
            "What happened at one site, as it sent it: alerts are taken and resolved there, not here. What the site "
            "deletes goes here too."
        ),
        *_SITES,
    ),
    "sites.registered": PageHelp(
        lazy(
            "Register a site, and set the token that it gets in the environment of its server. The token is shown "
            "once; make another one if it is lost."
        ),
        *_SITES,
    ),
    "sites.access": PageHelp(
        lazy("Mark which sites each person sees. Of the others they read nothing, neither on a page nor with a token."),
        *_SITES,
    ),
}
