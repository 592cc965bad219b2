"""How every process meets Temporal: what it shows, what it is refused for, and how what Temporal stores is written and read."""
