"""First tables: run, finding, sighting, verification."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FINDING_INDEXES = (
    ("cluster",),
    ("subject", "id"),
    ("kind", "id"),
    ("created", "id"),
    ("digits", "id"),
    ("surplus_digits", "id"),
    ("complexity", "id"),
    ("digits_per_term", "id"),
    ("subject", "created", "id"),
    ("subject", "digits", "id"),
    ("subject", "surplus_digits", "id"),
    ("subject", "complexity", "id"),
    ("subject", "digits_per_term", "id"),
)


def upgrade() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "run",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("search_version", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("candidates", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.Column("undecided", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("kernel_seconds", sa.Double(), nullable=False),
        sa.Column("active_seconds", sa.Double(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("checkpoint", sa.LargeBinary(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("started", sa.Double(), nullable=True),
        sa.Column("finished", sa.Double(), nullable=True),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled', 'failed')", name="ck_run_state"),
        sa.CheckConstraint("cursor >= 0 AND cursor <= total", name="ck_run_cursor"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_state_id", "run", ["state", "id"])
    op.create_table(
        "finding",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("canonical_key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("surplus_digits", sa.Double(), nullable=False),
        sa.Column("complexity", sa.Double(), nullable=False),
        sa.Column("digits_per_term", sa.Double(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("first_run", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        sa.ForeignKeyConstraint(["first_run"], ["run.id"], name="fk_finding_first_run"),
        sa.UniqueConstraint("kind", "canonical_key", name="uq_finding_kind_canonical_key"),
        sa.CheckConstraint("status IN ('candidate', 'verified', 'proved')", name="ck_finding_status"),
    )
    for columns in FINDING_INDEXES:
        op.create_index(f"ix_finding_{'_'.join(columns)}", "finding", list(columns))
    op.create_table(
        "sighting",
        sa.Column("finding_id", sa.String(12), nullable=False),
        sa.Column("run_id", NUMBER, nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", "run_id", name="pk_sighting"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_sighting_finding_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_sighting_run_id"),
    )
    op.create_index("ix_sighting_run_id_unit_position", "sighting", ["run_id", "unit", "position"])
    op.create_table(
        "verification",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("finding_id", sa.String(12), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_verification_finding_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verification_finding_id_id", "verification", ["finding_id", "id"])
