"""What waits for a person's yes: the inbox, and how it is settled."""
