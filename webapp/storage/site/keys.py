"""The keys of an installation: made on first use, readable by their owner only, beside the database."""

import os
import secrets
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import Argon2Error, InvalidHashError

from webapp.errors import SettingsInvalid

# Cryptography is loaded once something is encrypted: of the processes that have these adapters most never do.
if TYPE_CHECKING:
    from cryptography.fernet import Fernet


SESSION_KEY, CREDENTIALS_KEY = "session.key", "credentials.key"


def missing_keys(data_dir: Path) -> list[str]:
    """Return the names of the keys that are not in a data folder."""
    return [name for name in (SESSION_KEY, CREDENTIALS_KEY) if not (data_dir / name).exists()]


def load_or_create_key(path: Path, new_key: bytes) -> bytes:
    """Return the key kept in a file; where there is none, keep `new_key` with mode 0600.

    Two processes that start at once agree on one key: anyone who creates the file first wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key)
        try:
            # A link fails where the file exists, and never shows a file that is half written.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink(missing_ok=True)
    return path.read_bytes()


def session_key(data_dir: Path) -> bytes:
    """Return the key that signs sessions."""
    return load_or_create_key(data_dir / SESSION_KEY, secrets.token_bytes(32))


class FernetCipher:
    """`SecretCipher` with AES-128-CBC and HMAC-SHA-256 (Fernet); the key is beside the database."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / CREDENTIALS_KEY

    def encrypt(self, secret: str) -> bytes:
        """Return the secret encrypted."""
        return self._fernet().encrypt(secret.encode())

    def decrypt(self, encrypted: bytes) -> str:
        """Return the secret.

        Raises:
            SettingsInvalid: the key is not the one that it was encrypted with.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(encrypted).decode()
        except InvalidToken:
            raise SettingsInvalid(
                f"A camera password cannot be read with the key {self._path.name}: put the installation's own key "
                "back beside the database, or enter the camera's password again."
            ) from None

    def _fernet(self) -> "Fernet":
        from cryptography.fernet import Fernet

        return Fernet(load_or_create_key(self._path, Fernet.generate_key()))


class Argon2Hasher:
    """`PasswordHasher` with Argon2id, at the library's recommended cost unless set otherwise."""

    def __init__(self, argon2: Argon2 | None = None) -> None:
        self._argon2 = argon2 or Argon2()
        self._nobody = _hash_of_nobody(self._argon2)

    def hash(self, password: str) -> str:
        """Return a salted hash."""
        return self._argon2.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is the hashed one; for None the answer is no, after the same time."""
        try:
            return self._argon2.verify(password_hash or self._nobody, password) and password_hash is not None
        except (Argon2Error, InvalidHashError):
            return False


def _hash_of_nobody(argon2: Argon2) -> str:
    """Return a hash that no password has, and that costs as much to check: random bytes, for which none is hashed."""
    costs = f"$argon2id$v=19$m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
    return "$".join([costs, *(_unpadded(secrets.token_bytes(size)) for size in (argon2.salt_len, argon2.hash_len))])


def _unpadded(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")
