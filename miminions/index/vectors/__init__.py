"""Vectors: texts go to an embedder once, their directions stay in a cache, and the nearest keys come out with a cosine.

What others call, in the order in which they call it::

    embedder = open_embedder(settings.text("index.embedder"), timeout=20.0)   # None for `none`
    cache = VectorCache(home.vectors)                  # one file a person, of digests and vectors, never of text
    table = VectorTable(local.vectors, embedder.fingerprint)   # beside index.db; derived, losable
    table.sync(pairs, embedder, cache)                 # pairs: (key, text) of all there is -> how many were embedded
    table.update(pairs, gone, embedder, cache)         # the same for what changed only
    direction = query_vector(embedder, question, without=("Caroline",))
    table.search(direction, k=50)                      # [(key, cosine)], nearest first
    table.search(direction, k=None, keys=candidates)   # the cosines of those keys
    table.search(direction, k=50, within="memory:")    # among the keys that begin so
    table.place(stamp, missing, places)                # where the texts of keys stand in the index of that stamp
    cache.forget(texts)                                # for erase; the table forgets by `update((), gone)`

Keys are any texts that the caller chooses and that stay: a fact's id, `session#turn`.
What an embedder cannot do raises EmbedderError: answer by words then and say `degraded` with the error's text.
"""

from miminions.index.vectors.cache import VectorCache
from miminions.index.vectors.embedder import Embedder, open_embedder, query_vector
from miminions.index.vectors.table import VectorTable

__all__ = ["Embedder", "VectorCache", "VectorTable", "open_embedder", "query_vector"]
