"""Postgres: tables, statements and transactions. Decides nothing; the rules are in domain."""
