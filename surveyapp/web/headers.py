"""What each response says to browsers: security headers, and smaller bytes for slow lines."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

from surveyapp.web.pages import content_hash

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/problem+json",
    "image/svg+xml",
    "application/javascript",
)
SMALLEST_WORTH_COMPRESSING = 500
FOR_GOOD = "public, max-age=31536000, immutable"


def init_app(app: Flask, *, uses_https: bool) -> None:
    """Add the headers to every response of `app`."""

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if uses_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    app.after_request(keep_static)

    app.after_request(compress)


def static_file(response: Response) -> Path | None:
    """The static file that this response sends; None for anything else, a refusal too."""
    if request.endpoint != "static" or response.status_code != 200:
        return None
    return Path(current_app.static_folder or "", (request.view_args or {})["filename"])


def keep_static(response: Response) -> Response:
    """Let browsers keep a static file for good where its address names the content that it has now."""
    path = static_file(response)
    if path is not None and request.args.get("v") == content_hash(path, path.stat().st_mtime_ns):
        response.headers["Cache-Control"] = FOR_GOOD
    return response


def compress(response: Response) -> Response:
    """Gzip what a browser can take gzipped and what is worth it, as small as it gets."""
    if not (response.mimetype or "").startswith(COMPRESSIBLE) or response.status_code in (204, 206, 304):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers or request.range:
        return response
    if response.direct_passthrough and static_file(response) is None:  # a file that is sent as it is read
        return response
    if path := static_file(response):
        body = compressed_file(path, path.stat().st_mtime_ns)
        response.close()
        response.direct_passthrough = False
    elif len(response.get_data()) < SMALLEST_WORTH_COMPRESSING:
        return response
    else:
        body = gzip.compress(response.get_data(), compresslevel=9, mtime=0)
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def compressed_file(path: Path, _changed_at: int) -> bytes:
    """A static file, compressed once for as long as it does not change."""
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
