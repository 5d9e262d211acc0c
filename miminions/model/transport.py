"""The wire to a model: no redirects, no endless or swollen replies."""

import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx

MOST_BYTES = 16 * 1024 * 1024
# What is packed may unpack to a thousand times its size.
MOST_PACKED_BYTES = 256 * 1024


# A server that is there takes a connection in less; who waits longer waits for nobody.
CONNECT_SECONDS = 10.0


class _Bounded(httpx.SyncByteStream):
    """A reply's bytes, up to a number and a moment."""

    def __init__(self, stream: httpx.SyncByteStream, most: int, seconds: float | None) -> None:
        self._stream = stream
        self._most = most
        self._end = None if seconds is None else time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for piece in self._stream:
            count += len(piece)
            if count > self._most:
                raise httpx.RemoteProtocolError(f"the reply is longer than {self._most} bytes")
            if self._end is not None and time.monotonic() > self._end:
                raise httpx.ReadTimeout("the reply took too long to arrive")
            yield piece

    def close(self) -> None:
        self._stream.close()


def _bound(response: httpx.Response) -> None:
    """Bound the body of a reply; one that is streamed may take its time."""
    packed = response.headers.get("content-encoding", "identity") != "identity"
    streamed = "event-stream" in response.headers.get("content-type", "")
    seconds = None if streamed else response.request.extensions.get("timeout", {}).get("read")
    if isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Bounded(response.stream, MOST_PACKED_BYTES if packed else MOST_BYTES, seconds)


def _hurry(request: httpx.Request) -> None:
    """Bound the wait for a connection: only an answer may take as long as the person set."""
    timeout = request.extensions.get("timeout", {})
    seconds = timeout.get("connect")
    if seconds is None or seconds > CONNECT_SECONDS:
        request.extensions["timeout"] = {**timeout, "connect": CONNECT_SECONDS}


@cache
def session() -> httpx.Client:
    """Return the one client of this process: keys and texts go where they were sent and nowhere else."""
    return httpx.Client(follow_redirects=False, event_hooks={"request": [_hurry], "response": [_bound]})


def options(litellm: Any, provider: str) -> dict[str, Any]:
    """Return what litellm needs to use that client for a provider."""
    if provider in {"ollama_chat", "anthropic", "gemini"}:
        from litellm.llms.custom_httpx.http_handler import HTTPHandler

        return {"client": HTTPHandler(client=session())}
    litellm.client_session = session()
    return {}
