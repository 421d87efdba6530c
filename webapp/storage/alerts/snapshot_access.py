"""Which bucket holds the pictures and clips, and with which key it is opened."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cluster_settings import ClusterSettings, bucket_and_prefix
from webapp.errors import SettingsInvalid

if TYPE_CHECKING:
    from obstore.store import S3Credential


@dataclass(frozen=True)
class BucketAccess:
    """A bucket, and how it is opened.

    Attributes:
        bucket: its name.
        prefix: of all names in it; empty for none.
        endpoint: address of its server; empty for Amazon's.
        region: where it is.
        timeout_s: seconds that one request may take.
        key_id: of the access key.
        secret: of the access key; None where a file holds it.
        secret_file: that file.
    """

    bucket: str
    prefix: str
    endpoint: str
    region: str
    timeout_s: float
    key_id: str = field(repr=False)
    secret: str | None = field(repr=False)
    secret_file: Path | None

    @classmethod
    def of(cls, settings: ClusterSettings, address: str = "") -> "BucketAccess":
        """Return the access to the bucket of the settings, or with their key to another one.

        Raises:
            SettingsInvalid: there is no key. A process that needs none is given none, and reads its settings all the
                same; without one, the machine's own role or nobody's would be tried in its place.
            ValueError: the address is none.
        """
        key_id, secret = settings.snapshot_store_key_id, settings.snapshot_store_secret
        if key_id is None:
            raise SettingsInvalid("AMENDS_SNAPSHOT_STORE_KEY_ID: expected the id of the bucket's access key")
        if secret is None and settings.snapshot_store_secret_file is None:
            raise SettingsInvalid(
                "AMENDS_SNAPSHOT_STORE_SECRET: expected the secret of the access key, or a file of it"
            )
        return cls(
            *bucket_and_prefix(address or settings.snapshot_store),
            settings.snapshot_store_endpoint,
            settings.snapshot_store_region,
            settings.snapshot_store_timeout_s,
            key_id.get_secret_value(),
            secret.get_secret_value() if secret else None,
            settings.snapshot_store_secret_file,
        )

    def patient(self, times: float) -> "BucketAccess":
        """Return the same with more time for each request, for what nobody waits for."""
        return replace(self, timeout_s=self.timeout_s * times)

    @property
    def shown(self) -> str:
        """The bucket's address, as people may read it."""
        return f"s3://{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")

    def credential(self) -> "S3Credential":
        """Return the access key, as the library asks for it.

        Raises:
            SettingsInvalid: the file of the secret cannot be read.
        """
        return {
            "access_key_id": self.key_id,
            "secret_access_key": self._secret,
            "token": None,
            "expires_at": None,
        }

    @cached_property
    def _secret(self) -> str:
        if self.secret_file is None:
            return self.secret or ""
        try:
            return self.secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsInvalid("AMENDS_SNAPSHOT_STORE_SECRET_FILE: expected a file that can be read") from None
