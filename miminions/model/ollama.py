"""What only Ollama knows: how much text a model on one's own machine reads at once."""

import json
import urllib.request
from functools import cache
from typing import Any

_SECONDS = 2.0


@cache
def context_length(model: str, base: str | None) -> int | None:
    """Return the tokens that a model of the server at `base` reads at once, None where it does not say."""
    address = (base or "http://localhost:11434").rstrip("/")
    if not address.startswith(("http://", "https://")):
        return None
    body = json.dumps({"model": model}).encode()
    request = urllib.request.Request(f"{address}/api/show", body, {"Content-Type": "application/json"})  # noqa: S310  # checked above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310
            return _length(json.loads(reply.read(4_000_000)))
    except (OSError, ValueError, RecursionError):
        return None


def _length(shown: Any) -> int | None:
    """Find `<family>.context_length` in what the server shows of a model."""
    known = shown.get("model_info") if isinstance(shown, dict) else None
    found = known.items() if isinstance(known, dict) else ()
    lengths = [value for key, value in found if key.endswith(".context_length") and type(value) is int]
    return max(lengths, default=None)
