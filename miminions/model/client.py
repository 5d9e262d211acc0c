"""LiteLLM, the model that litellm reaches: how a request is worded, sent, tried again and read."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from miminions.errors import ModelError, ModelMissingError
from miminions.model.providers import check, cost, litellm_quietly, quiet
from miminions.model.translate import broken_off, empty, is_refusal, translated, wait_before_retry, withheld
from miminions.model.values import Message, Reply, Stream, Usage


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a request is worded; servers differ in what they understand."""

    shape: str = "json_schema"
    temperature: bool = True

    def options(self, schema: Mapping[str, object] | None) -> dict[str, Any]:
        chosen: dict[str, Any] = {"temperature": 0} if self.temperature else {}
        if schema is not None and self.shape == "json_schema":
            body = {"name": "answer", "schema": dict(schema), "strict": True}
            chosen["response_format"] = {"type": "json_schema", "json_schema": body}
        elif schema is not None and self.shape == "json_object":
            chosen["response_format"] = {"type": "json_object"}
        return chosen

    def plainer(self, refusal: str, *, shaped: bool) -> "_Manner | None":
        """Return the next manner to try after a refusal, or None when nothing is left to leave out."""
        if self.temperature and "temperature" in refusal:
            return replace(self, temperature=False)
        if shaped and self.shape != "plain":
            return replace(self, shape="json_object" if self.shape == "json_schema" else "plain")
        return replace(self, temperature=False) if self.temperature else None


class LiteLLM:
    """A model that litellm reaches; keys and addresses come from the environment.

    `timeout` is in seconds. A call is tried `tries` times, with a `pause` in between that doubles.
    """

    def __init__(
        self,
        name: str,
        *,
        timeout: float = 120.0,
        tries: int = 3,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._timeout = timeout
        self._tries = tries
        self._pause = pause
        self._manner = _Manner()
        self._counted = True

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, as JSON of a schema where the model can; raise ModelError, ModelMissingError."""
        check(self.name)
        limit = {} if max_tokens is None else {"max_tokens": max_tokens}
        manner, refusal = self._manner, None
        while True:
            try:
                response = self._send(messages, manner.options(schema) | limit)
            except Exception as error:
                if not is_refusal(error):
                    raise self._translated(error) from error
                refusal = refusal or error
                plainer = manner.plainer(str(error), shaped=schema is not None)
                if plainer is None:
                    raise self._translated(refusal) from error
                manner = plainer
            else:
                self._manner = manner
                return self._reply(response)

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; the pieces raise ModelError, ModelMissingError."""
        return Stream(self._pieces(messages))

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Reply]:
        check(self.name)
        chunks = self._open(messages, counted=self._counted)
        text, thought, cut, usage = "", "", False, Usage(calls=1)
        try:
            while chunk := self._next(chunks):
                usage = self._usage(chunk) or usage
                for choice in chunk.choices[:1]:
                    thought += _thought(choice.delta)
                    cut = cut or choice.finish_reason == "length"
                    if piece := choice.delta.content or "":
                        text += piece
                        yield piece
        finally:
            _hang_up(chunks)
        if not text and thought:
            yield thought
        return self._whole(text or thought, cut, usage)

    def _open(self, messages: Sequence[Message], *, counted: bool) -> Any:
        """Begin a stream, `counted` where the server can count tokens in one."""
        counting = {"stream_options": {"include_usage": True}} if counted else {}
        try:
            chunks = self._send(messages, {"stream": True, **counting})
        except Exception as error:
            if counted and is_refusal(error):
                return self._open(messages, counted=False)
            raise self._translated(error) from error
        self._counted = counted
        return chunks

    def _next(self, chunks: Any) -> Any:
        try:
            with quiet():
                return next(chunks, None)
        except Exception as error:
            raise broken_off(self.name, error) from error

    def _send(self, messages: Sequence[Message], options: Mapping[str, Any]) -> Any:
        """Send one request, again after failures that pass; raise what litellm raises."""
        attempt = 1
        while True:
            try:
                return self._request(messages, options)
            except Exception as error:
                wait = wait_before_retry(error, attempt)
                if wait is None or attempt >= self._tries:
                    raise
                self._pause(wait)
                attempt += 1

    def _request(self, messages: Sequence[Message], options: Mapping[str, Any]) -> Any:
        window = _window(messages) if self.name.startswith("ollama") else {}
        with quiet():
            return litellm_quietly().completion(
                model=self.name,
                messages=[dict(message) for message in messages],
                timeout=self._timeout,
                max_retries=0,
                **window,
                **options,
            )

    def _reply(self, response: Any) -> Reply:
        usage = self._usage(response) or Usage(calls=1)
        if not response.choices:
            raise empty(self.name)
        choice = response.choices[0]
        if choice.finish_reason == "content_filter":
            raise withheld(self.name)
        text = choice.message.content or _thought(choice.message)
        return self._whole(text, choice.finish_reason == "length", usage)

    def _whole(self, text: str, cut: bool, usage: Usage) -> Reply:
        if not text.strip() and not cut:
            raise empty(self.name)
        return Reply(text, cut, usage)

    def _usage(self, response: Any) -> Usage | None:
        usage = getattr(response, "usage", None)
        if usage is None:
            return None
        return Usage(1, usage.prompt_tokens or 0, usage.completion_tokens or 0, cost(self.name, usage))

    def _translated(self, error: Exception) -> ModelError | ModelMissingError:
        return translated(self.name, error, self._timeout)


def _thought(message: Any) -> str:
    return getattr(message, "reasoning_content", None) or ""


def _window(messages: Sequence[Message]) -> dict[str, int]:
    """Ask Ollama for a context that holds the messages: left alone it cuts them off and says nothing."""
    needed = sum(len(message["content"]) for message in messages) // 3 + 2048
    return {"num_ctx": max(8192, 1 << needed.bit_length())}


def _hang_up(chunks: Any) -> None:
    close = getattr(getattr(chunks, "completion_stream", None), "close", None)
    if callable(close):
        with suppress(Exception):
            close()
