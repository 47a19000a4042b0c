"""Tables of the store as they are now; how older ones came here stands in ``migrations``.

Times are UTC epoch seconds. Integers that may pass 2**63 stand inside JSON texts, as strings.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows by itself only in a column of type INTEGER; elsewhere that has 32 bits.
Number = BigInteger().with_variant(Integer(), "sqlite")

MEASURES = ("created", "digits", "surplus_digits", "complexity", "digits_per_term", "delta")
"""Columns with many values."""
WORDS = ("subject", "kind", "status", "first_run")
"""Columns with few values, each of many findings."""
PAIRS = (
    ("subject", "kind"),
    ("subject", "status"),
    ("kind", "status"),
    ("first_run", "subject"),
    ("first_run", "kind"),
    ("first_run", "status"),
)
ORDERS: tuple[tuple[str, ...], ...] = (
    *((name,) for name in MEASURES if name != "digits"),
    ("digits", "created"),
    *((word, name) for word in WORDS for name in MEASURES),
    *((*pair, "created") for pair in PAIRS),
)
"""Columns of the indexes for lists: every measure alone and within one word, and the order of time within more."""


def _orders() -> Iterator[Index]:
    """Yield the indexes for lists.

    In SQLite an index ends with the row's number by itself, so ties come in the order in which they were stored and new
    rows stand together; with the id there, each of them would rewrite another page.
    """
    for columns in ORDERS:
        yield Index(None, *columns).ddl_if(dialect="sqlite")
        yield Index(None, *columns, "id").ddl_if(dialect="postgresql")


run = Table(
    "run",
    metadata,
    Column("id", Number, primary_key=True),
    Column("search", Text, nullable=False),
    Column("search_version", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("candidates", BigInteger, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("undecided", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("counts", Text, nullable=False, server_default="{}"),
    Column("kernel_seconds", Double, nullable=False),
    Column("active_seconds", Double, nullable=False),
    Column("phase", Text),
    Column("attempt", Integer, nullable=False),
    Column("owner", Text),
    Column("host", Text),
    Column("lease_until", Double),
    Column("cancel_requested", Boolean, nullable=False),
    Column("error", Text),
    Column("checkpoint", LargeBinary),
    Column("created", Double, nullable=False),
    Column("started", Double),
    Column("finished", Double),
    Column("app_version", Text, nullable=False),
    Column("code_hash", Text, nullable=False),
    CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled', 'failed')", name="state"),
    CheckConstraint("cursor >= 0 AND cursor <= total", name="cursor"),
    Index(None, "state", "id"),
    sqlite_autoincrement=True,
)

finding = Table(
    "finding",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("canonical_key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("formula", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("digits", Integer, nullable=False),
    Column("surplus_digits", Double, nullable=False),
    Column("complexity", Double, nullable=False),
    Column("digits_per_term", Double),
    Column("delta", Double),
    Column("proof", Text),
    Column("created", Double, nullable=False),
    Column("first_run", Number, ForeignKey("run.id"), nullable=False),
    CheckConstraint("status IN ('candidate', 'verified', 'proved')", name="status"),
    UniqueConstraint("kind", "canonical_key"),
    # With the simplest formula of a cluster first: it stands for the others in a folded list, if it passes the filters.
    Index(None, "cluster", "complexity", "id", *WORDS),
    *_orders(),
)

# How many findings there are of each subject, kind and word of evidence, since counting a million rows takes too long.
tally = Table(
    "tally",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("finding_id", String(12), ForeignKey("finding.id"), primary_key=True),
    Column("run_id", Number, ForeignKey("run.id"), primary_key=True),
    Column("unit", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "run_id", "unit", "position"),
)

verification = Table(
    "verification",
    metadata,
    Column("id", Number, primary_key=True),
    Column("finding_id", String(12), ForeignKey("finding.id"), nullable=False),
    Column("digits", Integer, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("certificate", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("created", Double, nullable=False),
    Index(None, "finding_id", "id"),
    sqlite_autoincrement=True,
)

# What people say about findings. A finding nobody said anything about has no row.
annotation = Table(
    "annotation",
    metadata,
    Column("finding_id", String(12), ForeignKey("finding.id"), primary_key=True),
    Column("favourite", Boolean, nullable=False),
    Column("review", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("updated", Double, nullable=False),
    CheckConstraint("review IN ('open', 'interesting', 'known', 'rejected')", name="review"),
    Index(None, "favourite", "finding_id"),
    Index(None, "review", "finding_id"),
)

tag = Table(
    "tag",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("finding_id", String(12), ForeignKey("finding.id"), primary_key=True),
    Index(None, "finding_id"),
)

review = Table(
    "review",
    metadata,
    Column("id", Number, primary_key=True),
    Column("finding_id", String(12), ForeignKey("finding.id"), nullable=False),
    Column("review", String(16), nullable=False),
    Column("created", Double, nullable=False),
    Index(None, "finding_id", "id"),
    sqlite_autoincrement=True,
)
