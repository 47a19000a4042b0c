"""What people say about findings, and the indexes of folded clusters and of orders by status and run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables and indexes."""
    op.create_table(
        "annotation",
        sa.Column("finding_id", sa.String(12), nullable=False),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("review", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name="pk_annotation"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_annotation_finding_id"),
        sa.CheckConstraint("review IN ('open', 'interesting', 'known', 'rejected')", name="ck_annotation_review"),
    )
    op.create_table(
        "tag",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("finding_id", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("name", "finding_id", name="pk_tag"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_tag_finding_id"),
    )
    op.create_table(
        "review",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("finding_id", sa.String(12), nullable=False),
        sa.Column("review", sa.String(16), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_review_finding_id"),
        sqlite_autoincrement=True,
    )
    for table, columns in (
        ("annotation", ("favourite", "finding_id")),
        ("annotation", ("review", "finding_id")),
        ("tag", ("finding_id",)),
        ("review", ("finding_id", "id")),
        ("finding", ("status", "id")),
        ("finding", ("first_run", "id")),
        ("finding", ("cluster", "complexity", "id")),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    op.drop_index("ix_finding_cluster", "finding")
