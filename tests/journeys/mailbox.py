"""A mail server that keeps what it is given, to be read as people read mail; while told to, it refuses everybody."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

REFUSAL = "550 5.1.1 No mailbox of that name here"


class Conversation(socketserver.StreamRequestHandler):
    """One client's mails, as SMTP has them."""

    def handle(self) -> None:
        mailbox = cast("Mailbox", self.server)
        self.say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                mailbox.keep(b"".join(lines))
                self.say("250 taken")
            elif word == b"RCPT" and mailbox.refuses:
                self.say(REFUSAL)
            elif word == b"QUIT":
                self.say("221 goodbye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Mailbox(socketserver.ThreadingTCPServer):
    """The mails of everybody, as (address, subject, text)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.folder = folder
        self.refuses = False
        self.mails: list[tuple[str, str, str]] = []

    @property
    def url(self) -> str:
        """What EMAIL_URL says."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def keep(self, data: bytes) -> None:
        """Read one mail."""
        mail = message_from_bytes(data, policy=default)
        if self.folder is not None:
            (self.folder / f"{len(self.mails) + 1:05}.eml").write_bytes(data)
        body = mail.get_body(("plain",))
        self.mails.append((str(mail["To"]), str(mail["Subject"]), body.get_content() if body else ""))

    def of(self, address: str, subject: str, seconds: float = 90) -> tuple[str, str]:
        """The subject and text of the latest mail to somebody whose subject holds some words; waited for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for to, said, text in reversed(self.mails):
                if address in to and subject in said:
                    return said, text
            time.sleep(0.2)
        raise AssertionError(f"No mail “{subject}” to {address} in {[(to, said) for to, said, _ in self.mails]}")


def link_of(text: str) -> str:
    """The link in a welcome mail that sets a password."""
    found = re.search(r"http\S+/password/reset/key/\S+", text)
    assert found, text
    return found[0]


@contextmanager
def mailbox(folder: Path | None = None) -> Iterator[Mailbox]:
    """A mail server for as long as the block; with a folder, each mail is a file in it, too."""
    with Mailbox(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
