# `just --list` shows the recipes.

# Lint, types, docs.
check:
    ruff format --check .
    ruff check .
    mypy
    python docs/generate.py --check

# The tests; arguments go to pytest.
test *ARGS:
    python -m pytest {{ARGS}}

# Write the generated reference pages.
docs:
    python docs/generate.py

# The measurements of docs/benchmarks.md.
bench:
    python docs/bench.py
