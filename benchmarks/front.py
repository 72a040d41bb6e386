"""Row 13: the same asked for as a browser does, over TLS and through the stack's two nginx sites.

The floors stand behind sites of the same words: what a front costs is in both numbers of a ratio.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time

import django

django.setup()

from django.contrib.staticfiles.storage import staticfiles_storage  # noqa: E402
from django.urls import reverse  # noqa: E402

from audits.models import Audit  # noqa: E402
from benchmarks import pages, stage, table  # noqa: E402
from benchmarks.load import HOST, SECONDS, Ask, Caller, Failed, Kind, Reply, in_turn  # noqa: E402
from benchmarks.sites import SITE  # noqa: E402
from benchmarks.table import Line, ms, p50  # noqa: E402
from people.models import User  # noqa: E402

SAVES = 40
WORD = b"data: revision "
trusted = ssl.create_default_context()


def connect(port: int) -> socket.socket:
    """A connection over TLS to the site of a port, its certificate checked."""
    wire = socket.create_connection((HOST, port), timeout=SECONDS)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return trusted.wrap_socket(wire, server_hostname=SITE)


class Browser(Caller):
    """A browser that comes by the front."""

    def send(self, head: str, body: bytes, status: int, *, accept: str = "text/html") -> Reply:
        """The same, with the origin that a form sent over TLS must name."""
        return Caller.send(self, f"{head}Origin: https://{HOST}:{self.port}\r\n", body, status, accept=accept)

    def exchange(self, asked: bytes) -> tuple[int, str, bytes]:
        """The same, over TLS."""
        self.wire = self.wire or connect(self.port)
        return Caller.exchange(self, asked)


class Fronted(pages.Server):
    """The product and the floors behind their fronts."""

    def floor(self, name: str) -> Ask:
        """One floor, on a connection of its own."""
        browser = Browser(self.floors[0])
        return lambda: browser.get(pages.FLOOR_PATHS[name].format(pk=self.pk))

    def caller(self, user: User) -> Caller:
        """A browser in which somebody is signed in."""
        plain = stage.caller(user, self.product[0])
        return Browser(plain.port, plain.cookies, plain.token)

    def line(self, what: str, floor: str, times: float | None, ask: Ask) -> Line:
        """A request of the product against a floor."""
        its, own = self.against(floor, ask)
        return pages.compared("13", f"By the front: {what}: p50", own, its, floor, times)

    def page(self, what: str, floor: str, times: float | None, by: User, path: str) -> Line:
        """A page against a floor."""
        browser = self.caller(by)
        return self.line(what, floor, times, lambda: browser.get(path))


def front_itself(server: Fronted, bare: int) -> Line:
    """How many times as long the floor takes by the front as without it."""
    straight, path = Caller(bare), pages.FLOOR_PATHS["F"].format(pk=server.pk)
    kinds = [Kind(lambda: straight.get(path), server.floors[1]), Kind(server.floor("F"), server.floors[1])]
    without, by_front = in_turn(kinds, rounds=pages.ROUNDS, each=pages.EACH)
    return table.slower("13", "By the front: F itself", by_front.seconds, without.seconds, "F", None)


def stream_line(port: int, room: str, user: User, save: Ask) -> Line:
    """From a save to the word of it on the other chair's stream, and how long the stream took to open."""
    wire, heard = connect(port), dict[int, float]()
    cookies = f"sessionid={stage.session(user)}; csrftoken={stage.TOKEN}"
    began = time.perf_counter()
    path = f"{room}live/events/?as={user.pk}"
    wire.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookies}\r\n\r\n".encode())
    answer = wire.makefile("rb")
    if b" 200 " not in (status := answer.readline()):
        raise Failed(f"{path} answered {status!r}")
    while not answer.readline().startswith(WORD):
        pass
    opened = time.perf_counter() - began

    def listen() -> None:
        while line := answer.readline():
            if line.startswith(WORD):
                heard[int(line[len(WORD) :])] = time.perf_counter()

    threading.Thread(target=listen, daemon=True).start()
    words, replies = [], []
    for _ in range(SAVES):
        sent = time.perf_counter()
        revision = json.loads(save().body)["revision"]
        replies.append(time.perf_counter() - sent)
        while revision not in heard and time.perf_counter() < sent + SECONDS:
            time.sleep(0.0005)
        words.append(heard[revision] - sent)
    info = f"the first word {ms(opened)} after it was asked for; save to word p50 {ms(p50(words))}"
    gain = 1000 * (p50(words) - p50(replies))
    return Line("13", "By the front: save to stream: event p50 − reply p50", gain, 1, "ms", info)


def main(product: tuple[int, int], floors: tuple[int, int], bare: int) -> None:
    """Measure, and print the lines for the run to read. `bare` is the port of the floors without a front."""
    open_now = Audit.objects.filter(state=Audit.State.IN_MEETING).exclude(auditor=None).exclude(keyworker=None)
    meeting = open_now.select_related("auditor", "keyworker")[0]
    room, auditor = reverse("audit-meeting", args=[meeting.ref]), stage.leader(meeting)
    server = Fronted(product, floors, meeting.pk)
    address = reverse("audit-notes", args=[meeting.ref, "s2-worried"])
    note = pages.Saving(server.caller(auditor), address, pages.note)
    lines = [
        front_itself(server, bare),
        server.line("autosave of a note", "F", 8, note),
        server.page("live meeting", "M", 6, auditor, f"{room}?step=1"),
        server.page("My work of an auditor", "F", 25, auditor, "/"),
        server.page("case list", "L", 4, stage.officer(), reverse("register")),
        server.page("a static file", "F", None, auditor, staticfiles_storage.url("app.css")),
        stream_line(product[0], room, User.objects.get(pk=meeting.keyworker_id), note),
    ]
    print(table.dump(lines))


if __name__ == "__main__":
    trusted.load_verify_locations(sys.argv[6])
    numbers = [int(word) for word in sys.argv[1:6]]
    main((numbers[0], numbers[1]), (numbers[2], numbers[3]), numbers[4])
