"""The trigger that keeps the record book append-only, one text per engine."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("office_event", "office_eventanchor")

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION office_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'the record book is append-only' USING ERRCODE = 'restrict_violation';
END;
$$ LANGUAGE plpgsql
"""


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse UPDATE and DELETE (and, on PostgreSQL, TRUNCATE) on the record book's tables."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        for statement in _statements(vendor, table):
            schema_editor.execute(statement)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    on = " ON {table}" if vendor == "postgresql" else ""
    for table in TABLES:
        for name in ("update", "delete", *(["truncate"] if vendor == "postgresql" else [])):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}" + on.format(table=table))


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION office_append_only()",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION office_append_only()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION office_append_only()",
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the record book is append-only'); END"
        for verb in ("update", "delete")
    ]
