"""A small model server on loopback that speaks the chat completions wire format, faults included."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

TEXT = "The quick answer of a small server on loopback."


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to fail: an HTTP error of `status`, or what `name` says."""

    name: str
    status: int = 200
    message: str = "no luck today"
    headers: dict[str, str] = field(default_factory=dict)


LIMITED = Fault("error", 429)
BROKEN = Fault("error", 500)
UNAUTHORIZED = Fault("error", 401)
CUT = Fault("cut")  # half the text, finish_reason "length"
GARBAGE = Fault("garbage")  # a web page instead of JSON
HANG = Fault("hang")  # nothing until the server closes
CLOSED = Fault("closed")  # the connection ends: at once, or in the middle of a stream


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are sent; `missing` of those promised never come, `chunked` leaves out the last chunk.

    With a `pause` the bytes come one at a time, so many seconds apart.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    chunked: bool = False
    pause: float = 0.0


Answer = str | Fault | Raw | dict[str, Any]  # a dict is an answer's body as it is sent
Reply = Answer | Callable[[dict[str, Any]], Answer]


class ModelServer:
    """Answer requests with `replies` in order, the last one again and again.

    A callable is given the request's body. `requests` holds the parsed bodies, `paths` where they went.
    """

    def __init__(self, replies: Sequence[Reply] = (TEXT,)) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def close(self) -> None:
        """Stop serving and let go of requests that hang; a second call does nothing."""
        if not self.closing.is_set():
            self.closing.set()
            self._http.shutdown()
            self._http.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take(self, path: str, body: dict[str, Any]) -> Answer:
        """Record a request and return what it is answered with."""
        with self._lock:
            self.paths.append(path)
            self.requests.append(body)
            reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
        return reply(body) if callable(reply) else reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may hang up; that is part of the tests."""


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one case a line
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep stderr clean."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = server.take(self.path, body)
            stream = body.get("stream", False)
            match answer:
                case Fault(name="error"):
                    problem = {
                        "error": {"message": answer.message, "type": "error", "code": str(answer.status)}
                    }
                    self._send(problem, answer.status, answer.headers)
                case Fault(name="garbage"):
                    self._send("<html><body>It works!</body></html>")
                case Fault(name="hang"):
                    server.closing.wait()
                    self.close_connection = True
                case Fault(name="closed") if not stream:
                    self.close_connection = True
                case Raw():
                    self._send_raw(answer)
                case dict():
                    self._send(answer)
                case _ if stream:
                    self._stream(body, answer)
                case _:
                    self._send(_completion(body, answer))

        def _send(
            self, answer: str | dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
        ) -> None:
            web_page = isinstance(answer, str)
            content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if web_page else "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _send_raw(self, answer: Raw) -> None:
            headers = {"Content-Type": "application/json", **answer.headers}
            if answer.chunked:
                headers["Transfer-Encoding"] = "chunked"
            else:
                headers["Content-Length"] = str(len(answer.body) + answer.missing)
            self.send_response(answer.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            size = f"{len(answer.body):x}\r\n".encode() if answer.chunked else b""
            pieces = [bytes([one]) for one in answer.body] if answer.pause else [size + answer.body]
            for piece in pieces:
                self.wfile.write(piece)
                if answer.pause and server.closing.wait(answer.pause):
                    break
            self.close_connection = True

        def _stream(self, body: dict[str, Any], answer: str | Fault) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for event in _events(body, answer):
                line = f"data: {event}\n\n".encode()
                self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                self.wfile.flush()
            if answer is CLOSED:
                self.close_connection = True  # without the last chunk the client sees a torn stream
            else:
                self.wfile.write(b"0\r\n\r\n")

    return Handler


def completion(text: str, finish: str | None = "stop", **changes: Any) -> dict[str, Any]:
    """Return the body of an answer; `changes` are to its parts, None leaves a part out."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "stub",
        "choices": [choice],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    } | changes
    return {name: part for name, part in whole.items() if part is not None}


def _completion(body: dict[str, Any], answer: str | Fault) -> dict[str, Any]:
    text, finish = _text_and_finish(answer)
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return _envelope(body, "chat.completion", choice) | {"usage": _usage(body, text)}


def _events(body: dict[str, Any], answer: str | Fault) -> Iterator[str]:
    text, finish = _text_and_finish(answer)
    for number, word in enumerate(text.split(" ")):
        yield _chunk(body, {"role": "assistant", "content": word if number == 0 else f" {word}"}, None)
    if answer is CLOSED:
        return
    yield _chunk(body, {}, finish)
    if (body.get("stream_options") or {}).get("include_usage"):
        yield json.dumps(_envelope(body, "chat.completion.chunk") | {"usage": _usage(body, text)})
    yield "[DONE]"


def _chunk(body: dict[str, Any], delta: dict[str, str], finish: str | None) -> str:
    return json.dumps(
        _envelope(body, "chat.completion.chunk", {"index": 0, "delta": delta, "finish_reason": finish})
    )


def _text_and_finish(answer: str | Fault) -> tuple[str, str]:
    return (answer, "stop") if isinstance(answer, str) else (TEXT[: len(TEXT) // 2], "length")


def _usage(body: dict[str, Any], text: str) -> dict[str, int]:
    asked = sum(len(str(message["content"]).split()) for message in body["messages"])
    told = len(text.split())
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}


def _envelope(body: dict[str, Any], kind: str, *choices: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 0,
        "model": body["model"],
        "choices": list(choices),
    }
