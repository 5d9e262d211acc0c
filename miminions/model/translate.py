"""What went wrong: exceptions of litellm go in; our errors, and what is worth another try, come out."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from miminions.errors import ContextTooLongError, ModelError, ModelMissingError
from miminions.model.providers import HOW_TO_CHOOSE, base_url, key_names, receiver
from miminions.redact import redact

_LONGEST_WAIT = 30.0
_TOO_LONG = (
    "context length",
    "context size",
    "context window",
    "prompt is too long",
    "input is too long",
    "exceeds the maximum number of tokens",
)
_FILTERED = "Leave out what its rules may forbid, or choose another model."

# Signs of a failure (statuses, classes, words), the error it becomes, what is said and what can be done; the
# first row with a sign that fits is taken.
_PROBLEMS: tuple[tuple[tuple[int | str, ...], type[ModelError | ModelMissingError], str, str], ...] = (
    ((401, "AuthenticationError"), ModelMissingError, "{who} refused the key for {name}", "Set {keys} to a key that is valid there."),
    ((404, "NotFoundError"), ModelMissingError, "{who} has no model {name}: {said}", f"{HOW_TO_CHOOSE} Ollama fetches one with: ollama pull {{model}}"),
    ((413, "ContextWindowExceededError", *_TOO_LONG), ContextTooLongError, "the text is too long for {name}", "Choose a model with a longer context, or give it less at once."),
    (("ContentPolicyViolationError",), ModelError, "{who} refused to answer: {said}", _FILTERED),
    (("insufficient_quota",), ModelError, "the account for {name} has no credit left", "Look at the billing page of {who}, or choose another model."),
    ((429,), ModelError, "{who} limits how often {name} may be asked: {said}", "Wait a while and run the command again."),
    (("ConnectTimeout",), ModelError, "{who} could not be reached for {name}: nobody took the connection", "Is the server running, and is its address right? {address}"),
    (("Timeout",), ModelError, "{name} gave no answer within {timeout} seconds", "Try again, or choose a faster model."),
    (("invalid response from llm",), ModelError, "{who} sent no chat completion for {name}: {said}", "Check the base URL: it usually ends in /v1. {address}"),
    (("APIConnectionError", "connection"), ModelError, "{who} could not be reached for {name}: {said}", "Is the server running, and is its address right? {address}"),
    ((500, 502, 503, 504, 529), ModelError, "{who} failed: {said}", "The fault is on their side. Try again later, or choose another model."),
    ((), ModelError, "{who} refused the request for {name}: {said}", "Check the model's name and what it can do."),
)  # fmt: skip


def translated(name: str, error: Exception, timeout: float) -> ModelError | ModelMissingError:
    """Say what a failure of litellm means to the person who asked; `timeout` is the one that was set, in seconds."""
    kind, message, hint = next(
        (kind, message, hint) for signs, kind, message, hint in _PROBLEMS if not signs or _shows(error, signs)
    )
    words = {
        "name": name,
        "model": name.partition("/")[2],
        "who": receiver(name),
        "said": told(error),
        "timeout": f"{timeout:g}",
        "address": _address(name),
        "keys": key_names(name),
    }
    return kind(_line(message.format_map(words)), hint=hint.format_map(words))


def broken_off(name: str, error: Exception) -> ModelError:
    """Say that a stream ended before the answer did."""
    return ModelError(
        f"the answer of {name} broke off: {told(error)}",
        hint="What had arrived is not complete. Ask again; if it happens often, look at the connection.",
    )


def withheld(name: str) -> ModelError:
    """Say that the provider's filter kept the answer."""
    return ModelError(f"the provider of {name} withheld the answer", hint=_FILTERED)


def empty(name: str) -> ModelError:
    """Say that there is no text in the answer."""
    return ModelError(
        f"{name} answered nothing.",
        hint=f"Requests go to {receiver(name)}. Check that this address speaks the chat completions format.",
    )


def too_long(name: str) -> ContextTooLongError:
    """Say that a model has not read, or could not read, all that it was asked."""
    return ContextTooLongError(
        f"the text is too long for {name}: it would read a part of it only",
        hint="Choose a model with a longer context, or give it less at once.",
    )


def is_refusal(error: Exception) -> bool:
    """Tell whether the server dislikes how the request was worded, and not what it says."""
    if _shows(error, ("ContextWindowExceededError", "ContentPolicyViolationError", *_TOO_LONG)):
        return False
    return not _kinds(error).isdisjoint({"BadRequestError", "UnprocessableEntityError"})


def wait_before_retry(error: Exception, attempt: int, jitter: float = 0.0) -> float | None:
    """Return the seconds to wait before another try, or None where trying again is no use.

    The wait doubles with each attempt and is stretched by `jitter` (0 to 1), so that many do not come back at once; a
    server's own word on it counts when it is longer.
    """
    status = _status(error)
    passing = status in (408, 429) or status >= 500 or "APIConnectionError" in _kinds(error)
    if not passing or _shows(error, ("insufficient_quota", "invalid response from llm")):
        return None
    asked = _seconds(_header(error, "retry-after"))
    return None if asked > _LONGEST_WAIT else max(asked, 0.5 * 2 ** (attempt - 1) * (1 + jitter))


def _header(error: Exception, name: str) -> str:
    headers = getattr(error, "litellm_response_headers", None) or {}
    return str(headers.get(name, ""))


def _seconds(text: str) -> float:
    """Read a retry-after: seconds, or a date; 0 for what is neither."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _shows(error: Exception, signs: tuple[int | str, ...]) -> bool:
    said = str(error).lower()
    marks = {_status(error), *_kinds(error)}
    return any(sign in marks or (isinstance(sign, str) and sign in said) for sign in signs)


def _status(error: Exception) -> int:
    return getattr(error, "status_code", None) or 0


def _kinds(error: Exception) -> set[str]:
    """Return the names of an error's classes; how a connection failed stands in what it was raised from."""
    names = {kind.__name__ for kind in type(error).__mro__}
    cause: BaseException | None = error
    while cause is not None and "ConnectTimeout" not in names:
        cause = cause.__cause__ or cause.__context__
        names |= {"ConnectTimeout"} if type(cause).__name__ == "ConnectTimeout" else set()
    return names


def _address(name: str) -> str:
    base = base_url(name)
    return f"The environment says {_line(base)}." if base else "No base URL is set in the environment."


def told(error: Exception) -> str:
    """Return the first line of what a library said, without the names of its classes."""
    line = str(error).strip().partition("\n")[0].partition(" Original exception:")[0]
    return _line(re.sub(r"^(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)\s?[:-]\s?)+", "", line))


def _line(text: str) -> str:
    """Return text as one line of at most 300 characters that holds no key."""
    line = " ".join(redact(text).split())
    return line if len(line) <= 300 else line[:297] + "..."
