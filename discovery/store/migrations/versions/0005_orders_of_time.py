"""Findings with one kind, status, run or number of digits come in the order of time, and so do those of two words."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

MEASURES = ("created", "digits", "surplus_digits", "complexity", "digits_per_term", "delta")
OLD: tuple[tuple[str, ...], ...] = (
    *((name,) for name in ("digits", "subject", "kind", "status", "first_run")),
    *(("subject", name) for name in ("kind", "status", "first_run")),
    *(("first_run", name) for name in ("subject", "kind", "status")),
    *(("kind", name) for name in ("subject", "status", "first_run")),
)
NEW: tuple[tuple[str, ...], ...] = (
    ("digits", "created"),
    *(("status", name) for name in MEASURES),
    ("subject", "kind", "created"),
    ("subject", "status", "created"),
    ("kind", "status", "created"),
    *(("first_run", name, "created") for name in ("subject", "kind", "status")),
)


def upgrade() -> None:
    """Make the new indexes in place of the old ones."""
    last = () if op.get_bind().dialect.name == "sqlite" else ("id",)
    for columns in OLD:
        op.drop_index(_name(*columns, *last), "finding")
    for columns in NEW:
        op.create_index(_name(*columns, *last), "finding", [*columns, *last])


def _name(*columns: str) -> str:
    return f"ix_finding_{'_'.join(columns)}"
