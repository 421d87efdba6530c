"""The tables of the ways in beside the password."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.db.base import Base


class RecoveryCodeRow(Base):
    """A code that stands in once for a lost device, as a hash; the row goes when it is used."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))


class SignInLinkRow(Base):
    """Which account of the identity provider is a person's; `sign_in_key` is the name in lower case."""

    __tablename__ = "sign_in_links"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(255))
    sign_in_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    issuer: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(255))


class PasskeyRow(Base):
    """The public half of a key of a person's own; `sign_count` has 32 bits without a sign."""

    __tablename__ = "passkeys"
    __table_args__ = (UniqueConstraint("credential_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    rp_id: Mapped[str] = mapped_column(String(255))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasswordResetRow(Base):
    """A link by which somebody chooses another password, as a hash, and before that the wish for one."""

    __tablename__ = "password_resets"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads this class attribute.

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    page: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    is_waiting: Mapped[bool]
    tries: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
