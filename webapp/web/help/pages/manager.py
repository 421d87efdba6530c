"""Pages for managers."""

from flask_babel import lazy_gettext as lazy

from webapp.web.help.pages.page_words import PageHelp

MANAGER_PAGES = {
    "manager.incidents": PageHelp(
        lazy(
            "Every alert with its outcome, its picture and its note, as long as they are kept. Filter and "
            "search here, resolve several at once, and export what you have filtered."
        ),
        "incidents",
        "log",
    ),
    "manager.incident": PageHelp(
        lazy(
            "Everything that is kept of one alert: who acknowledged it, how long that took, and how it ended. "
            "The score says how angry the face looked to a program; what the person felt, nobody measured."
        ),
        "incidents",
        "one-incident",
    ),
    "manager.insights": PageHelp(
        lazy(
            "When and where alerts happened, how long people waited, and how many were false alarms. They are "
            "figures about alerts, not about guests or staff: do not judge anyone by them."
        ),
        "insights",
        "insights",
    ),
    "manager.summary": PageHelp(
        lazy(
            "One day on one page: how many alerts, how fast someone came, and what is left to do. Print it "
            "for the meeting of the shift."
        ),
        "insights",
        "summary",
    ),
    "manager.advice_choice": PageHelp(
        lazy(
            "Which trigger threshold would have suited a camera, from what it saw and from the outcomes that "
            "staff chose. Choose a camera; nothing changes before you apply a value."
        ),
        "insights",
        "threshold-advice",
    ),
    "manager.advice": PageHelp(
        lazy(
            "How many alerts this camera would have raised at other thresholds, and how many of them were "
            "false alarms. The more outcomes your staff enter, the better the advice."
        ),
        "insights",
        "threshold-advice",
    ),
    "model_card.show": PageHelp(
        lazy(
            "What the AI model is, what it was tested with, and how often it errs. Read it before you trust a "
            "score, and show it to anyone who asks."
        ),
        "expressions",
        "how-good",
    ),
}
