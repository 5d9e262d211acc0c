"""One conversation, then its terminal."""
