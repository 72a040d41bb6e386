"""Pages that were kept, in one Chromium: under the policy that they came with, and under none."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser

AT_ONCE = 6
"""Frames that load beside each other."""
TRAP = """
window.__ran = n => top.__told.push(["ran", n, document.title]);
document.addEventListener("securitypolicyviolation", e => {
  if (e.disposition === "enforce") top.__told.push(["broke", location.pathname, e.violatedDirective, e.blockedURI]);
});
if (window === top) window.__told = [];
"""
LOAD = """
async ([urls, most]) => {
  const link = /^[\\u0000-\\u0020]*(j\\s*a\\s*v\\s*a\\s*s\\s*c\\s*r\\s*i\\s*p\\s*t|data|vbscript):/i;
  const leads = /^(.*href|src|action|formaction|data|poster)$/i;
  const tags = "iframe,frame,object,embed,base,math,marquee,meta[http-equiv]";
  const armed = (page, paper) => {
    const wrong = [...page.querySelectorAll(tags + (paper ? "" : ",style"))].map(each => each.outerHTML);
    for (const each of page.querySelectorAll("script"))
      if (!(each.getAttribute("src") ?? "").startsWith("/static/") && each.type !== "application/json")
        wrong.push(each.outerHTML);
    for (const each of page.querySelectorAll("*"))
      for (const { name, value } of each.attributes)
        if (/^(on|srcdoc|(data-)?hx-on)/i.test(name) || (leads.test(name) && link.test(value)))
          wrong.push(`${each.tagName} ${name}=${value}`);
    return wrong;
  };
  const queue = [...urls];
  const work = async () => {
    for (let url; (url = queue.shift()); ) {
      const frame = document.createElement("iframe");
      await new Promise(done => {
        frame.onload = done;
        frame.src = url;
        document.body.append(frame);
      });
      await new Promise(done => setTimeout(done, 15));
      const page = frame.contentDocument;
      if (!page || page.URL.indexOf(url) < 0) top.__told.push(["left", url, page?.URL]);
      else for (const wrong of armed(page, url.includes("paper"))) top.__told.push(["armed", url, wrong.slice(0, 200)]);
      frame.remove();
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  return top.__told.splice(0);
}
"""


@dataclass
class Kept:
    """Pages by number, what each was sent with, and what was asked for that nobody should have."""

    pages: list[str]
    policies: list[str]
    fetched: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, str, bytes, str]:
        """Status, kind, body and policy of what stands at a path."""
        _, first, *rest = path.partition("?")[0].split("/")
        if path == "/":
            return 200, "text/html", b"<!doctype html><title>Frames</title><body>", ""
        if first in ("with", "without"):
            number = int(rest[-1])
            policy = self.policies[number].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
            return 200, "text/html; charset=utf-8", self.pages[number].encode(), policy if first == "with" else ""
        found = finders.find("/".join(rest)) if first == "static" else None
        if isinstance(found, str):
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            return 200, kind, Path(found).read_bytes(), ""
        if "hostile" in path:
            self.fetched.append(path)
        return 404, "text/plain", b"", ""


@contextmanager
def served(kept: Kept) -> Iterator[str]:
    """Where these pages stand while it lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body, policy = kept.answer(self.path)
            self.send_response(status)
            headers = {"Content-Type": kind, "Content-Length": str(len(body))}
            headers |= {"Content-Security-Policy": policy} if policy else {}
            headers |= {"Cache-Control": "max-age=600"} if self.path.startswith("/static/") else {}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def told_by(chromium: Browser, kept: Kept, urls: list[str]) -> list[list[Any]]:
    """Load each address in a frame; what ran, what could run, what the policy had to stop, and what was fetched."""
    context = chromium.new_context(service_workers="block")
    context.add_init_script(TRAP)
    try:
        with served(kept) as site:
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.goto(site)
            told: list[list[Any]] = page.evaluate(LOAD, [urls, AT_ONCE])
        return told + [["fetched", path] for path in kept.fetched]
    finally:
        context.close()
