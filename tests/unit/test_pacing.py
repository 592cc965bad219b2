"""How often one caller may call: a share in the long run, ten seconds of it at once, and nobody pays for somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.edge import EdgeError
from api.pacing import BURST_SECONDS, MOST_CALLERS, Pacing
from domain.refusals import Code

pytestmark = pytest.mark.unit


class Clock:
    """One that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def wait_of(pacing: Pacing, caller: str) -> int:
    """0 where a call is taken, else for how long the caller is told to wait."""
    try:
        pacing.check(caller)
    except EdgeError as refused:
        return int(refused.headers["Retry-After"])
    return 0


def test_it_is_refused_by_its_code() -> None:
    pacing = Pacing(1, clock=Clock())
    while not wait_of(pacing, "bob"):
        pass

    with pytest.raises(EdgeError) as refused:
        pacing.check("bob")

    assert [fault.refusal.code for fault in refused.value.faults] == [Code.RATE_LIMITED]


def test_a_burst_is_taken_and_what_follows_waits() -> None:
    clock = Clock()
    pacing = Pacing(2, clock=clock)

    waits = [wait_of(pacing, "bob") for _ in range(2 * BURST_SECONDS + 3)]

    assert waits == [0] * 2 * BURST_SECONDS + [1, 1, 1]


def test_who_waits_as_long_as_told_is_taken_and_who_was_refused_waits_no_longer_for_it() -> None:
    clock = Clock()
    pacing = Pacing(1, clock=clock)
    while not (wait := wait_of(pacing, "bob")):
        pass
    for _ in range(100):
        assert wait_of(pacing, "bob") == wait

    clock.now += wait

    assert (wait_of(pacing, "bob"), wait_of(pacing, "bob")) == (0, wait)


def test_another_caller_has_an_account_of_their_own() -> None:
    pacing = Pacing(1, clock=Clock())
    while not wait_of(pacing, "bob"):
        pass

    assert wait_of(pacing, "eva") == 0


def test_without_a_limit_nobody_waits() -> None:
    pacing = Pacing(0, clock=Clock())

    assert not any(wait_of(pacing, "bob") for _ in range(10_000))


@given(st.integers(1, 20), st.lists(st.floats(0, 5), min_size=1, max_size=30))
def test_in_any_time_no_more_is_taken_than_the_share_and_one_burst(per_second: int, pauses: list[float]) -> None:
    clock = Clock()
    pacing = Pacing(per_second, clock=clock)
    taken: list[float] = []
    for pause in pauses:
        clock.now += pause
        taken += [clock.now for _ in range(per_second) if not wait_of(pacing, "bob")]

    for first, begin in enumerate(taken):
        for last, end in enumerate(taken[first:], start=first):
            assert last - first + 1 <= per_second * (BURST_SECONDS + end - begin) + 1


def test_of_many_callers_only_those_who_wait_are_remembered() -> None:
    clock = Clock()
    pacing = Pacing(1, clock=clock)
    while not wait_of(pacing, "bob"):
        pass
    clock.now += 1.5
    for number in range(MOST_CALLERS + 1):
        pacing.check(f"passer-by {number}")
        clock.now += 0.0001

    clock.now += 2
    pacing.check("one more")

    assert len(pacing._even_at) < MOST_CALLERS
    assert wait_of(pacing, "passer-by 0") == 0
