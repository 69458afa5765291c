"""How programs and browsers may keep what is published."""

from __future__ import annotations

from flask import Response, request

SECONDS = 60


def keep_a_minute(response: Response) -> Response:
    """Let anybody keep the response for a minute, and ask again with its ETag afterwards.

    For published data alone, the same for everybody; the gate forbids it again for signed-in people.
    """
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response
