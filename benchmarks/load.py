"""A small HTTP client that costs next to nothing itself: the processor is the server's, not the client's."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HOST = "127.0.0.1"
END_OF_HEAD = b"\r\n\r\n"
SECONDS = 20


class Failed(Exception):
    """A server answered something else than what is being measured."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and how long it took."""

    status: int
    head: str
    body: bytes
    seconds: float


@dataclass(slots=True)
class Caller:
    """One person's browser: a connection that is kept, and the cookies of a session."""

    port: int
    cookies: str = ""
    token: str = ""
    wire: socket.socket | None = None

    def get(self, path: str, *, status: int = 200) -> Reply:
        """Ask for a page, as a browser does."""
        return self.send(f"GET {path} HTTP/1.1\r\n", b"", status)

    def post(self, path: str, fields: dict[str, object], *, status: int = 200) -> Reply:
        """Send a form as the meeting's script does."""
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nX-CSRFToken: {self.token}\r\nHX-Request: true\r\n"
        )
        return self.send(head, body, status, accept="application/json")

    def send(self, head: str, body: bytes, status: int, *, accept: str = "text/html") -> Reply:
        """Send a request and read its whole answer. A connection that the server has let go is opened again."""
        asked = (
            f"{head}Host: {HOST}:{self.port}\r\nAccept: {accept}\r\nAccept-Encoding: gzip\r\n"
            f"Cookie: {self.cookies}\r\n\r\n"
        ).encode() + body
        began = time.perf_counter()
        try:
            answer = self.exchange(asked)
        except ConnectionError:
            self.close()
            began = time.perf_counter()
            answer = self.exchange(asked)
        reply = Reply(*answer, time.perf_counter() - began)
        if reply.status != status:
            raise Failed(f"{head.split(' HTTP', maxsplit=1)[0]} answered {reply.status}: {reply.body[:300]!r}")
        return reply

    def exchange(self, asked: bytes) -> tuple[int, str, bytes]:
        """One request and its answer on the wire."""
        if self.wire is None:
            self.wire = socket.create_connection((HOST, self.port), timeout=SECONDS)
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire.sendall(asked)
        read = b""
        while END_OF_HEAD not in read:
            read += self.part()
        head, _, body = read.partition(END_OF_HEAD)
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
        while len(body) < length:
            body += self.part()
        if "connection: close" in lines:
            self.close()
        return int(lines[0].split(" ")[1]), "\n".join(lines), body

    def part(self) -> bytes:
        """The next bytes; none means that the server has hung up."""
        part = self.wire.recv(65536) if self.wire else b""
        if not part:
            raise ConnectionResetError("the server has hung up")
        return part

    def close(self) -> None:
        """Hang up."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None


Ask = Callable[[], Reply]


@dataclass(slots=True)
class Sample:
    """The seconds of each answer to one kind of request, and what the server's processors worked for it in all."""

    seconds: list[float]
    worked: float = 0.0

    @property
    def processor(self) -> float:
        """Seconds of a processor for one answer: what it would take on a machine that has nothing else to do."""
        return self.worked / len(self.seconds)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request, and the process (with its children) that answers it."""

    ask: Ask
    pid: int


def worked(pid: int) -> float:
    """Seconds that a process and its children have had of the processors, by Linux's own count; else 0."""
    found = 0
    for task in Path(f"/proc/{pid}/task").glob("*"):
        found += int((task / "schedstat").read_text().split()[0])
        for child in (task / "children").read_text().split():
            found += round(worked(int(child)) * 1e9)
    return found / 1e9


def in_turn(kinds: Sequence[Kind], *, rounds: int, each: int) -> list[Sample]:
    """Samples of each kind, a few of one after a few of another: what else the machine does falls on all of them."""
    found = [Sample([]) for _ in kinds]
    for kind in kinds:
        kind.ask()
    for _ in range(rounds):
        for kind, sample in zip(kinds, found, strict=True):
            before = worked(kind.pid)
            sample.seconds += [kind.ask().seconds for _ in range(each)]
            sample.worked += worked(kind.pid) - before
    return found


def at_once(asks: Iterable[Ask], *, seconds: float) -> float:
    """Answers a second when everybody asks again as soon as they are answered."""
    until = time.perf_counter() + seconds
    counts: list[int] = []
    faults: list[Exception] = []

    def ask_again(ask: Ask) -> None:
        count = 0
        try:
            while time.perf_counter() < until:
                ask()
                count += 1
        except (OSError, Failed) as fault:
            faults.append(fault)
        counts.append(count)

    threads = [threading.Thread(target=ask_again, args=(ask,)) for ask in asks]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sum(counts) / (time.perf_counter() - began)
