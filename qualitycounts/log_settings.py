"""What the log looks like: a line of JSON an event, or lines to read."""

from __future__ import annotations

from typing import Any

import structlog


def log_settings(*, plain: bool, level: str) -> dict[str, Any]:
    """LOGGING, for Django: everything from `level` on goes to standard error; `plain`: as lines to read."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": [
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.format_exc_info,  # a traceback without the values of its variables
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
