"""The irrationality exponent of a finding, and the candidates of a run by class."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, and the indexes that orders by delta need."""
    op.add_column("run", sa.Column("counts", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("finding", sa.Column("delta", sa.Double(), nullable=True))
    for columns in (("delta", "id"), ("subject", "delta", "id")):
        op.create_index(f"ix_finding_{'_'.join(columns)}", "finding", list(columns))
