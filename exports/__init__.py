"""Ledgers of ours, written for other systems. Pure: rows in, text out; imports only domain."""
