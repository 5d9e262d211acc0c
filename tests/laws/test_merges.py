"""What happens when branches meet: whole sessions and random edits on two branches, merged by git itself."""

import os
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from bench import figures
from branches import (
    FILES,
    Repository,
    base_texts,
    edits,
    program,
    sessions,
)

from miminions.memory.changes import Reword, apply_changes, skeleton
from miminions.memory.facts import read_facts
from miminions.memory.history import read_history
from miminions.memory.merge import merge

__all__ = ["program"]


def test_sessions_on_two_branches(full, tmp_path, program):
    """Two branches with a session each: plain git seldom has a conflict, the merge by facts never."""
    runs, conflicts = 300 if full else 60, Counter()
    for seed in range(runs):
        versions = sessions(seed)
        repository = Repository(tmp_path / "repository", driver=False)
        conflicts["plain"] += not repository.meet(*versions)
        merged = merge(*(version["MEMORY.md"] for version in versions))
        conflicts["by fact"] += bool(merged.conflicts)
        ids = [{fact.id for fact in read_facts(version["MEMORY.md"]).facts} for version in versions]
        kept = {fact.id for fact in read_facts(merged.text).facts}
        assert kept == (ids[1] & ids[2]) | (ids[1] - ids[0]) | (ids[2] - ids[0])
        shutil.rmtree(repository.folder)
        if seed % 10 == 0:
            repository = Repository(tmp_path / "driven", driver=True, program=program)
            assert repository.meet(*versions)
            shutil.rmtree(repository.folder)
    figures(
        f"law-merge: {runs} pairs of sessions, {conflicts['plain']} conflicts in plain git, {conflicts['by fact']} by fact"
    )

    assert conflicts["by fact"] == 0
    assert conflicts["plain"] < runs / 10


def test_random_merges_lose_nothing(full, tmp_path, program):
    """Branches with random edits, merged by git with the driver: each fact is there, gone for a reason, or marked."""
    for seed in range(300 if full else 40):
        chance = random.Random(seed)  # noqa: S311
        texts = base_texts(chance, 8, 3)
        base = dict(zip(FILES, (texts.memory, texts.archive, skeleton("HISTORY.md")), strict=True))
        versions = base, edits(chance, base, "ada"), edits(chance, base, "bob")
        repository = Repository(tmp_path / "repository", driver=True, program=program)
        clean = repository.meet(*versions)
        merged = {name: repository.text(name) for name in FILES}
        _check(versions, merged)
        assert clean == all("<<<<<<<" not in text for text in merged.values()), seed
        shutil.rmtree(repository.folder)


def _check(versions: tuple[dict[str, str], ...], merged: dict[str, str]) -> None:
    marked = {}
    for name in FILES[:2]:
        before, *sides = ({fact.id: fact for fact in read_facts(version[name]).facts} for version in versions)
        memory = read_facts(merged[name])
        live = Counter(fact.id for fact in memory.facts)
        marked[name] = "".join(merged[name][hunk.start : hunk.end] for hunk in memory.hunks)
        assert max(live.values(), default=1) == 1
        for side, rest in (sides, reversed(sides)):
            for one, fact in side.items():
                own = one not in before or fact.text != before[one].text
                if own:
                    now = memory.by_id(one)
                    assert f"mm:{one}" in marked[name] or (now and now.text == fact.text)
                elif one in rest:
                    assert one in live or f"mm:{one}" in marked[name]
                else:
                    assert one not in live or rest is None
    _no_two_versions(versions, merged, marked)
    sessions = [entry.session for entry in read_history(merged["HISTORY.md"]).entries]
    assert sorted(sessions) == ["s-ada", "s-bob"]


def _no_two_versions(
    versions: tuple[dict[str, str], ...], merged: dict[str, str], marked: dict[str, str]
) -> None:
    """Two facts for one that was replaced are marked in the archive, two with one key in the memory."""
    base, *sides = ({f.id: f for f in read_facts(version["ARCHIVE.md"]).facts} for version in versions)
    for one in (sides[0].keys() & sides[1].keys()) - base.keys():
        if sides[0][one].marks.get("by") != sides[1][one].marks.get("by"):
            assert f"mm:{one}" in marked["ARCHIVE.md"]
    keyed = [fact.key for fact in read_facts(merged["MEMORY.md"]).facts if fact.key]
    assert len(keyed) == len(set(keyed))


def _two(chance: random.Random) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    texts = base_texts(chance, 10, 0)
    first, *rest = read_facts(texts.memory).facts
    base = {"MEMORY.md": texts.memory}
    return base, *(
        {"MEMORY.md": apply_changes(texts, [Reword(f.id, f"{f.text} Now.")]).memory}
        for f in (first, rest[-1])
    )


def test_without_the_program_git_merges_by_lines(tmp_path):
    """A clone whose driver names a program that is not there, or that has no driver, merges as plain git does."""
    base, one, other = _two(random.Random(1))  # noqa: S311
    plain = Repository(tmp_path / "plain", driver=False)
    without = Repository(tmp_path / "without", driver=True)
    results = [repository.meet(base, one, other) for repository in (plain, without)]

    assert results == [True, True]
    assert plain.text("MEMORY.md") == without.text("MEMORY.md")

    base, one, other = ({"MEMORY.md": f"# M\n- {word}\n"} for word in ("a", "b", "c"))
    for name, driver in (("plain2", False), ("without2", True)):
        repository = Repository(tmp_path / name, driver=driver)
        assert not repository.meet(base, one, other)
        assert len(read_facts(repository.text("MEMORY.md")).hunks) == 1


def test_the_driver_tells_git_of_a_conflict(tmp_path, program):
    """With the driver a conflict is unmerged for git, and a file that plain git cannot merge is clean."""
    base, one, other = ({"MEMORY.md": f"# M\n- {word}\n- z\n"} for word in ("a", "b", "c"))
    repository = Repository(tmp_path / "one", driver=True, program=program)

    assert not repository.meet(base, one, other)
    assert [hunk.ours for hunk in read_facts(repository.text("MEMORY.md")).hunks] == ["- b\n"]

    one, other = ({"MEMORY.md": f"{base['MEMORY.md']}- {word}\n"} for word in ("one more", "something else"))
    assert not Repository(tmp_path / "two", driver=False).meet(base, one, other)
    driven = Repository(tmp_path / "three", driver=True, program=program)
    assert driven.meet(base, one, other)
    assert [fact.text for fact in read_facts(driven.text("MEMORY.md")).facts] == [
        "a",
        "z",
        "one more",
        "something else",
    ]


@pytest.mark.parametrize("path", ["memory/HISTORY.md", "memory/history/ada.md"])
def test_the_driver_unites_ledgers(tmp_path, program, path):
    """For a ledger the command takes every line of both sides."""
    texts = [
        "# History\n",
        "# History\n\n## 2026-11-20\n- 11:00 b\n",
        "# History\n\n## 2026-11-20\n- 10:00 a\n",
    ]
    files = [tmp_path / name for name in "oab"]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, "utf-8")
    command = [str(program / "miminions"), "merge-driver", *map(str, files), "7", path]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files[1].read_text("utf-8") == "# History\n\n## 2026-11-20\n- 10:00 a\n- 11:00 b\n"
