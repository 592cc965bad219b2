"""Deterministic waiting. No arithmetic on money, no rules, no input or output."""
