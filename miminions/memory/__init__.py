"""Memory files as text: facts, history, archive; and SQLiteMemory, a store of its own."""
