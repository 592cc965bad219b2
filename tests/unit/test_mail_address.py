"""The one plain form of an address that mail can be sent to."""

from __future__ import annotations

import pytest

from domain.mail_address import LONGEST_ADDRESS, domain_of, is_address

pytestmark = pytest.mark.unit

LABEL = "a" * 63


def of_length(length: int) -> str:
    """An address of so many characters, each part of it within its bounds."""
    domain = f"{LABEL}.{LABEL}.{LABEL}.no"
    return "b" * (length - len(domain) - 1) + "@" + domain


@pytest.mark.parametrize(
    "address", ["mia@example.com", "mia.moen+recalls@post.example.no", "o'neill@a-b.example", "1@2.3"]
)
def test_a_plain_address_is_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "text",
    ["", "mia", "mia@", "@example.com", "mia@example", "mia@@example.com", "mia@example.com ", "mia@example.com\n",
     "mia moen@example.com", '"mia"@example.com', "mia@[127.0.0.1]", ".mia@example.com", "mia..m@example.com",
     "mia@-example.com", "mia@example-.com", f"mia@{LABEL}a.com", "Mia <mia@example.com>", "mia@ex\u00e5mple.no"],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert not is_address(text)


def test_an_address_has_its_greatest_length() -> None:
    assert len(of_length(LONGEST_ADDRESS)) == LONGEST_ADDRESS
    assert is_address(of_length(LONGEST_ADDRESS))
    assert not is_address(of_length(LONGEST_ADDRESS + 1))


def test_the_domain_stands_behind_the_sign() -> None:
    assert domain_of("mia@post.example.com") == "post.example.com"
    assert domain_of("mia@moen@example.com") == "example.com"
