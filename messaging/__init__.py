"""Between Postgres and Temporal: deliver what the outbox holds, at once where possible, later where not."""
