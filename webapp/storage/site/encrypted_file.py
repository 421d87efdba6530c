"""Files that only a passphrase opens, written and read piece by piece, like `age` does it.

A header (magic, cost of scrypt, salt) with its HMAC, then pieces of 64 KiB under ChaCha20-Poly1305 in the STREAM
construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption, CRYPTO 2015): the nonce counts the
pieces and marks the last one, so that no piece can be changed, moved, left out or added.
"""

import hmac
import io
import os
import struct
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from webapp.domain.site.restores import RestoreRefusal
from webapp.errors import BackupFailed

MAGIC = b"amends-backup-1\n"
# scrypt with 2^17 blocks of 1 KiB takes 128 MiB and some tenths of a second. What a file asks for is bounded, because
# a stranger may have written it.
COST_LOG2, MOST_COST_LOG2 = 17, 18
_BLOCK_SIZE, _PARALLEL = 8, 1
_PIECE_BYTES, _TAG_BYTES, _SALT_BYTES, _MAC_BYTES = 64 * 1024, 16, 16, 32
_CHANGED = "The backup was changed or cut off after it was made. Nothing was changed."
_HEADER = struct.Struct(f">{len(MAGIC)}sB{_SALT_BYTES}s")


@dataclass(frozen=True)
class _Keys:
    """What follows from a passphrase and a header: the check of the header, and the cipher of the pieces."""

    header_mac: bytes
    cipher: ChaCha20Poly1305

    @classmethod
    def derive(cls, passphrase: str, header: bytes) -> "_Keys":
        _magic, cost_log2, salt = _HEADER.unpack(header)
        secret = Scrypt(salt=salt, length=32, n=2**cost_log2, r=_BLOCK_SIZE, p=_PARALLEL).derive(passphrase.encode())
        mac = hmac.digest(_expanded(secret, b"header"), header, "sha256")
        return cls(mac, ChaCha20Poly1305(_expanded(secret, b"pieces")))


class EncryptingWriter(io.RawIOBase):
    """Writes what it is given into a file, encrypted; without `close` the file counts as cut off."""

    def __init__(self, file: BinaryIO, passphrase: str, cost_log2: int = COST_LOG2) -> None:
        """Write the header.

        Args:
            file: is written to and stays open.
            passphrase: that opens it again.
            cost_log2: cost of scrypt; one more doubles time and memory.
        """
        header = _HEADER.pack(MAGIC, cost_log2, os.urandom(_SALT_BYTES))
        keys = _Keys.derive(passphrase, header)
        self._file, self._cipher, self._waiting, self._count = file, keys.cipher, bytearray(), 0
        file.write(header + keys.header_mac)

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, content: bytes, /) -> int:  # type: ignore[override]
        """Encrypt full pieces; at least one byte waits, because the last piece is marked."""
        self._waiting += content
        while len(self._waiting) > _PIECE_BYTES:
            self._put(bytes(self._waiting[:_PIECE_BYTES]), is_last=False)
            del self._waiting[:_PIECE_BYTES]
        return len(content)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the last piece, unless something failed."""
        if kind is None:
            self._put(bytes(self._waiting), is_last=True)

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, is_last=is_last), piece, None))
        self._count += 1


class DecryptingReader(io.RawIOBase):
    """Reads an encrypted file; what it returns is what was written, or it fails."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Read the header.

        Raises:
            BackupFailed: the header cannot be used, or the passphrase is another one.
        """
        header, mac = file.read(_HEADER.size), file.read(_MAC_BYTES)
        _check_header(header)
        keys = _Keys.derive(passphrase, header)
        if not hmac.compare_digest(keys.header_mac, mac):
            raise BackupFailed(
                "The passphrase does not open this backup. Nothing was changed; try another one.",
                cause=RestoreRefusal.PASSPHRASE,
            )
        self._file, self._cipher, self._count = file, keys.cipher, 0
        self._ahead, self._piece = file.read(_PIECE_BYTES + _TAG_BYTES), b""
        self._is_over = False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        """Fill a buffer with what comes next.

        Raises:
            BackupFailed: the file was changed or cut off.
        """
        if not self._piece and not self._is_over:
            self._piece = self._next_piece()
        count = min(len(buffer), len(self._piece))
        buffer[:count], self._piece = self._piece[:count], self._piece[count:]
        return count

    def _next_piece(self) -> bytes:
        sealed, self._ahead = self._ahead, self._file.read(_PIECE_BYTES + _TAG_BYTES)
        self._is_over = not self._ahead
        try:
            piece = self._cipher.decrypt(_nonce(self._count, is_last=self._is_over), sealed, None)
        except InvalidTag:
            raise BackupFailed(_CHANGED, cause=RestoreRefusal.CHANGED) from None
        self._count += 1
        return piece


def is_encrypted(file: BinaryIO) -> bool:
    """Return whether a file, open at its beginning, is one of these; it is at its beginning again afterwards."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC


def _check_header(header: bytes) -> None:
    if len(header) != _HEADER.size or not header.startswith(MAGIC):
        raise BackupFailed(_CHANGED, cause=RestoreRefusal.CHANGED)
    cost_log2 = header[len(MAGIC)]
    if not 1 <= cost_log2 <= MOST_COST_LOG2:
        raise BackupFailed(f"The backup asks for 2^{cost_log2} KiB of memory, more than 2^{MOST_COST_LOG2}: refused.")


def _expanded(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=b"amends backup " + purpose).derive(secret)


def _nonce(count: int, *, is_last: bool) -> bytes:
    return struct.pack(">xxxQ?", count, is_last)
