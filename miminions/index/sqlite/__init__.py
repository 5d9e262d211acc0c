"""The SQLite driver: an index in one file, published whole and read without waiting."""

from miminions.index.sqlite.driver import SqliteIndex, SyncReport

__all__ = ["SqliteIndex", "SyncReport"]
