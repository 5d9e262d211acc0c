"""The forward pass of a small BERT in numpy: token ids and weights go in, one unit vector a text comes out."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    # Arrays of float32, which numpy types only where it is installed.
    Floats = Any

# Tokens that go through the layers together; more are not faster and take 6 kB each.
TOGETHER = 1024
# Added to a variance, as the model was trained.
EPSILON = np.float32(1e-12)


class Linear(NamedTuple):
    """A matrix of (inputs, outputs) and what is added behind it."""

    matrix: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """Return what comes out for rows of inputs."""
        out: Floats = x @ self.matrix
        out += self.bias
        return out


class Norm(NamedTuple):
    """A layer norm."""

    scale: Floats
    shift: Floats

    def __call__(self, x: Floats) -> Floats:
        """Normalise each row, in place."""
        x -= x.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[-1])
        x /= np.sqrt(variance + EPSILON)
        x *= self.scale
        x += self.shift
        return x


class Layer(NamedTuple):
    """One layer: who looks at whom, then what each makes of it."""

    looking: Linear
    seen: Linear
    after_seen: Norm
    wide: Linear
    narrow: Linear
    after: Norm


class Bert(NamedTuple):
    """The weights of one model and its number of heads."""

    words: Floats
    places: Floats
    first: Norm
    layers: tuple[Layer, ...]
    heads: int


def built(weights: Mapping[str, Floats], *, layers: int, heads: int) -> Bert:
    """Return the model that named weights make. Raises KeyError and ValueError for weights of another shape."""

    def linear(name: str) -> Linear:
        return Linear(weights[f"{name}.weight"].T, weights[f"{name}.bias"])

    def norm(name: str) -> Norm:
        return Norm(weights[f"{name}.weight"], weights[f"{name}.bias"])

    def layer(number: int) -> Layer:
        name = f"encoder.layer.{number}"
        parts = [linear(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
        width = parts[0].bias.shape[0]
        # Scaled here once instead of every score later.
        scale = np.ones(3 * width, np.float32)
        scale[:width] = 1 / np.sqrt(width / heads)
        return Layer(
            Linear(
                np.concatenate([p.matrix for p in parts], axis=1) * scale,
                np.concatenate([p.bias for p in parts]) * scale,
            ),
            linear(f"{name}.attention.output.dense"),
            norm(f"{name}.attention.output.LayerNorm"),
            linear(f"{name}.intermediate.dense"),
            linear(f"{name}.output.dense"),
            norm(f"{name}.output.LayerNorm"),
        )

    places = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    words = weights["embeddings.word_embeddings.weight"]
    return Bert(words, places, norm("embeddings.LayerNorm"), tuple(map(layer, range(layers))), heads)


def encode(model: Bert, texts: Sequence[Sequence[int]]) -> Floats:
    """Return the mean of each text's tokens as one row of unit length; `texts` are lists of token ids, none empty."""
    out = np.empty((len(texts), model.words.shape[1]), np.float32)
    for batch in _batches(texts):
        out[batch] = _forward(model, [texts[number] for number in batch])
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return out


def _batches(texts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield the numbers of texts that go together, texts of one length side by side."""
    batch: list[int] = []
    tokens = 0
    for number in sorted(range(len(texts)), key=lambda number: len(texts[number])):
        if batch and tokens + len(texts[number]) > TOGETHER:
            yield batch
            batch, tokens = [], 0
        batch.append(number)
        tokens += len(texts[number])
    if batch:
        yield batch


def _forward(model: Bert, texts: Sequence[Sequence[int]]) -> Floats:
    """Return the means for texts sorted by length.

    All their tokens are one matrix without any padding; only looking at each other is done by groups of one length.
    """
    groups, start = [], 0
    for length, same in groupby(texts, len):
        count = sum(1 for _ in same)
        groups.append((start, count, length))
        start += count * length
    x = model.words[np.concatenate([np.asarray(text) for text in texts])]
    x += np.concatenate([model.places[: len(text)] for text in texts])
    x = model.first(x)
    for layer in model.layers:
        x = _through(layer, x, groups, model.heads)
    return np.concatenate(
        [x[at : at + n * t].reshape(n, t, -1).mean(axis=1, dtype=np.float32) for at, n, t in groups]
    )


def _through(layer: Layer, x: Floats, groups: Sequence[tuple[int, int, int]], heads: int) -> Floats:
    mixed = layer.looking(x)
    seen = np.empty_like(x)
    for at, n, t in groups:
        _look(mixed[at : at + n * t], seen[at : at + n * t], (n, t, heads))
    y = layer.seen(seen)
    y += x
    y = layer.after_seen(y)
    z = layer.narrow(_gelu(layer.wide(y)))
    z += y
    return layer.after(z)


def _look(mixed: Floats, seen: Floats, shape: tuple[int, int, int]) -> None:
    """Let the tokens of each text look at each other; what each has seen goes to `seen`."""
    n, t, heads = shape
    size = seen.shape[-1] // heads
    query, key, value = mixed.reshape(n, t, 3, heads, size).transpose(2, 0, 3, 1, 4)
    scores: Any = query @ key.transpose(0, 1, 3, 2)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    seen.reshape(n, t, heads, size)[...] = (scores @ value).transpose(0, 2, 1, 3)


def _gelu(x: Floats) -> Floats:
    """Return x * Phi(x) in place; Phi by the error function of Abramowitz and Stegun 7.1.26, within 1e-6."""
    inner = np.abs(x)
    inner *= np.float32(0.70710678)
    t = inner * np.float32(0.3275911)
    t += np.float32(1)
    np.reciprocal(t, out=t)
    series = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(factor)
        series *= t
    inner *= inner
    np.negative(inner, out=inner)
    np.exp(inner, out=inner)
    series *= inner
    # What is left of 1 - |erf|, halved: the whole of Phi below zero, what is missing of it above.
    series *= np.float32(0.5)
    np.subtract(np.float32(1), series, out=series, where=x > 0)
    x *= series
    return x
