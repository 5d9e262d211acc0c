"""Keeps what a model answered to each of several requests, so that a run that failed later does not pay for them again."""

import json
from collections.abc import MutableMapping
from dataclasses import asdict
from hashlib import sha256

from miminions.distiller.masking import masked
from miminions.distiller.plan_json import candidate_of
from miminions.distiller.values import Extraction
from miminions.model import Message

Kept = MutableMapping[str, str]


def key_of(name: str, messages: list[Message]) -> str:
    """Return the key of a request to a model."""
    return sha256(json.dumps([name, *messages], sort_keys=True).encode()).hexdigest()[:24]


def keep(kept: Kept, key: str, extraction: Extraction) -> None:
    """Keep an answer, secrets masked."""
    safe = masked(extraction)
    held = {
        "summary": safe.summary,
        "candidates": [asdict(one) for one in safe.candidates],
        "note": safe.note,
        "prompt": safe.prompt,
    }
    kept[key] = json.dumps(held, ensure_ascii=False)


def recall(kept: Kept, key: str, name: str) -> Extraction | None:
    """Return the answer that was kept, which costs nothing now; None where there is none or it cannot be read."""
    try:
        held = json.loads(kept[key])
        candidates = tuple(candidate_of(one) for one in held["candidates"])
        return Extraction(candidates, held["summary"], name, note=held["note"], prompt=held["prompt"])
    except (KeyError, TypeError, ValueError):
        return None
