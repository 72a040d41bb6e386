"""The stack's two nginx sites, docs/deploy/front.conf and tls.conf, before processes of this machine."""

from __future__ import annotations

from pathlib import Path

from tests import servers
from tests.stack_parts import around, make_certificate

SITE = "quality.council.example"
DEPLOY = Path(__file__).resolve().parent.parent / "docs" / "deploy"


def write_sites(home: Path, pages: dict[str, int], stream: int) -> tuple[list[str | Path], dict[str, int]]:
    """An nginx with a front and its TLS for each port of pages: its command line, and the port where TLS ends."""
    make_certificate(SITE, home / "certificate.pem", home / "key.pem")
    tls = (DEPLOY / "tls.conf").read_text()
    blocks, ports = [], {}
    for name, port in pages.items():
        front, ports[name] = servers.free_port(), servers.free_port()
        block = (DEPLOY / "front.conf").read_text() + tls[tls.index("server {\n  listen 443") :]
        for there, on_this_machine in (
            ("listen 8080;", f"listen {servers.HOST}:{front};"),
            ("http://web:8000;", f"http://{servers.HOST}:{port};"),
            ("http://stream:8000;", f"http://{servers.HOST}:{stream};"),
            ("listen 443 ssl;", f"listen {servers.HOST}:{ports[name]} ssl;"),
            ("/etc/ssl/quality/fullchain.pem", str(home / "certificate.pem")),
            ("/etc/ssl/quality/privkey.pem", str(home / "key.pem")),
            ("http://127.0.0.1:8080;", f"http://{servers.HOST}:{front};"),
        ):
            block = block.replace(there, on_this_machine)
        blocks.append(block)
    words: list[str | Path] = [servers.nginx() or "nginx", "-c", around("\n".join(blocks), home)]
    return [*words, "-p", home, "-e", "stderr"], ports
