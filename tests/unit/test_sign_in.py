"""Only a whole, valid token of the local issuer signs anybody in."""

import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api import sign_in
from api.__main__ import require_issuer_key
from api.edge import EdgeError
from api.local_issuer import IssuerKeyError, issuer_key, key_id
from api.sign_in import local_verifier, signed_in
from api.tokens import SignedIn
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.tokens import local_token

BOB = SignedIn("bob")


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "issuer.key"


@pytest.fixture
def forge(key_path: Path) -> Callable[..., str]:
    """Makes a token by the right key with some claims or headers changed; None leaves one out."""

    def token(*, headers: dict[str, Any] | None = None, key: Ed25519PrivateKey | None = None, **changes: object) -> str:
        own = issuer_key(key_path)
        now = int(time.time())
        claims: dict[str, Any] = {"iss": "tilbake-local", "aud": "tilbake", "sub": "bob", "iat": now, "exp": now + 60}
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(claims, key or own, "EdDSA", headers={"kid": key_id(own.public_key()), **(headers or {})})

    return token


async def test_a_local_token_stands_for_its_person(key_path: Path) -> None:
    token = local_token("bob", key_path)

    assert await local_verifier(key_path).verify(token) == BOB


def test_the_key_file_can_be_read_by_its_owner_only(key_path: Path) -> None:
    issuer_key(key_path)

    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    assert [file.name for file in key_path.parent.iterdir()] == ["issuer.key"]


def test_many_first_uses_at_once_agree_on_one_key(key_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: key_id(issuer_key(key_path).public_key()), range(8)))

    assert len(set(keys)) == 1


def test_a_file_that_is_no_key_is_named(key_path: Path) -> None:
    key_path.parent.mkdir(parents=True)
    key_path.write_text("nonsense")

    with pytest.raises(IssuerKeyError, match=str(key_path)):
        issuer_key(key_path)


def test_a_start_makes_the_key_and_says_in_a_sentence_why_it_cannot(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)

    require_issuer_key(settings)

    assert (tmp_path / "issuer.key").exists()
    (tmp_path / "issuer.key").write_text("nonsense")
    with pytest.raises(CannotStart, match="is not a key of the local issuer"):
        require_issuer_key(settings)
    with pytest.raises(CannotStart, match="cannot be read or written"):
        require_issuer_key(Settings(data_dir=tmp_path / "issuer.key"))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["one", "another"]},
        {"aud": None},
        {"sub": None},
        {"act": {"sub": "web"}},
        {"sub": ""},
        {"sub": "Bob"},
        {"sub": "bob\n"},
        {"sub": "a" * 65},
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": 1e300},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"headers": {"kid": "another"}},
        {"headers": {"kid": ""}},
        {"headers": {"crit": ["exp"]}},
    ],
    ids=lambda changed: str(changed).replace("\\", "/"),
)
async def test_a_token_that_is_wrong_anywhere_stands_for_nobody(
    key_path: Path, forge: Callable[..., str], changes: dict[str, Any]
) -> None:
    assert await local_verifier(key_path).verify(forge(**changes)) is None


async def test_a_token_by_another_key_stands_for_nobody(key_path: Path, forge: Callable[..., str]) -> None:
    assert await local_verifier(key_path).verify(forge(key=Ed25519PrivateKey.generate())) is None


async def test_other_algorithms_are_not_allowed(key_path: Path) -> None:
    key = issuer_key(key_path).public_key()
    now = int(time.time())
    claims = {"iss": "tilbake-local", "aud": "tilbake", "sub": "bob", "iat": now, "exp": now + 60}
    headers = {"kid": key_id(key)}

    unsigned = jwt.encode(claims, "", algorithm="none", headers=headers)
    with_public_key_as_secret = jwt.encode(claims, key.public_bytes_raw(), algorithm="HS256", headers=headers)

    assert await local_verifier(key_path).verify(unsigned) is None
    assert await local_verifier(key_path).verify(with_public_key_as_secret) is None


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "å", "e30.e30.", "x" * 9000])
async def test_noise_is_no_token(key_path: Path, token: str) -> None:
    assert await local_verifier(key_path).verify(token) is None


async def test_a_remembered_token_ends_when_it_expires(key_path: Path) -> None:
    now = [time.time()]
    verifier = local_verifier(key_path, clock=lambda: now[0])
    token = local_token("bob", key_path, hours=1)

    before = await verifier.verify(token)
    now[0] += 3601

    assert before == BOB
    assert await verifier.verify(token) is None


async def test_the_memory_is_bounded(
    key_path: Path, forge: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "MOST_REMEMBERED", 3)
    verifier = local_verifier(key_path)

    people = [await verifier.verify(forge(sub=f"p{number}")) for number in range(5)]

    assert people == [SignedIn(f"p{number}") for number in range(5)]
    assert len(verifier._remembered) == 3


@pytest.mark.parametrize("headers", [[], [""], ["Bearer"], ["Bearer "], ["Basic Ym9iOmJvYg=="], ["Bearer nonsense"]])
async def test_without_a_valid_bearer_token_nobody_is_signed_in(key_path: Path, headers: list[str]) -> None:
    with pytest.raises(EdgeError, match="unauthenticated"):
        await signed_in(headers, verifier=local_verifier(key_path))


async def test_with_two_tokens_nobody_knows_who_was_meant(key_path: Path) -> None:
    both = [f"Bearer {local_token(person, key_path)}" for person in ("bob", "admin")]

    with pytest.raises(EdgeError, match="unauthenticated"):
        await signed_in(both, verifier=local_verifier(key_path))


async def test_the_scheme_is_read_in_any_case(key_path: Path) -> None:
    token = local_token("bob", key_path)

    assert await signed_in([f"bearer {token}"], verifier=local_verifier(key_path)) == BOB


@pytest.mark.parametrize(("person", "hours"), [("Bob", 1), ("", 1), ("bob", 0), ("bob", 10_000)])
def test_a_token_is_made_for_an_id_and_a_sensible_time_only(key_path: Path, person: str, hours: int) -> None:
    with pytest.raises(ValueError, match=r"is no id of a person|lasts from 1 to"):
        local_token(person, key_path, hours=hours)
