"""The index: derived from the files, disposable, in SQL that no other room sees."""

from miminions.index.hits import KINDS, Answer, Hit, Query, merge
from miminions.index.rank.relevance import needed
from miminions.index.rows import (
    DocumentsOrigin,
    FolderOrigin,
    Origin,
    Row,
    Source,
    is_general,
    session_sources,
)
from miminions.index.sqlite import SqliteIndex

__all__ = [
    "KINDS",
    "Answer",
    "DocumentsOrigin",
    "FolderOrigin",
    "Hit",
    "Origin",
    "Query",
    "Row",
    "Source",
    "SqliteIndex",
    "is_general",
    "merge",
    "needed",
    "session_sources",
]
