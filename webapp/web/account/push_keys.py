"""Makes the pair that speaks for this installation at push services; loaded when there is none yet."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.domain.notifications.push_subscriptions import PushKeys, to_base64


def new_push_keys() -> PushKeys:
    """Return a pair that nobody has had before."""
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return PushKeys(to_base64(point), to_base64(key.private_numbers().private_value.to_bytes(32)))
