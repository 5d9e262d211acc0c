"""The door to language models, and the only import of litellm: messages go out, text and its cost come back."""

import gc
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from miminions.errors import ModelError, ModelMissingError
from miminions.redact import redact

Message = Mapping[str, str]
"""A message of a conversation: `role` is system, user or assistant, `content` its text."""

_TOO_LONG = ("context length", "context size", "context window")
_LONGEST_WAIT = 30.0
_HOW_TO_CHOOSE = "Choose one as provider/model: miminions config model openai/gpt-5-mini, or ollama_chat/llama3.1 for your own machine."
_FILTERED = "Leave out what its rules may forbid, or choose another model."
_OWN_MACHINE = {
    "ollama": "Ollama",
    "ollama_chat": "Ollama",
    "lm_studio": "LM Studio",
    "llamafile": "llamafile",
}
_SIGNED_IN_ELSEWHERE = {*_OWN_MACHINE, "bedrock", "sagemaker", "vertex_ai"}
_PROVIDERS = {
    "openai": "OpenAI (api.openai.com)",
    "anthropic": "Anthropic (api.anthropic.com)",
    "gemini": "Google (generativelanguage.googleapis.com)",
    "vertex_ai": "Google Vertex AI",
    "azure": "Microsoft Azure",
    "bedrock": "Amazon Bedrock",
    "mistral": "Mistral (api.mistral.ai)",
    "groq": "Groq (api.groq.com)",
    "deepseek": "DeepSeek (api.deepseek.com)",
    "openrouter": "OpenRouter (openrouter.ai)",
    "xai": "xAI (api.x.ai)",
}
# In the order in which litellm asks for them.
_BASES = {
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "anthropic": ("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"),
    "vertex_ai": ("VERTEXAI_API_BASE",),
}

# Signs of a failure (statuses, classes, words), the error it becomes, what is said and what can be done; the
# first row with a sign that fits is taken.
_PROBLEMS: tuple[tuple[tuple[int | str, ...], type[ModelError | ModelMissingError], str, str], ...] = (
    ((401, "AuthenticationError"), ModelMissingError, "{who} refused the key for {name}.", "Set {keys} to a key that is valid there."),
    ((404, "NotFoundError"), ModelMissingError, "{who} has no model {name}: {said}", f"{_HOW_TO_CHOOSE} Ollama fetches one with: ollama pull {{model}}"),
    ((413, "ContextWindowExceededError", *_TOO_LONG), ModelError, "The text is too long for {name}.", "Choose a model with a longer context, or give it less at once."),
    (("ContentPolicyViolationError",), ModelError, "{who} refused to answer: {said}", _FILTERED),
    (("insufficient_quota",), ModelError, "The account for {name} has no credit left.", "Look at the billing page of {who}, or choose another model."),
    ((429,), ModelError, "{who} limits how often {name} may be asked: {said}", "Wait a while and run the command again."),
    (("Timeout",), ModelError, "{name} gave no answer within {timeout} seconds.", "Try again, or choose a faster model."),
    (("invalid response from llm",), ModelError, "{who} sent no chat completion for {name}: {said}", "Check the base URL: it usually ends in /v1. {address}"),
    (("APIConnectionError", "connection"), ModelError, "{who} could not be reached for {name}: {said}", "Is the server running, and is its address right? {address}"),
    ((500, 502, 503, 504, 529), ModelError, "{who} failed: {said}", "The fault is on their side. Try again later, or choose another model."),
    ((), ModelError, "{who} refused the request for {name}: {said}", "Check the model's name and what it can do."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls cost; `usd` is None while no price is known."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        known = [usd for usd in (self.usd, other.usd) if usd is not None]
        return Usage(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            sum(known) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer; `cut` when it stopped at the limit of its length."""

    text: str
    cut: bool
    usage: Usage


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    usd_in_per_million: float
    usd_out_per_million: float


class Stream(Iterator[str]):
    """Yield an answer piece by piece.

    `text` is what has arrived so far. `cut` and `usage` are known after the last piece. `pieces` may be a
    generator that returns the whole `Reply`.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self.text = ""
        self.cut = False
        self.usage = Usage()

    def __next__(self) -> str:
        try:
            piece = next(self._pieces)
        except StopIteration as end:
            if isinstance(end.value, Reply):
                self.cut, self.usage = end.value.cut, end.value.usage
            raise
        self.text += piece
        return piece

    def close(self) -> None:
        """Let go of the answer before its end; the server is told by the closed connection."""
        if isinstance(self._pieces, Generator):
            self._pieces.close()


class Model(Protocol):
    """Whoever completes a conversation."""

    @property
    def name(self) -> str:
        """The model's name as people write it, `provider/model`."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, as JSON of a schema where the model can; raise ModelError."""

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; the pieces raise ModelError."""


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
        self._stream_usage = True

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, as JSON of a schema where the model can; raise ModelError, ModelMissingError."""
        _check(self.name)
        limit = {} if max_tokens is None else {"max_tokens": max_tokens}
        manner, refusal = self._manner, None
        while True:
            try:
                response = self._send(messages, manner.options(schema) | limit)
            except Exception as error:
                refusal = refusal or error
                next_manner = (
                    manner.plainer(str(error), shaped=schema is not None) if _is_refusal(error) else None
                )
                if next_manner is None:
                    raise self._translated(refusal if _is_refusal(error) else error) from error
                manner = next_manner
            else:
                self._manner = manner
                return self._reply(response)

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; the pieces raise ModelError, ModelMissingError."""
        return Stream(self._pieces(messages))

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Reply]:
        chunks = self._open(messages)
        text, thought, cut, usage = "", "", False, Usage(calls=1)
        try:
            while chunk := self._next(chunks):
                usage = self._usage(chunk) or usage
                for choice in chunk.choices[:1]:
                    thought += getattr(choice.delta, "reasoning_content", None) or ""
                    cut = cut or choice.finish_reason == "length"
                    if piece := choice.delta.content or "":
                        text += piece
                        yield piece
        finally:
            _hang_up(chunks)
        if not text and thought:
            yield thought
        self._demand(text or thought, cut=cut)
        return Reply(text or thought, cut, usage)

    def _open(self, messages: Sequence[Message]) -> Any:
        _check(self.name)
        try:
            if self._stream_usage:
                try:
                    return self._send(messages, {"stream": True, "stream_options": {"include_usage": True}})
                except Exception as error:
                    if not _is_refusal(error):
                        raise
            chunks = self._send(messages, {"stream": True})
        except Exception as error:
            raise self._translated(error) from error
        self._stream_usage = False
        return chunks

    def _next(self, chunks: Any) -> Any:
        try:
            with _quiet():
                return next(chunks, None)
        except Exception as error:
            raise ModelError(
                f"The answer of {self.name} broke off: {_told(error)}",
                hint="What had arrived is not complete. Ask again; if it happens often, look at the connection.",
            ) from error

    def _send(self, messages: Sequence[Message], options: Mapping[str, Any]) -> Any:
        """Send one request, again after failures that pass; raise what litellm raises."""
        litellm = _litellm()
        window = _window(messages) if self.name.startswith("ollama") else {}
        for attempt in range(1, self._tries + 1):
            try:
                with _quiet():
                    return litellm.completion(
                        model=self.name,
                        messages=[dict(message) for message in messages],
                        timeout=self._timeout,
                        max_retries=0,
                        **window,
                        **options,
                    )
            except Exception as error:
                wait = _wait(error, attempt)
                if wait is None or attempt == self._tries:
                    raise
                self._pause(wait)
        raise ValueError("tries must be at least 1")

    def _reply(self, response: Any) -> Reply:
        choice = next(iter(response.choices or ()), None)
        text = (
            ""
            if choice is None
            else choice.message.content or getattr(choice.message, "reasoning_content", None) or ""
        )
        cut = choice is not None and choice.finish_reason == "length"
        if choice is not None and choice.finish_reason == "content_filter":
            raise ModelError(f"The provider of {self.name} withheld the answer.", hint=_FILTERED)
        self._demand(text, cut=cut)
        return Reply(text, cut, self._usage(response) or Usage(calls=1))

    def _demand(self, text: str, *, cut: bool) -> None:
        if not text.strip() and not cut:
            raise ModelError(
                f"{self.name} answered nothing.",
                hint=f"Requests go to {receiver(self.name)}. Check that this address speaks the chat completions format.",
            )

    def _usage(self, response: Any) -> Usage | None:
        usage = getattr(response, "usage", None)
        if usage is None:
            return None
        usd = 0.0 if _is_own(self.name) else None
        with suppress(Exception), _quiet():  # litellm raises for models without a price
            usd = sum(_litellm().cost_per_token(model=self.name, usage_object=usage))
        return Usage(1, usage.prompt_tokens or 0, usage.completion_tokens or 0, usd)

    def _translated(self, error: Exception) -> ModelError | ModelMissingError:
        return _translated(self.name, error, self._timeout)


def preload() -> None:
    """Import litellm in the background, for someone who will need it when a person has typed a line."""

    def load() -> None:
        with suppress(Exception):  # the first call reports what is wrong
            _litellm()

    threading.Thread(target=load, name="preload-litellm", daemon=True).start()


def price(name: str) -> Price | None:
    """Return what a model costs, or None where nobody has published it."""
    if _is_own(name):
        return Price(0.0, 0.0)
    costs = _litellm().model_cost
    known = costs.get(name) or costs.get(name.partition("/")[2]) or {}
    if "/" in name and not str(known.get("litellm_provider", "")).startswith(_provider(name)):
        return None
    into, out = known.get("input_cost_per_token"), known.get("output_cost_per_token")
    return None if into is None or out is None else Price(into * 1e6, out * 1e6)


def missing_keys(name: str) -> tuple[str, ...]:
    """Return the environment variables that a model needs and that are not set."""
    if _provider(name) in _SIGNED_IN_ELSEWHERE:
        return ()
    return tuple(_litellm().validate_environment(name)["missing_keys"])


def receiver(name: str) -> str:
    """Say in words who is sent what a model is asked."""
    provider, base = _provider(name), _base(name)
    if base is None:
        own = _OWN_MACHINE.get(provider)
        return f"your own machine ({own})" if own else _PROVIDERS.get(provider, provider)
    url = urlsplit(base if "//" in base else f"//{base}")
    host = url.hostname or base
    if host in ("localhost", "127.0.0.1", "::1", "0.0.0.0"):  # noqa: S104
        return f"your own machine ({_OWN_MACHINE.get(provider, url.netloc.rpartition('@')[2])})"
    return host


def _provider(name: str) -> str:
    provider, slash, _ = name.partition("/")
    if slash:
        return provider
    guesses = {
        "openai": ("gpt-", "o1", "o3", "o4", "chatgpt"),
        "anthropic": ("claude",),
        "vertex_ai": ("gemini",),
    }
    return next((known for known, starts in guesses.items() if name.startswith(starts)), name)


def _is_own(name: str) -> bool:
    """Tell whether a model runs on this machine, at no price."""
    return _provider(name) in _OWN_MACHINE and receiver(name).startswith("your own machine")


def _base(name: str) -> str | None:
    """Return the address that the environment sets for a model's provider."""
    provider = _provider(name)
    names = _BASES.get(provider, (f"{provider.removesuffix('_chat').upper()}_API_BASE",))
    return next((os.environ[variable] for variable in names if os.environ.get(variable)), None)


def _check(name: str) -> None:
    """Refuse a name that litellm does not know and a missing key, before anything is sent."""
    try:
        _litellm().get_llm_provider(name)
    except Exception as error:
        raise ModelMissingError(f"There is no model named {name!r}.", hint=_HOW_TO_CHOOSE) from error
    if missing := missing_keys(name):
        joint = " or " if _provider(name) == "gemini" else " and "
        raise ModelMissingError(
            f"No key for {name} in the environment.",
            hint=f"Set {joint.join(missing)}, for example: export {missing[-1]}=... Or choose another model.",
        )


def _key_names(name: str) -> str:
    """Name the variables that hold the key a provider has just refused."""
    provider = _provider(name).upper()
    held = sorted(v for v in os.environ if v.startswith(provider) and v.endswith(("_KEY", "_TOKEN")))
    return " or ".join(held) or f"{provider}_API_KEY"


def _kinds(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _is_refusal(error: Exception) -> bool:
    """Tell whether the server dislikes how the request was worded, and not what it says."""
    kinds, lower = _kinds(error), str(error).lower()
    if "ContextWindowExceededError" in kinds or any(sign in lower for sign in _TOO_LONG):
        return False
    return (
        bool(kinds & {"BadRequestError", "UnprocessableEntityError"})
        and "ContentPolicyViolationError" not in kinds
    )


def _wait(error: Exception, attempt: int) -> float | None:
    """Return the seconds to wait before another try, or None where trying again is no use."""
    status = getattr(error, "status_code", None) or 0
    passing = status in (408, 429) or status >= 500 or "APIConnectionError" in _kinds(error)
    if not passing or any(sign in str(error) for sign in ("insufficient_quota", "invalid response from LLM")):
        return None
    headers = getattr(error, "litellm_response_headers", None) or {}
    try:
        asked = float(headers.get("retry-after", 0))
    except ValueError:  # the header may be a date
        asked = 0.0
    return None if asked > _LONGEST_WAIT else max(asked, 0.5 * 2 ** (attempt - 1))


def _translated(name: str, error: Exception, timeout: float) -> ModelError | ModelMissingError:
    """Say what a failure of litellm means to the person who asked."""
    status = getattr(error, "status_code", None) or 0
    lower, kinds = str(error).lower(), _kinds(error)
    kind, message, hint = next(
        (kind, message, hint)
        for signs, kind, message, hint in _PROBLEMS
        if not signs or status in signs or kinds & set(signs) or any(str(sign) in lower for sign in signs)
    )
    words = {"name": name, "who": receiver(name), "said": _told(error), "timeout": f"{timeout:g}"}
    words |= {"model": name.partition("/")[2], "address": _address(name), "keys": _key_names(name)}
    told = _line(message.format_map(words))
    return kind(
        told[0].upper() + told[1:] if message.startswith("{who}") else told, hint=hint.format_map(words)
    )


def _address(name: str) -> str:
    base = _base(name)
    return f"The environment says {_line(base)}." if base else "No base URL is set in the environment."


def _told(error: BaseException) -> str:
    """Return the first line of what a library said, without the names of its classes."""
    line = str(error).strip().partition("\n")[0].partition(" Original exception:")[0]
    return _line(re.sub(r"^(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)\s?[:-]\s?)+", "", line))


def _line(text: str) -> str:
    """Return text as one line of at most 300 characters that holds no key."""
    for variable, value in os.environ.items():
        if variable.endswith(("_KEY", "_TOKEN", "_SECRET")) and len(value) >= 8:
            text = text.replace(value, f"[{variable}]")
    line = " ".join(redact(text).split())
    return line if len(line) <= 300 else line[:297] + "..."


def _window(messages: Sequence[Message]) -> dict[str, int]:
    """Ask Ollama for a context that holds the messages: left alone it cuts them off and says nothing."""
    needed = sum(len(message["content"]) for message in messages) // 3 + 2048
    return {"num_ctx": max(8192, 1 << needed.bit_length())}


def _hang_up(chunks: Any) -> None:
    close = getattr(getattr(chunks, "completion_stream", None), "close", None)
    if callable(close):
        with suppress(Exception):
            close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the warnings of litellm's own libraries from the person, who can do nothing about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def _litellm() -> Any:
    """Import litellm without its habits: no download, no .env of the project, no talk on the terminal."""
    import logging

    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    collecting = gc.isenabled()
    gc.disable()  # a quarter of the import is spent looking for garbage that is not there
    try:
        with _quiet():
            import litellm
    finally:
        if collecting:
            gc.enable()
    litellm.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).disabled = True
    return litellm
