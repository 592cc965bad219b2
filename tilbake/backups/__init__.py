"""Backup and restore (ADR 039): the database, what the embedded Temporal waits for, and the keys, with their checksums."""
