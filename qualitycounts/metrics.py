"""`/metrics`: what a monitoring system (Prometheus) reads every few seconds to sound an alarm.

Labels are names of routes, numbers of answers and parts of the machinery: never an address, a person or a word of a
case. Answers and their times are counted in each process; where gunicorn has several, they share a folder
(`gunicorn.conf.py`) and any of them answers for all. The gauges are looked up when they are asked for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from people import undelivered
from people.access import public
from people.models import Heartbeat
from qualitycounts import health, queue_age
from qualitycounts.base import clock, live

SHARED = os.environ.get("METRICS_SLOT", "")
"""Which of several processes this is, where they share a folder. A process that follows another goes on with its
numbers, so there are never more files than processes at one time."""
if SHARED:
    values.ValueClass = values.MultiProcessValue(lambda: SHARED)  # type: ignore[no-untyped-call]

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNROUTED = "none"
"""The label of what leads to no route."""

counted = CollectorRegistry()
request_seconds = Histogram(
    "quality_counts_request_seconds",
    "Seconds until an answer was ready (a stream: until it began), by the name of its route.",
    ["route"],
    buckets=SECONDS,
    registry=counted,
)
answers = Counter("quality_counts_answers", "Answers by their HTTP status.", ["status"], registry=counted)


def count_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count each answer and the time it took. Without `METRICS_TOKEN` nothing is counted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.METRICS_TOKEN:
            return get_response(request)
        began = time.perf_counter()
        answer = get_response(request)
        request_seconds.labels(route_of(request)).observe(time.perf_counter() - began)
        answers.labels(str(answer.status_code)).inc()
        return answer

    return middleware


def route_of(request: HttpRequest) -> str:
    """The name of the request's route, which holds nothing of what stands in its address."""
    match = request.resolver_match
    return match.view_name if match and match.view_name else UNROUTED


class Machinery(Collector):
    """The gauges: database, queue, outbox, worker and sweep, and the streams of this process."""

    def collect(self) -> Iterator[Metric]:
        """Look each up now. What cannot be known is left out."""
        at = clock.now()
        yield gauge("streams", "Open event streams of live meetings in this process.", live.count_streams())
        queue = queue_age.measure_queue()
        if queue is not None:
            yield gauge("queue_messages", "Messages that the worker has not taken yet.", queue.messages)
            yield gauge("queue_age_seconds", "Seconds for which the oldest of them waits; 0 for none.", queue.age)
        try:
            beats = dict(Heartbeat.objects.filter(part__in=health.PARTS).values_list("part", "beat"))
            waiting, oldest = undelivered.count_waiting(at=at), undelivered.oldest_waiting(at=at)
        except DatabaseError:
            yield gauge("database_up", "1 while the database answers.", 0)
            return
        yield gauge("database_up", "1 while the database answers.", 1)
        yield gauge("outbox_mails", "Mails whose time has come and that have not gone.", waiting)
        age = max((at - oldest).total_seconds(), 0.0) if oldest else 0.0
        yield gauge("outbox_age_seconds", "Seconds for which the oldest of them waits; 0 for none.", age)
        heard = GaugeMetricFamily(
            "quality_counts_heard_timestamp_seconds",
            "When worker and sweep were last heard of, in seconds since 1970; 0 for never.",
            labels=["part"],
        )
        for part in health.PARTS:
            heard.add_metric([part], beats[part].timestamp() if part in beats else 0.0)
        yield heard


def gauge(name: str, means: str, value: float) -> GaugeMetricFamily:
    """One number under its name."""
    return GaugeMetricFamily(f"quality_counts_{name}", means, value=value)


def exposition() -> bytes:
    """Everything, in the text that Prometheus reads."""
    gauges, of_all = CollectorRegistry(), counted
    gauges.register(Machinery())
    if SHARED:
        of_all = CollectorRegistry()
        multiprocess.MultiProcessCollector(of_all)  # type: ignore[no-untyped-call]
    return generate_latest(gauges) + generate_latest(of_all)


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponseBase:
    """The numbers, to whoever shows the token: 401 to others, and 404 where no token is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        return HttpResponse("A token is needed.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
