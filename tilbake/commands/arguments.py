"""What is written behind commands in forms that several have: checked before a command runs."""

import argparse

from domain.currencies import MINOR_DIGITS


def service_address(text: str) -> str:
    """The address of a service. Raises ArgumentTypeError where it is none."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"must begin with http:// or https://, got {text}")
    return text.rstrip("/")


def currency_code(text: str) -> str:
    """A code of a currency. Raises ArgumentTypeError where it is none."""
    if text not in MINOR_DIGITS:
        raise argparse.ArgumentTypeError(f"must be a code of ISO 4217, got {text}")
    return text
