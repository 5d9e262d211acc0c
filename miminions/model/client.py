"""LiteLLM, the model that litellm reaches: how a request is worded, sent, tried again and read."""

import random
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from miminions.errors import ModelError, ModelMissingError, ShapeRefusedError
from miminions.model.manners import Manner, Manners
from miminions.model.providers import (
    check,
    cost,
    litellm_quietly,
    provider_of,
    quiet,
    runs_here,
    thinks,
    tokens,
    window,
)
from miminions.model.translate import (
    broken_off,
    empty,
    is_refusal,
    too_long,
    translated,
    wait_before_retry,
    withheld,
)
from miminions.model.values import SHAPES, Message, Reply, Shape, Stream, Usage

# A local server that counted less than this share of our estimate has left out the beginning of the prompt.
READ = 0.7
# Tokens that Ollama keeps for an answer.
ROOM = 4096


class LiteLLM:
    """A model that litellm reaches; keys and addresses come from the environment.

    `timeout` is in seconds. A call is tried `tries` times, with a `pause` in between that doubles and is stretched by
    `jitter` (0 to 1), and no longer than twice the timeout in all.
    """

    def __init__(  # noqa: PLR0913  # clock, chance and memory come from outside
        self,
        name: str,
        *,
        timeout: float = 120.0,
        tries: int = 3,
        manners: Manners | None = None,
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._timeout = timeout
        self._tries = tries
        self._manners = manners or Manners()
        self._pause = pause
        self._jitter = jitter
        self._clock = clock
        self._manner: Manner | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """How it can be asked, from the shape on that did well before."""
        return SHAPES[SHAPES.index(self._how().shape) :]

    def settle(self, shape: Shape) -> None:
        """Remember that it is best asked in that shape."""
        self._keep(replace(self._how(), shape=shape))

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        shape: Shape = "json_schema",
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, as JSON of a schema where the model can.

        Raises ModelError, ModelMissingError, ShapeRefusedError, ContextTooLongError.
        """
        check(self.name)
        asked = _shaped(schema, shape) | ({} if max_tokens is None else {"max_tokens": max_tokens})
        refusal = None
        while True:
            try:
                response = self._send(messages, self._options(shaped=schema is not None) | asked)
            except Exception as error:
                if not is_refusal(error):
                    raise self._translated(error) from error
                refusal = refusal or error
                lesser = self._how().without(str(error))
                if lesser is not None:
                    self._manner = lesser
                elif self._how().temperature and "response_format" not in asked:
                    # Some servers do not say what they dislike.
                    self._manner = replace(self._how(), temperature=False)
                else:
                    raise self._refused(refusal, shaped=schema is not None) from error
            else:
                self._keep(self._how())
                return self._checked(self._reply(response), messages)

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; the pieces raise ModelError, ModelMissingError."""
        return Stream(self._pieces(messages))

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Reply]:
        check(self.name)
        chunks = self._open(messages, counted=self._how().counted)
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
        return self._whole(text or thought, "", cut, usage)

    def _open(self, messages: Sequence[Message], *, counted: bool) -> Any:
        """Begin a stream, `counted` where the server can count tokens in one."""
        counting = {"stream_options": {"include_usage": True}} if counted else {}
        try:
            chunks = self._send(messages, {"stream": True, **counting})
        except Exception as error:
            if counted and is_refusal(error):
                return self._open(messages, counted=False)
            raise self._translated(error) from error
        self._keep(replace(self._how(), counted=counted))
        return chunks

    def _next(self, chunks: Any) -> Any:
        try:
            with quiet():
                return next(chunks, None)
        except Exception as error:
            raise broken_off(self.name, error) from error

    def _how(self) -> Manner:
        if self._manner is None:
            self._manner = self._manners.of(self.name)
        return self._manner

    def _keep(self, manner: Manner) -> None:
        self._manner = manner
        self._manners.keep(self.name, manner)

    def _options(self, *, shaped: bool) -> dict[str, Any]:
        manner = self._how()
        chosen: dict[str, Any] = {"temperature": 0} if manner.temperature else {}
        if shaped and manner.effort and thinks(self.name):
            chosen["reasoning_effort"] = "low"
        return chosen

    def _send(self, messages: Sequence[Message], options: Mapping[str, Any]) -> Any:
        """Send one request, again after failures that pass; raise what litellm raises."""
        attempt, begun = 1, self._clock()
        while True:
            try:
                return self._request(messages, options)
            except Exception as error:
                wait = wait_before_retry(error, attempt, self._jitter())
                spent = self._clock() - begun
                if wait is None or attempt >= self._tries or spent + wait >= 2 * self._timeout:
                    raise
                self._pause(wait)
                attempt += 1

    def _request(self, messages: Sequence[Message], options: Mapping[str, Any]) -> Any:
        context = self._context(messages) if provider_of(self.name).startswith("ollama") else {}
        litellm = litellm_quietly()
        from miminions.model.transport import options as transport  # brings httpx, which litellm has by now

        with quiet():
            return litellm.completion(
                model=self.name,
                messages=[dict(message) for message in messages],
                timeout=self._timeout,
                max_retries=0,
                **transport(litellm, provider_of(self.name)),
                **context,
                **options,
            )

    def _context(self, messages: Sequence[Message]) -> dict[str, int]:
        """Ask Ollama for a context that holds the messages: left alone it cuts them off and says nothing."""
        needed, most = int(self._estimate(messages) * 1.2), window(self.name)
        if most is not None and needed > most:
            raise too_long(self.name)
        size = max(8192, 1 << (needed + ROOM).bit_length())
        return {"num_ctx": size if most is None else min(size, most)}

    def _estimate(self, messages: Sequence[Message]) -> int:
        return sum(tokens(self.name, message["content"]) for message in messages)

    def _checked(self, reply: Reply, messages: Sequence[Message]) -> Reply:
        """Refuse the answer to a prompt of which a local server has silently read a part only."""
        count = reply.usage.tokens_in
        if runs_here(self.name) and count and count < READ * self._estimate(messages):
            raise too_long(self.name)
        return reply

    def _reply(self, response: Any) -> Reply:
        usage = self._usage(response) or Usage(calls=1)
        if not response.choices:
            raise empty(self.name)
        choice = response.choices[0]
        if choice.finish_reason == "content_filter":
            raise withheld(self.name)
        cut = choice.finish_reason == "length"
        return self._whole(choice.message.content or "", _thought(choice.message), cut, usage)

    def _whole(self, text: str, thought: str, cut: bool, usage: Usage) -> Reply:
        if not (text + thought).strip() and not cut:
            raise empty(self.name)
        return Reply(text, cut, usage, thought)

    def _usage(self, response: Any) -> Usage | None:
        usage = getattr(response, "usage", None)
        if usage is None:
            return None
        return Usage(1, usage.prompt_tokens or 0, usage.completion_tokens or 0, cost(self.name, usage))

    def _refused(self, error: Exception, *, shaped: bool) -> ModelError | ModelMissingError:
        """Say that a request was refused; where JSON was asked for, another shape may do."""
        told = self._translated(error)
        return ShapeRefusedError(str(told), hint=told.hint) if shaped else told

    def _translated(self, error: Exception) -> ModelError | ModelMissingError:
        # What the request is not even sent for is told already.
        return error if isinstance(error, ModelError) else translated(self.name, error, self._timeout)


def _shaped(schema: Mapping[str, object] | None, shape: Shape) -> dict[str, Any]:
    if schema is None or shape == "text":
        return {}
    if shape == "json_object":
        return {"response_format": {"type": "json_object"}}
    body = {"name": "answer", "schema": dict(schema), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": body}}


def _thought(message: Any) -> str:
    """Return what a model wrote to itself; servers have two names for it."""
    return getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None) or ""


def _hang_up(chunks: Any) -> None:
    close = getattr(getattr(chunks, "completion_stream", None), "close", None)
    if callable(close):
        with suppress(Exception):
            close()
