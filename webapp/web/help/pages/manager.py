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
            "One alert: acknowledge it and resolve it here too, and correct or reopen it afterwards if its outcome "
            "was wrong. A program saw an expression; what the person felt, nobody measured."
        ),
        "incidents",
        "one-incident",
    ),
    "manager.insights": PageHelp(
        lazy(
            "When and where alerts happened, how long people waited, how many were false alarms, and which "
            "expressions were seen. They are no figures about single guests or staff: do not judge anyone by them."
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
