"""Extractors that ask somebody: a model by prompt and schema, or a caller's own filter."""
