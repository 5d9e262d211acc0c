"""Files as rows: what an index holds, each with where it stands."""

from miminions.index.rows.memory import is_general, memory_sources
from miminions.index.rows.sessions import session_sources
from miminions.index.rows.values import RETIRED, Row, Source

__all__ = ["RETIRED", "Row", "Source", "is_general", "memory_sources", "session_sources"]
