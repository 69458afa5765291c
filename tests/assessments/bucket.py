"""A small server that speaks as much of S3 as the evidence store needs; in memory."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit


class Bucket(ThreadingHTTPServer):
    """Objects by key, below `/bucket/`; `is_full` refuses what is written."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.is_full = False
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    @property
    def key(self) -> str:
        return urlsplit(self.path).path.removeprefix("/bucket").removeprefix("/")

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Wed, 25 Nov 2026 12:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("If-None-Match") == "*" and self.key in self.server.objects:
            self.answer(412)
        elif self.server.is_full:
            self.answer(403)
        else:
            self.server.objects[self.key] = body
            self.answer(200)

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            rows = "".join(
                f"<Contents><Key>{key}</Key><LastModified>2026-11-25T12:00:00.000Z</LastModified>"
                f"<ETag>1</ETag><Size>{len(body)}</Size></Contents>"
                for key, body in sorted(self.server.objects.items())
                if key.startswith(prefix)
            )
            self.answer(200, f"<ListBucketResult>{rows}</ListBucketResult>".encode())
        elif self.key in self.server.objects:
            self.answer(200, self.server.objects[self.key])
        else:
            self.answer(404)

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key, None)
        self.answer(204)

    def do_POST(self) -> None:
        """The deletion of several objects at once."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keys = [part.split("</Key>")[0] for part in body.split("<Key>")[1:]]
        for key in keys:
            self.server.objects.pop(key, None)
        rows = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self.answer(200, f"<DeleteResult>{rows}</DeleteResult>".encode())
