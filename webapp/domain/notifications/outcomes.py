"""What became of one try to send something."""

from dataclasses import dataclass
from enum import StrEnum


class SendFailure(StrEnum):
    """Why a message was not taken; words for it are made where people read them."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNTRUSTED = "untrusted"
    LOGIN_REFUSED = "login_refused"
    REFUSED = "refused"
    TOO_MANY = "too_many"
    GONE = "gone"
    FORBIDDEN_ADDRESS = "forbidden_address"
    NOT_SET_UP = "not_set_up"
    OWN_FAULT = "own_fault"


@dataclass(frozen=True)
class Outcome:
    """What became of it.

    Attributes:
        failure: why it was not taken; None where it was.
        is_final: whether trying again is no use, such as where the other side says that the address is gone.
        retry_after_s: seconds that the other side asks to wait; 0 where it asks for none.
        detail: what exactly was answered, such as a status; never a secret, an address or a name.
    """

    failure: SendFailure | None = None
    is_final: bool = False
    retry_after_s: float = 0.0
    detail: str = ""


TAKEN = Outcome()
