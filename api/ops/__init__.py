"""The operations dashboard: the Temporal UI behind the sign-in and the address of the API, for looking only (ADR 026)."""
