"""The queue of one machine without Redis: a folder of messages, in which nothing half-written is ever taken for one.

Celery's own (kombu's `filesystem`) shows a message before it is written, and a reader that comes between ends its
worker. Here a message gets its name when it is whole; one that was cut off all the same (a full disk, a machine that
stopped) is left out, with a line in the log.
"""

from __future__ import annotations

import logging
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)
PARTS = {"body", "properties"}
"""What every message has."""
TRIES = 10


class Channel(filesystem.Channel):
    """The folder: whole messages in, whole messages out."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Write the message beside the others, then give it the name by which it is found."""
        folder = Path(self.data_folder_out)
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}"
        half = folder / f"{name}.half"
        try:
            half.write_bytes(dumps(payload).encode())
            half.replace(folder / f"{name}.{queue}.msg")
        except OSError as error:
            half.unlink(missing_ok=True)
            raise ChannelError(f"The message could not be written to {folder}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The next whole message; `Empty` where there is none. Each that is taken out is gone, so this ends."""
        while True:
            try:
                payload = super()._get(queue)
            except ValueError:
                payload = None
            if isinstance(payload, dict) and payload.keys() >= PARTS:
                return payload
            log.warning("A message in %s was cut off. It is left out.", self.data_folder_in)

    def get_table(self, exchange: str) -> Any:
        """Which queues an exchange has; whoever is writing it down is waited for a moment."""
        for _ in range(TRIES):
            try:
                return super().get_table(exchange)
            except ValueError:
                time.sleep(0.05)
        raise ChannelError(f"{self.control_folder}/{exchange}.exchange was cut off. Delete it and start again.")

    def _queue_bind(self, exchange: str, *words: Any, **more: Any) -> None:
        """Write a queue down for its exchange; what was cut off is written anew."""
        try:
            super()._queue_bind(exchange, *words, **more)
        except ValueError:
            (self.control_folder / f"{exchange}.exchange").unlink(missing_ok=True)
            super()._queue_bind(exchange, *words, **more)


class Transport(filesystem.Transport):
    """Celery's own transport, with the folder above."""

    Channel = Channel
