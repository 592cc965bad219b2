"""A test that ran into its time fails, whoever swallowed what told it so."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.conftest import pytest_runtest_makereport


def reported(*, seconds: float, marker: float | None, outcome: str = "passed") -> SimpleNamespace:
    mark = None if marker is None else SimpleNamespace(args=(marker,))
    item = SimpleNamespace(
        get_closest_marker=lambda _name: mark, config=SimpleNamespace(option=SimpleNamespace(timeout=120))
    )
    report = SimpleNamespace(outcome=outcome, passed=outcome == "passed", longrepr=None)
    hook = pytest_runtest_makereport(item, SimpleNamespace(duration=seconds))  # type: ignore[arg-type]  # what it asks of them
    next(hook)
    with pytest.raises(StopIteration) as ended:
        hook.send(report)  # type: ignore[arg-type]  # the same
    found: SimpleNamespace = ended.value.value
    return found


@pytest.mark.parametrize(("seconds", "marker"), [(121, None), (301, 300)])
def test_it_fails(seconds: float, marker: float | None) -> None:
    report = reported(seconds=seconds, marker=marker)
    assert report.outcome == "failed"
    assert f"passed after {seconds} s" in report.longrepr


@pytest.mark.parametrize(("seconds", "marker"), [(119, None), (299, 300), (1000, 0)])
def test_one_within_its_time_passes(seconds: float, marker: float | None) -> None:
    assert reported(seconds=seconds, marker=marker).outcome == "passed"


def test_one_that_has_failed_keeps_its_reason() -> None:
    report = reported(seconds=500, marker=None, outcome="failed")
    assert report.longrepr is None
