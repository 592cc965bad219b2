"""The pure rules. Nothing here does input or output, reads a clock, or knows HTTP, SQL or Temporal."""
