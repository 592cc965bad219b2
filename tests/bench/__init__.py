"""How fast a recall is, beside a bare Temporal workflow that writes the same rows: scripts/bench."""
