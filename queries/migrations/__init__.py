"""The revisions of the tables in PostgreSQL (facts and minutes) and SQLite (minutes)."""
