"""The service under load, while its processes are killed: `scripts/soak` (docs/testing.md)."""
