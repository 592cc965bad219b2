"""The keys of an issuer: fetched, kept, fetched again; and an issuer that is away, slow or hostile harms nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from api import oidc_keys
from api.edge import EdgeError
from api.oidc_keys import FRESH_SECONDS, LONGEST_STALE_SECONDS, PAUSE_SECONDS, IssuerKeys
from api.tokens import Named
from tests.oidc.issuer import Issuer, new_key, published
from tests.waiting import until
from tilbake.settings import OIDC_ALGORITHMS

pytestmark = pytest.mark.api
FIRST = Named("first", "RS256")
SECOND = Named("second", "RS256")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def process() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.stop()


@pytest.fixture
def issuer(process: Issuer) -> Issuer:
    process.afresh()
    return process


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(issuer: Issuer, clock: Clock) -> AsyncIterator[IssuerKeys]:
    made = IssuerKeys(issuer.url, algorithms=frozenset(OIDC_ALGORITHMS), loopback=True, clock=clock)
    yield made
    await made.stop()


async def test_many_who_ask_at_once_are_one_question(issuer: Issuer, keys: IssuerKeys) -> None:
    found = await asyncio.gather(*(keys.find(FIRST) for _ in range(20)))

    assert None not in found
    assert issuer.asked() == 1


async def test_an_unknown_key_is_asked_for_once_in_a_while(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    await keys.find(FIRST)

    for number in range(5):
        assert await keys.find(Named(f"made up {number}", "RS256")) is None
    soon = issuer.asked()
    clock.now += PAUSE_SECONDS
    assert await keys.find(SECOND) is None

    assert (soon, issuer.asked()) == (1, 2)


async def test_a_new_key_is_found_when_a_token_names_it(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    await keys.find(FIRST)
    before = keys.version()

    issuer.keys["second"] = new_key("RS256")
    issuer.publish()
    clock.now += PAUSE_SECONDS

    assert await keys.find(SECOND) is not None
    assert keys.version() != before


async def test_a_key_that_is_taken_back_counts_no_more(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    await keys.find(FIRST)

    issuer.keys["second"] = issuer.keys.pop("first")
    issuer.publish()
    clock.now += FRESH_SECONDS + 1
    keys.version()
    asking = keys.ask_soon()
    assert asking is not None
    await asking

    assert await keys.find(FIRST) is None


async def test_nobody_waits_while_old_keys_are_fetched_again(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    await keys.find(FIRST)
    issuer.tell(mode="slow")
    clock.now += FRESH_SECONDS + 1

    found = await asyncio.wait_for(keys.find(FIRST), timeout=1)

    assert found is not None
    issuer.tell(mode="good")


async def test_keys_stay_while_the_issuer_is_away_for_a_day(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    await keys.find(FIRST)
    issuer.stop()
    clock.now += LONGEST_STALE_SECONDS - 1
    still = await keys.find(FIRST)
    clock.now += 2

    assert still is not None
    with pytest.raises(EdgeError, match="unavailable"):
        await keys.find(FIRST)


async def test_an_issuer_that_is_away_from_the_start_leaves_tokens_open(keys: IssuerKeys, issuer: Issuer) -> None:
    issuer.stop()

    with pytest.raises(EdgeError, match="unavailable"):
        await keys.find(FIRST)


async def test_an_issuer_that_comes_back_is_asked_again(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    issuer.stop()
    with pytest.raises(EdgeError):
        await keys.find(FIRST)

    issuer.start()
    clock.now += PAUSE_SECONDS

    assert await keys.find(FIRST) is not None


async def test_a_slow_issuer_is_not_waited_for_long(
    issuer: Issuer, keys: IssuerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc_keys, "ASKING_SECONDS", 0.2)
    issuer.tell(mode="slow")

    with pytest.raises(EdgeError, match="unavailable"):
        await asyncio.wait_for(keys.find(FIRST), timeout=5)

    issuer.tell(mode="good")


@pytest.mark.parametrize("mode", ["failing", "redirecting", "huge", "garbage", "list"])
async def test_an_answer_that_is_none_changes_no_key(issuer: Issuer, keys: IssuerKeys, clock: Clock, mode: str) -> None:
    await keys.find(FIRST)
    before, asked = keys.version(), issuer.asked()
    issuer.tell(mode=mode)
    clock.now += FRESH_SECONDS + 1
    asking = keys.ask_soon()
    assert asking is not None
    await asking

    assert await keys.find(FIRST) is not None
    assert keys.version() == before
    assert not keys.is_known
    assert issuer.asked() == asked  # what it says of itself was wrong already


@pytest.mark.parametrize(
    "members",
    [
        {"issuer": "http://127.0.0.1:1/another"},
        {"issuer": None},
        {"jwks_uri": "http://keys.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://user:password@keys.example/keys"},
        {"jwks_uri": "http://[/keys"},
        {"jwks_uri": 7},
        {"jwks_uri": None},
    ],
    ids=str,
)
async def test_a_document_that_leads_elsewhere_is_not_followed(
    issuer: Issuer, keys: IssuerKeys, members: dict[str, object]
) -> None:
    issuer.publish(**members)

    with pytest.raises(EdgeError, match="unavailable"):
        await keys.find(FIRST)

    assert issuer.asked() == 0


async def test_in_production_keys_come_by_https_only(issuer: Issuer, clock: Clock) -> None:
    keys = IssuerKeys(issuer.url, algorithms=frozenset({"RS256"}), loopback=False, clock=clock)

    with pytest.raises(EdgeError, match="unavailable"):
        await keys.find(FIRST)

    assert issuer.asked() == 0
    await keys.stop()


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kid": None},
        {"kid": ""},
        {"kid": 7},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"n": "AQAB"},
        {"n": None},
        {"d": "AQAB"},
    ],
    ids=str,
)
async def test_a_key_that_is_not_for_this_is_passed_over(
    issuer: Issuer, keys: IssuerKeys, changes: dict[str, object]
) -> None:
    issuer.publish(published(new_key("RS256"), "second", **changes), {"kid": "third"}, {})

    assert await keys.find(SECOND) is None
    assert await keys.find(FIRST) is not None


async def test_a_short_key_is_passed_over(issuer: Issuer, keys: IssuerKeys) -> None:
    issuer.publish(published(new_key("RS256", bits=1024), "second"))

    assert await keys.find(SECOND) is None


async def test_a_set_without_a_usable_key_changes_nothing(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    await keys.find(FIRST)
    issuer.keys.clear()
    issuer.publish()
    clock.now += PAUSE_SECONDS

    with pytest.raises(EdgeError, match="unavailable"):
        await keys.find(SECOND)
    assert await keys.find(FIRST) is not None


async def test_asking_ends_with_the_process(issuer: Issuer, keys: IssuerKeys) -> None:
    issuer.tell(mode="slow")
    asking = keys.ask_soon()
    assert asking is not None

    await keys.stop()

    async def ended() -> bool:
        return asking.done()

    await until(ended, what="the question is over", seconds=5)
    issuer.tell(mode="good")
