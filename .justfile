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

# The laws, each whole; every one prints its figures in one line, for docs/benchmarks.md.

# Whatever surrounds a fact stays as it is, byte for byte.
law-bytes:
    python -m pytest tests/laws/test_bytes.py --full -s

# Formatters of Markdown leave facts and their ids alone.
law-formatters:
    python -m pytest tests/laws/test_formatters.py --full -s

# Killed at any system call, one rerun ends where an unbroken run does.
law-kill:
    python -m pytest tests/laws/test_kill.py --full -s

# When the disk refuses, nothing says that it is done.
law-errors:
    python -m pytest tests/laws/test_errors.py --full -s

# A minute of kills: what was acknowledged is there, once.
law-storm:
    python -m pytest tests/laws/test_storm.py --full -s

# Hand edits during our writes are not lost.
law-race:
    python -m pytest tests/laws/test_race.py --full -s

# Sixteen processes with a hundred changes each leave sixteen hundred effects.
law-hammer:
    python -m pytest tests/laws/test_hammer.py --full -s

# Merges of branches keep every fact.
law-merge:
    python -m pytest tests/laws/test_merges.py --full -s

# Hands, commands, kills and git in any order end as a model of memory says.
law-state:
    python -m pytest tests/laws/test_state.py --full -s

# What labelled sessions teach, by the rules and with a model's answers.
law-distilling:
    python -m pytest tests/laws/test_distilling.py -s

# The fast reader of memory files gives the rows of the one that knows all of Markdown; an index that followed every edit
# equals one made anew; damage is found and mended, and shows nothing wrong.
law-index:
    python -m pytest tests/laws/test_index_plain.py tests/laws/test_index_edits.py tests/laws/test_index_damage.py --full -s

# Nobody is shown what is not for him, whatever workspaces share and however that changes.
law-leaks:
    python -m pytest tests/laws/test_leaks.py --full -s
# The index against the sqlite3 shell and plain FTS5; `--million` takes some minutes.
bench-index *ARGS:
    python docs/bench_index.py {{ARGS}}
