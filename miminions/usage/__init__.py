"""What was served, when, and for which prompt: local, losable, and never in a query's way; imports nothing by itself."""
