"""Recorded histories of the workflows, and what keeps new code true to them."""
