"""Postgres and Temporal for use on one machine, run as child processes of the stack."""
