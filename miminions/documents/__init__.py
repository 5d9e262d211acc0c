"""Documents that a person added to what can be found: files in, passages of their text out; imports nothing by itself."""
