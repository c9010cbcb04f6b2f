"""The only place that logs, counts and times: other code emits named moments, which become text and metrics here."""

import logging
import sys
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any, Literal

import orjson
import stamina
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from callcenter.privacy import redact

MOMENTS: dict[str, int] = {
    # what every delivery goes through
    "event_handled": logging.INFO,
    "event_repeated": logging.INFO,
    "event_stale": logging.INFO,
    "event_rethought": logging.INFO,
    "event_retried": logging.WARNING,
    "event_dead_lettered": logging.ERROR,
    "event_waiting": logging.WARNING,
    "event_unhandled": logging.ERROR,
    # what intake does
    "interaction_accepted": logging.INFO,
    "interaction_finished": logging.INFO,
    "interaction_republished": logging.WARNING,
    "interaction_stalled": logging.ERROR,
    "words_expired": logging.INFO,
    "message_accepted": logging.INFO,
    "message_answered": logging.INFO,
    "conversation_left": logging.INFO,
    "handoff_changed": logging.INFO,
    "wording_kept": logging.INFO,
    "sweep_failed": logging.WARNING,
    "mail_door_opened": logging.INFO,
    "mail_taken": logging.INFO,
    "mail_repeated": logging.INFO,
    "mail_not_answered": logging.INFO,
    "mail_put_off": logging.WARNING,
    "mail_sent": logging.INFO,
    "mail_waits": logging.WARNING,
    "mail_failed": logging.ERROR,
    "mail_came_back": logging.ERROR,
    "postman_failed": logging.WARNING,
    "demo_opened": logging.INFO,
    "auth_off": logging.INFO,
    "signed_in": logging.INFO,
    "access_changed": logging.INFO,
    "sign_in_failed": logging.WARNING,
    "provider_away": logging.WARNING,
    "request_refused": logging.INFO,
    "request_failed": logging.ERROR,
    # what the agent does
    "understanding_reduced": logging.WARNING,
    "text_unread": logging.ERROR,
    # what policy does
    "identity_guessed": logging.WARNING,
    # what ticketing does
    "ticket_filed": logging.INFO,
    "sla_warning": logging.WARNING,
    "sla_breached": logging.WARNING,
    "clock_failed": logging.WARNING,
    "webhook_delivered": logging.INFO,
    "webhook_failed": logging.WARNING,
    "webhook_given_up": logging.ERROR,
    "courier_failed": logging.WARNING,
    # the life of a service
    "work_unlimited": logging.WARNING,
    "service_started": logging.INFO,
    "service_ready": logging.INFO,
    "service_draining": logging.INFO,
    "service_stopped": logging.INFO,
    "broker_connected": logging.INFO,
    "broker_lost": logging.WARNING,
    "ack_lost": logging.INFO,
}
"""Every moment there is, and how loud it is."""

FREE_TEXT = {"error", "detail", "why", "path", "advice", "text"}
"""Facts that may hold what somebody wrote: personal data goes. Ids, types, addresses and counts stay as they are."""

REGISTRY = CollectorRegistry()
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_MOMENTS = Counter("callcenter_moments", "Named moments, by service.", ("moment", "service"), registry=REGISTRY)
_DEAD = Counter("callcenter_dead_letters", "Messages given up, by reason.", ("service", "reason"), registry=REGISTRY)
_WORK = Histogram("callcenter_work_seconds", "Time in a handler.", ("service",), registry=REGISTRY, buckets=_SECONDS)
_WAIT = Histogram(
    "callcenter_queue_seconds", "Time an event waited.", ("service",), registry=REGISTRY, buckets=_SECONDS
)
_REPLY = Histogram(
    "callcenter_reply_seconds", "From a customer's message to the answer.", registry=REGISTRY, buckets=_SECONDS
)
_TOTAL = Histogram(
    "callcenter_interaction_seconds", "From acceptance to the end.", ("status",), registry=REGISTRY, buckets=_SECONDS
)

_log = structlog.get_logger()


def emit(moment: str, *, service: str = "", **facts: Any) -> None:
    """Something happened: one log line, one count, and the timings that the facts carry."""
    level = MOMENTS[moment]
    _MOMENTS.labels(moment, service).inc()
    if moment == "event_handled":
        _WORK.labels(service).observe(facts["work_ms"] / 1000)
        _WAIT.labels(service).observe(facts["queue_ms"] / 1000)
    elif moment == "event_dead_lettered":
        _DEAD.labels(service, facts["reason"]).inc()
    elif moment == "interaction_finished":
        _TOTAL.labels(facts["status"]).observe(facts["seconds"])
    elif moment == "message_answered":
        _REPLY.observe(facts["seconds"])
    _log.log(level, moment, service=service, **_impersonal(facts, FREE_TEXT))


def metrics() -> tuple[bytes, str]:
    """The metrics page in the text format of Prometheus, and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def configure(level: str, form: Literal["auto", "text", "json"]) -> None:
    """Lines for people on a terminal, JSON for machines elsewhere; libraries' warnings go the same way."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    render: Any = _for_people() if as_text else structlog.processors.JSONRenderer(_json)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, _of_libraries, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    foreign = [*shared, structlog.processors.format_exc_info, _of_libraries]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=foreign))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for noisy in ("aio_pika", "aiormq"):  # a lost broker is told once, as the moment broker_lost
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    stamina.instrumentation.set_on_retry_hooks([])  # a retry that fails is told as the moment event_waiting


def _impersonal(facts: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: redact(v) if name in names and isinstance(v, str) else v for name, v in facts.items()}


def _of_libraries(_: Any, __: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    """Their sentences and their tracebacks. Our own moments have names, which nothing is found in."""
    return _impersonal(line, ("event", "exception", "stack"))


def _for_people() -> structlog.dev.ConsoleRenderer:
    """Plain tracebacks: the coloured ones show the values of variables."""
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


def _json(line: dict[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
