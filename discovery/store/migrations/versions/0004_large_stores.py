"""What a store of a million findings needs: counts kept as it grows, indexes for every order, and text search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MEASURES = ("created", "digits", "surplus_digits", "complexity", "digits_per_term", "delta")
OLD: tuple[tuple[str, ...], ...] = (
    *((name,) for name in (*MEASURES, "subject", "kind", "status", "first_run")),
    *(("subject", name) for name in MEASURES),
)
NEW: tuple[tuple[str, ...], ...] = (
    *(("subject", name) for name in ("kind", "status", "first_run")),
    *(("first_run", name) for name in (*MEASURES, "subject", "kind", "status")),
    *(("kind", name) for name in (*MEASURES, "subject", "status", "first_run")),
)
# Without the texts themselves: a list of rows for every three letters that follow each other.
TEXT_SEARCH = (
    "CREATE VIRTUAL TABLE finding_text USING fts5(words, content='', detail='none', tokenize='trigram')",
    "INSERT INTO finding_text (rowid, words) SELECT rowid, subject || char(10) || formula FROM finding",
    """CREATE TRIGGER finding_text_added AFTER INSERT ON finding BEGIN
        INSERT INTO finding_text (rowid, words) VALUES (new.rowid, new.subject || char(10) || new.formula);
    END""",
    """CREATE TRIGGER finding_text_changed AFTER UPDATE OF subject, formula ON finding
    WHEN old.subject <> new.subject OR old.formula <> new.formula BEGIN
        INSERT INTO finding_text (finding_text, rowid, words)
            VALUES ('delete', old.rowid, old.subject || char(10) || old.formula);
        INSERT INTO finding_text (rowid, words) VALUES (new.rowid, new.subject || char(10) || new.formula);
    END""",
    """CREATE TRIGGER finding_text_removed AFTER DELETE ON finding BEGIN
        INSERT INTO finding_text (finding_text, rowid, words)
            VALUES ('delete', old.rowid, old.subject || char(10) || old.formula);
    END""",
)


def upgrade() -> None:
    """Count the findings, make the indexes, and on SQLite those of the text search."""
    op.create_table(
        "tally",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "status", name="pk_tally"),
    )
    op.execute(
        "INSERT INTO tally (subject, kind, status, number) "
        "SELECT subject, kind, status, count(*) FROM finding GROUP BY subject, kind, status"
    )
    if op.get_bind().dialect.name != "sqlite":
        for columns in NEW:
            _create(*columns, "id")
        return
    for columns in OLD:
        op.drop_index(f"ix_finding_{'_'.join(columns)}_id", "finding")
    for columns in (*OLD, *NEW):
        _create(*columns)
    for statement in TEXT_SEARCH:
        # The driver's own call: its colons are no parameters.
        op.get_bind().exec_driver_sql(statement)


def _create(*columns: str) -> None:
    op.create_index(f"ix_finding_{'_'.join(columns)}", "finding", list(columns))
