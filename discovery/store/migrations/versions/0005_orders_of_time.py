"""Lists of one kind, status, run, number of digits, or of two of those: indexes in the order of time."""

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
CLUSTER = ("cluster", "complexity", "id")
# The text search knows the kind of a row too, by its first letters behind one that no text has, and every two letters
# of a text have one behind them.
TEXT_SEARCH = (
    "DROP TRIGGER finding_text_added",
    "DROP TRIGGER finding_text_changed",
    "DROP TRIGGER finding_text_removed",
    "DROP TABLE finding_text",
    "CREATE VIRTUAL TABLE finding_text USING fts5(words, content='', detail='none', tokenize='trigram')",
    """INSERT INTO finding_text (rowid, words)
        SELECT rowid, char(1) || substr(kind, 1, 2) || char(10) || subject || char(10) || formula || char(10)
        FROM finding""",
    """CREATE TRIGGER finding_text_added AFTER INSERT ON finding BEGIN
        INSERT INTO finding_text (rowid, words) VALUES (
            new.rowid,
            char(1) || substr(new.kind, 1, 2) || char(10) || new.subject || char(10) || new.formula || char(10));
    END""",
    """CREATE TRIGGER finding_text_changed AFTER UPDATE OF subject, formula ON finding
    WHEN old.subject <> new.subject OR old.formula <> new.formula BEGIN
        INSERT INTO finding_text (finding_text, rowid, words) VALUES (
            'delete', old.rowid,
            char(1) || substr(old.kind, 1, 2) || char(10) || old.subject || char(10) || old.formula || char(10));
        INSERT INTO finding_text (rowid, words) VALUES (
            new.rowid,
            char(1) || substr(new.kind, 1, 2) || char(10) || new.subject || char(10) || new.formula || char(10));
    END""",
    """CREATE TRIGGER finding_text_removed AFTER DELETE ON finding BEGIN
        INSERT INTO finding_text (finding_text, rowid, words) VALUES (
            'delete', old.rowid,
            char(1) || substr(old.kind, 1, 2) || char(10) || old.subject || char(10) || old.formula || char(10));
    END""",
)


def upgrade() -> None:
    """Make the new indexes in place of the old ones; that of clusters tells what lists are filtered by mostly."""
    last = () if op.get_bind().dialect.name == "sqlite" else ("id",)
    for columns in OLD:
        op.drop_index(_name(*columns, *last), "finding")
    for columns in NEW:
        op.create_index(_name(*columns, *last), "finding", [*columns, *last])
    op.drop_index(_name(*CLUSTER), "finding")
    words = ("subject", "kind", "status", "first_run")
    op.create_index(_name(*CLUSTER, *words), "finding", [*CLUSTER, *words])
    if not last:
        for statement in TEXT_SEARCH:
            # The driver's own call: its colons are no parameters.
            op.get_bind().exec_driver_sql(statement)


def _name(*columns: str) -> str:
    return f"ix_finding_{'_'.join(columns)}"
