"""Files as rows: what an index holds, each with where it stands, and how to tell that one changed."""

from miminions.index.rows.folders import FolderOrigin
from miminions.index.rows.memory import is_general
from miminions.index.rows.passages import DocumentsOrigin
from miminions.index.rows.sessions import session_sources
from miminions.index.rows.values import COLUMNS, RETIRED, Origin, Record, Row, Source, row_of

__all__ = [
    "COLUMNS",
    "RETIRED",
    "DocumentsOrigin",
    "FolderOrigin",
    "Origin",
    "Record",
    "Row",
    "Source",
    "is_general",
    "row_of",
    "session_sources",
]
