"""Vectors from a provider: texts go out through litellm, lists of numbers come back."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from miminions.errors import ModelError
from miminions.model.providers import check, litellm_quietly, provider_of, quiet
from miminions.model.translate import translated, wait_before_retry

_TRIES = 2


def embeddings(
    name: str, texts: Sequence[str], *, timeout: float, pause: Callable[[float], None] = time.sleep
) -> list[list[float]]:
    """Return one list of numbers a text, in order; `timeout` is in seconds, for each of two tries.

    Keys and addresses come from the environment. Raises ModelError, ModelMissingError.
    """
    check(name)
    for attempt in range(1, _TRIES + 1):
        try:
            response = _request(name, texts, timeout)
            break
        except Exception as error:
            wait = wait_before_retry(error, attempt, random.random())  # noqa: S311  # no secret depends on it
            # Who has waited for one answer in vain is told at once.
            if wait is None or attempt == _TRIES or type(error).__name__ == "Timeout":
                raise translated(name, error, timeout) from error
            pause(wait)
    return _numbers(name, response, len(texts))


def _request(name: str, texts: Sequence[str], timeout: float) -> Any:
    litellm = litellm_quietly()
    from litellm.llms.custom_httpx.http_handler import HTTPHandler

    from miminions.model.transport import options, session

    # What litellm takes for "as often as usual" when asked for 0.
    litellm.DEFAULT_MAX_RETRIES = 0
    if provider_of(name) == "ollama":
        # It is asked by a client of litellm's own, for ten minutes.
        session().timeout = timeout
        litellm.module_level_client = HTTPHandler(client=session())
    with quiet():
        return litellm.embedding(
            model=name,
            input=list(texts),
            timeout=timeout,
            max_retries=0,
            **options(litellm, provider_of(name)),
        )


def _numbers(name: str, response: Any, count: int) -> list[list[float]]:
    """Return the vectors of a response in the order of the texts. Raises ModelError for anything else."""
    try:
        parts = sorted(response.data, key=lambda part: part["index"])
        found = [[float(number) for number in part["embedding"]] for part in parts]
        places = [part["index"] for part in parts]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise _nonsense(name) from error
    if places != list(range(count)):
        raise _nonsense(name)
    return found


def _nonsense(name: str) -> ModelError:
    return ModelError(
        f"{name} answered something else than one vector a text.",
        hint="Choose a model for embeddings, such as openai/text-embedding-3-small.",
    )
