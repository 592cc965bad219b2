"""Every signature vector gets its verdict, and the public library agrees wherever it is not said to differ."""

from datetime import UTC, datetime, tzinfo
from unittest import mock

import pytest
from standardwebhooks import webhooks as library

from domain.webhook_signature import VerifiedWebhook, verify
from tests.webhook_vectors import Vector, vectors

VECTORS = vectors()


def by_name(vector: Vector) -> str:
    return vector.name


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_a_vector_gets_its_verdict(vector: Vector) -> None:
    found = verify(vector.headers, body=vector.body, secrets=vector.secrets, now=vector.now)

    assert ("accept" if found else "reject") == vector.verdict


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_headers_as_bytes_get_the_same_verdict(vector: Vector) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in vector.headers]

    found = verify(headers, body=vector.body, secrets=vector.secrets, now=vector.now)

    assert ("accept" if found else "reject") == vector.verdict


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_the_public_library_agrees_or_is_known_to_differ(vector: Vector) -> None:
    answer = library_answer(vector)

    assert answer == vector.verdict if vector.library is None else vector.library.startswith(answer)


def test_a_verified_message_names_its_id_and_time() -> None:
    valid = VECTORS[0]

    found = verify(valid.headers, body=valid.body, secrets=valid.secrets, now=valid.now)

    assert found == VerifiedWebhook("msg_2Yl7s1Qk0fVt", 1772445600)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_***", "whsec_å", "not base64"])
def test_a_broken_secret_verifies_nothing(secret: str) -> None:
    valid = VECTORS[0]

    assert verify(valid.headers, body=valid.body, secrets=[secret], now=valid.now) is None
    assert verify(valid.headers, body=valid.body, secrets=[secret, *valid.secrets], now=valid.now) is not None


def library_answer(vector: Vector) -> str:
    """What the library says with each secret in turn; the first answer where none accepts."""
    if len({name.lower() for name, _ in vector.headers}) != len(vector.headers):
        return "not expressible"

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(vector.now, tz=tz or UTC)

    with mock.patch.object(library, "datetime", Clock):
        answers = [_one_answer(vector, secret=secret) for secret in vector.secrets]
    return "accept" if "accept" in answers else [*answers, "reject"][0]


def _one_answer(vector: Vector, *, secret: str) -> str:
    try:
        library.Webhook(secret).verify(vector.body, dict(vector.headers), json_parse=False)
    except library.WebhookVerificationError:
        return "reject"
    except Exception as error:  # noqa: BLE001 - which ones it lets out is what the vectors say
        return f"raises {type(error).__name__}"
    return "accept"
