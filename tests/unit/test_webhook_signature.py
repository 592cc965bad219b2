"""Every signature vector gets its verdict, and the public library agrees wherever it is not said to differ."""

import hmac
from datetime import UTC, datetime, tzinfo
from unittest import mock

import pytest
from standardwebhooks import webhooks as library

from domain import webhook_signature
from domain.webhook_signature import VerifiedWebhook, sign, verify
from tests.webhook_vectors import Vector, vectors

VECTORS = vectors()


def by_name(vector: Vector) -> str:
    return vector.name


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_a_vector_gets_its_verdict(vector: Vector) -> None:
    found = verify(vector.headers, body=vector.body, secrets=vector.secrets, now=vector.now)

    assert ("accept" if found else "reject") == vector.verdict


GUARDS = {
    "the signature": (hmac, "compare_digest", lambda *_: True),
    "the time": (webhook_signature, "TOLERANCE_SECONDS", 10**12),
    "how many signatures there are": (webhook_signature, "MOST_SIGNATURES", 10**6),
    "that a header came once": (webhook_signature, "_only", lambda headers, name: dict(headers).get(name, "")),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_without_a_look_at_it_a_forgery_is_taken(guard: str) -> None:
    """The twin of the vectors: each look at a message is needed by one of them."""
    with mock.patch.object(*GUARDS[guard]):
        found = [verify(one.headers, body=one.body, secrets=one.secrets, now=one.now) for one in VECTORS]

    assert any(one and vector.verdict == "reject" for one, vector in zip(found, VECTORS, strict=True))


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


SECRETS = ("whsec_" + "bmV3ZXN0IHNlY3JldCBvZiBvdXJz", "whsec_" + "b2xkIHNlY3JldCBvZiBvdXJz")


def test_what_is_signed_is_what_the_public_library_signs_newest_first() -> None:
    at, body = datetime(2026, 3, 2, 10, tzinfo=UTC), '{"type":"recall.recalled","title":"Åse"}'

    signed = sign("msg_1", timestamp=int(at.timestamp()), body=body.encode(), secrets=SECRETS)

    assert signed == " ".join(library.Webhook(secret).sign("msg_1", at, body) for secret in SECRETS)


def test_what_is_signed_is_verified_by_each_secret() -> None:
    signed = sign("msg_1", timestamp=1772445600, body=b"{}", secrets=SECRETS)
    headers = [("webhook-id", "msg_1"), ("webhook-timestamp", "1772445600"), ("webhook-signature", signed)]

    for secret in SECRETS:
        found = verify(headers, body=b"{}", secrets=[secret], now=1772445600)
        assert found == VerifiedWebhook("msg_1", 1772445600)


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
    except ValueError as error:  # of which kind is what the vectors say
        return f"raises {type(error).__name__}"
    return "accept"
