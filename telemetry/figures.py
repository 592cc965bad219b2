"""The figures of an API process in the text format of Prometheus: what it has answered, its pool, and what the database says.

Labels are routes, methods, statuses and codes, all of them from closed lists: no unit, no person, no id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Figures:
    """All figures of a process. `told` are those that somebody else keeps; they are told again before each reading."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "tilbake_http_requests",
            "Requests that were answered",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "tilbake_http_request_duration_seconds",
            "From the first byte of a request to the last of its answer; without event streams",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._told = _Told()
        self._registry.register(self._told)

    def handled(self, *, route: str, method: str, status: int, seconds: float | None) -> None:
        """A request was answered; `seconds` None: it lasted as long as its reader wanted."""
        self.requests.labels(route, method, f"{status // 100}xx").inc()
        if seconds is not None:
            self.seconds.labels(route, method).observe(seconds)

    def text(self, *told: Metric) -> bytes:
        """Everything, with these figures of others, as Prometheus reads it."""
        self._told.metrics = told
        return generate_latest(self._registry)


class _Told(Collector):
    def __init__(self) -> None:
        self.metrics: Iterable[Metric] = ()

    def collect(self) -> Iterator[Metric]:
        yield from self.metrics


def gauge(name: str, about: str, value: float) -> Metric:
    """A figure that goes up and down."""
    return GaugeMetricFamily(name, about, value=value)


def gauges(name: str, about: str, label: str, *, values: Mapping[str, float]) -> Metric:
    """The same by a label."""
    family = GaugeMetricFamily(name, about, labels=(label,))
    for one, value in values.items():
        family.add_metric((one,), value)
    return family


def counter(name: str, about: str, value: float) -> Metric:
    """A figure that only grows."""
    return CounterMetricFamily(name, about, value=value)
