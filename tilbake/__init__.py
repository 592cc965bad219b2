"""Wiring, settings and the command line of Tilbake; only entry points import this package."""
