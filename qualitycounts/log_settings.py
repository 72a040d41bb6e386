"""What the log looks like: a line of JSON an event, or lines to read."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

ROW = re.compile(r"DETAIL: .*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)
"""What PostgreSQL adds to a refusal: the whole row, with the words in it."""


def leave_rows_out(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out of a traceback what the database quotes of the row that it refused."""
    if "exception" in event:
        event["exception"] = ROW.sub("DETAIL: left out", event["exception"])
    return event


def log_settings(*, plain: bool, level: str) -> dict[str, Any]:
    """LOGGING, for Django: everything from `level` on goes to standard error; `plain`: as lines to read."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,  # the id of the request (qualitycounts/request_id.py)
                    structlog.stdlib.ExtraAdder(allow=("route", "status", "ms")),
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.format_exc_info,  # a traceback without the values of its variables
                    leave_rows_out,
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            },
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line" if plain else "json"}},
        # The servers come with handlers of their own, which are taken off. No address that was asked for is logged.
        "loggers": {name: {"propagate": True} for name in ("gunicorn.error", "uvicorn", "uvicorn.error")}
        | {"uvicorn.access": {"propagate": False}},
        "root": {"handlers": ["console"], "level": level},
    }
