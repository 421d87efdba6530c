"""A site's line to its central instance: what housekeeping last found of it, where one is set."""

from collections.abc import Iterator

from webapp.cli.doctor.findings import Finding, Level
from webapp.domain.sites.central_state import CentralFault, CentralState
from webapp.errors import SettingsInvalid
from webapp.settings import Settings

_NETWORK = "Look at the network, at AMENDS_CENTRAL_URL, and whether the central instance runs; nothing is lost."
_ADDRESS = "Look at AMENDS_CENTRAL_URL; upgrade the central instance before its sites."
_ADVICE = {
    CentralFault.UNREACHABLE: _NETWORK,
    CentralFault.TIMED_OUT: _NETWORK,
    CentralFault.UNTRUSTED: "Look at AMENDS_CENTRAL_URL and at the system's certificates (SSL_CERT_FILE).",
    CentralFault.TOKEN_REFUSED: "Make another token there (Registered sites), and set AMENDS_CENTRAL_TOKEN to it.",
    CentralFault.REFUSED: _ADDRESS,
    CentralFault.MOVED: "Set AMENDS_CENTRAL_URL to the address it leads to.",
    CentralFault.NOT_UNDERSTOOD: _ADDRESS,
}


def check_central(settings: Settings) -> Iterator[Finding]:
    """Yield how the line is; nothing where this site tells nobody. The central instance is not asked."""
    if not settings.central_url:
        return
    try:
        settings.read_central_token()
    except SettingsInvalid as error:
        yield Finding("central", Level.ERROR, f"{error}.")
        return
    from webapp.runtime.sites.central_note import CentralNote

    yield _finding(CentralNote(settings.slots_dir).state())


def _finding(state: CentralState | None) -> Finding:
    if state is None:
        return Finding("central", Level.WARNING, "Nothing is known of the line yet.", "Start Amends: it is told then.")
    taken = (
        f"it last took something at {state.contact_at:%Y-%m-%d %H:%M} UTC"
        if state.contact_at
        else "it took nothing yet"
    )
    if state.fault is None:
        return Finding("central", Level.OK, f"The central instance takes what happens here: {taken}.")
    words = f"The central instance is not told ({state.fault.value}), since {state.since:%Y-%m-%d %H:%M} UTC; {taken}."
    return Finding("central", Level.WARNING, words, _ADVICE[state.fault])
