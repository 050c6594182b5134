"""A server on the loopback device that gives files as public sources do, and fails as they do."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

MODIFIED = "Sat, 01 Mar 2025 10:00:00 GMT"


@dataclass
class Answer:
    """How the server answers one request for a path, in the place of the plain way.

    Attributes
    ----------
    status : int
        For example 503.
    headers : dict
        Further headers.
    drop_after : int, optional
        Bytes of the body after which the connection breaks.
    body : bytes, optional
        Another body.
    states_length : bool
        False: nothing says how much should come.
    ignores_range : bool
        The whole file comes, whatever was asked for.
    stalls : bool
        After `drop_after` bytes nothing more comes, and the connection stays.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop_after: int | None = None
    body: bytes | None = None
    states_length: bool = True
    ignores_range: bool = False
    stalls: bool = False


@dataclass
class Request:
    """A request that came in."""

    path: str
    query: str
    headers: dict[str, str]


class Source:
    """Files by path, and answers that go wrong, in the order in which they are given.

    Attributes
    ----------
    files : dict
        Path -> content; a function of the query for what is computed.
    plans : dict
        Path -> the next answers; afterwards the plain way.
    requests : list of Request
        What came in.
    tags : bool
        Whether versions are identified by an ETag (else only by their date).
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes | Callable[[str], bytes]] = {}
        self.plans: dict[str, list[Answer]] = defaultdict(list)
        self.requests: list[Request] = []
        self.tags = True
        self.url = ""
        self.ended = threading.Event()

    def paths(self) -> list[str]:
        """Paths that were asked for, in order."""
        return [request.path for request in self.requests]


def _handler(source: Source) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            path = unquote(address.path).lstrip("/")
            source.requests.append(Request(path, address.query, dict(self.headers)))
            plan = source.plans[path]
            answer = plan.pop(0) if plan else Answer()
            content = source.files.get(path, b"") if answer.body is None else answer.body
            if callable(content):
                content = content(address.query)
            if answer.status == 200 and path not in source.files and answer.body is None:
                answer = Answer(status=404)
            self._give(answer, content)

        def _give(self, answer: Answer, content: bytes) -> None:
            status, start = answer.status, 0
            headers = {"Last-Modified": MODIFIED, **answer.headers}
            tag = f'"{hashlib.md5(content).hexdigest()}"'
            if source.tags:
                headers["ETag"] = tag
            asked = self.headers.get("Range")
            same = self.headers.get("If-Range") in (tag if source.tags else MODIFIED, None)
            if status == 200 and asked and same and not answer.ignores_range:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                status = 206 if start < len(content) else 416
                headers["Content-Range"] = (
                    f"bytes {start}-{len(content) - 1}/{len(content)}"
                    if status == 206
                    else f"bytes */{len(content)}"
                )
            body = content[start:] if status in (200, 206) else b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if answer.states_length:
                self.send_header("Content-Length", str(len(body)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body if answer.drop_after is None else body[: answer.drop_after])
            if answer.stalls:
                self.wfile.flush()
                source.ended.wait(5)
            self.close_connection = answer.drop_after is not None or not answer.states_length

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving() -> Iterator[Source]:
    """Run a server for the length of a block."""
    source = Source()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(source))
    server.daemon_threads = True
    source.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield source
    finally:
        source.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
