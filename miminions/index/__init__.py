"""The index: derived from the files, disposable, and the only room with SQL."""

from miminions.index.hits import Hit, Query, merge
from miminions.index.rows import Row, Source, memory_sources, session_sources
from miminions.index.sqlite import SqliteIndex

__all__ = ["Hit", "Query", "Row", "Source", "SqliteIndex", "memory_sources", "merge", "session_sources"]
