"""The settings of what several machines share; on one box none of them is set."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator

# A bucket's name is part of addresses and of host names; a prefix leads nowhere else.
_STORE = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)/?"
)


class ClusterSettings(BaseModel):
    """What `Settings` has for more than one machine."""

    database_url: str = Field("", repr=False, description="SQLAlchemy address; empty means SQLite in the data folder.")
    redis_url: SecretStr | None = Field(None, description="Redis of several web servers; empty: each counts alone.")
    placement: Literal["machine", "cluster"] = Field(
        "machine", description="Where cameras are analysed: on this machine, or where the cluster places them."
    )
    node_name: str = Field("", description="Name of this machine in the cluster; empty means its host name.")
    node_capacity: float | None = Field(
        None,
        gt=0,
        le=1024,
        description="Processor cores that this machine gives to cameras; empty means all, up to four.",
    )
    cluster_store_url: SecretStr | None = Field(
        None, description="Redis in which the cluster's head keeps what it knows; empty: the one of the web servers."
    )
    async_mode: Literal["eventlet", "threading"] = Field("eventlet", description="What serves; threading is for tests.")
    snapshot_store: str = Field(
        "",
        description="Bucket of the pictures and clips, such as `s3://amends/hotel`; empty means the data folder.",
    )
    snapshot_store_endpoint: str = Field(
        "", description="Address of the bucket's S3-compatible server; empty means Amazon's."
    )
    snapshot_store_region: str = Field("us-east-1", description="The bucket's region.")
    snapshot_store_key_id: SecretStr | None = Field(None, description="Id of the access key of the bucket.")
    snapshot_store_secret: SecretStr | None = Field(None, description="Secret of that access key.")
    snapshot_store_secret_file: Path | None = Field(None, description="File that holds that secret instead.")
    snapshot_store_timeout_s: float = Field(
        5.0, ge=0.5, le=60, description="Seconds that one request to the bucket may take."
    )

    @field_validator("snapshot_store")
    @classmethod
    def _bucket(cls, address: str) -> str:
        if address and not _STORE.fullmatch(address):
            raise ValueError("expected s3://BUCKET or s3://BUCKET/PREFIX, without a key in it")
        return address.rstrip("/")

    @field_validator("snapshot_store_endpoint")
    @classmethod
    def _server(cls, address: str) -> str:
        parts = urlsplit(address)
        is_server = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
        if address and (not is_server or "@" in parts.netloc or parts.query or parts.fragment):
            raise ValueError("expected https://SERVER or http://SERVER, with a port or without, and without a key")
        return address.rstrip("/")


def bucket_and_prefix(address: str) -> tuple[str, str]:
    """Return the parts of `s3://BUCKET/PREFIX`; the prefix is empty where there is none.

    Raises:
        ValueError: it is no such address.
    """
    found = _STORE.fullmatch(address)
    if found is None:
        raise ValueError("expected s3://BUCKET or s3://BUCKET/PREFIX")
    return found["bucket"], found["prefix"].strip("/")
