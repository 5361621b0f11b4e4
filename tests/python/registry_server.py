"""A registry on loopback that answers as it is told, also as no server should, and notes what it was asked."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Behaviour = Callable[[BaseHTTPRequestHandler], None]
DRIP_SECONDS = 0.1


@dataclass(frozen=True)
class Asked:
    """A request as the server has received it."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def parameters(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode("ascii"), keep_blank_values=True, errors="strict")


@dataclass
class RegistryServer:
    """What is asked at a path is answered by the next of its behaviours; the last one stays."""

    port: int
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)
    behaviours: dict[str, list[Behaviour]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def answers(self, path: str, *behaviours: Behaviour) -> None:
        """Say how requests to a path are answered from now on."""
        self.behaviours[path] = list(behaviours)

    def paths(self) -> list[str]:
        """The paths of all requests, in their order."""
        return [asked.path for asked in self.asked]

    def behaviour(self, path: str) -> Behaviour:
        with self.lock:
            left = self.behaviours.get(path) or [reply(b"nothing here", status=404)]
            return left.pop(0) if len(left) > 1 else left[0]


def reply(body: bytes, *, status: int = 200, **headers: str) -> Behaviour:
    """Answer with a body; headers are named with underscores."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **names}.items():
            handler.send_header(name, value)
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(body)

    return answer


def reply_json(value: Any, *, status: int = 200, **headers: str) -> Behaviour:
    """Answer with JSON."""
    return reply(json.dumps(value, ensure_ascii=False).encode(), status=status, **headers)


def gzipped(body: bytes) -> Behaviour:
    """Answer with a compressed body."""
    return reply(gzip.compress(body), Content_Encoding="gzip")


def drop(handler: BaseHTTPRequestHandler) -> None:
    """End the connection without an answer."""
    handler.close_connection = True


def drop_within_the_body(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"list": [')
    handler.close_connection = True


def be_silent(seconds: float) -> Behaviour:
    """Answer only after a while."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        reply_json({})(handler)

    return answer


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte of the body now and then, for half a minute."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    _drip(handler, b"{" + b" " * 300)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte of the headers now and then, for half a minute."""
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 300)


def _drip(handler: BaseHTTPRequestHandler, text: bytes) -> None:
    handler.close_connection = True
    with suppress(OSError):
        for byte in text:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(DRIP_SECONDS)


def pour(handler: BaseHTTPRequestHandler) -> None:
    """Send a body that is long, in chunks, and never its end."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.close_connection = True
    with suppress(OSError):
        for _ in range(500):
            handler.wfile.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has had enough is no error here."""


@contextmanager
def running_server(encryption: ssl.SSLContext | None = None) -> Iterator[RegistryServer]:
    """A server on a free port, until the block ends; with encryption, it speaks HTTPS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length), self.client_address[1])
            with registry.lock:
                registry.asked.append(asked)
            registry.behaviour(asked.path)(self)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is printed."""

    server = _Server(("127.0.0.1", 0), Handler)
    if encryption is not None:
        server.socket = encryption.wrap_socket(server.socket, server_side=True)
    registry = RegistryServer(server.server_port, scheme="http" if encryption is None else "https")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
