"""What happens when branches meet: whole sessions and random edits on two branches, merged by git itself."""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from bench import figures

from miminions.memory.changes import Insert, Move, Retire, Reword, apply_changes, skeleton
from miminions.memory.facts import read_facts
from miminions.memory.folder import Texts
from miminions.memory.history import Added, Entry, append_entry, read_history
from miminions.memory.ids import birth
from miminions.memory.merge import merge

DRIVER = (
    "if command -v miminions >/dev/null 2>&1; then miminions merge-driver %O %A %B %L %P; "
    "else git merge-file --marker-size=%L %A %O %B; fi"
)
ATTRIBUTES = "MEMORY.md merge=miminions\nARCHIVE.md merge=miminions\narchive/*.md merge=miminions\nHISTORY.md merge=union\nhistory/*.md merge=union\n"
SECTIONS = ("Preferences", "Decisions", "Facts", "Insights")
WORDS = [
    "deploy",
    "cache",
    "login",
    "queue",
    "index",
    "token",
    "retry",
    "budget",
    "schema",
    "worker",
    "metric",
]
FILES = ("MEMORY.md", "ARCHIVE.md", "HISTORY.md")


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Say whether the laws run at full size."""
    return bool(request.config.getoption("--full", default=False))


class Repository:
    """A repository with a memory folder, and two branches that meet."""

    def __init__(self, folder: Path, *, driver: bool, program: Path | None = None) -> None:
        self.folder, self.memory = folder, folder / "memory"
        self.memory.mkdir(parents=True)
        # Only git and the shell's own programs, so that no other miminions is found.
        path = [str(program)] if program else []
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join(
                [*path, "/usr/bin", "/bin"] if os.name != "nt" else [*path, os.environ["PATH"]]
            ),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self.git("init", "-q", "-b", "main")
        for key, value in {
            "user.name": "t",
            "user.email": "t@t",
            "gc.auto": "0",
            "merge.conflictStyle": "diff3",
        }.items():
            self.git("config", key, value)
        if driver:
            self.git("config", "merge.miminions.driver", DRIVER)
        (self.memory / ".gitattributes").write_text(ATTRIBUTES, "utf-8")

    def git(self, *words: str, check: bool = True) -> int:
        """Run git here and return its exit code."""
        command = ["git", "-C", str(self.folder), *words]
        return subprocess.run(command, capture_output=True, check=check, env=self._environment).returncode

    def commit(self, files: dict[str, str]) -> None:
        """Write files of the memory folder and commit them."""
        for name, text in files.items():
            path = self.memory / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def meet(self, base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]) -> bool:
        """Commit a base and both branches and merge them; say whether git found no conflict."""
        self.commit(base)
        self.git("checkout", "-q", "-b", "theirs")
        self.commit(theirs)
        self.git("checkout", "-q", "main")
        self.commit(ours)
        return self.git("merge", "-q", "-m", "merged", "theirs", check=False) == 0

    def text(self, name: str) -> str:
        """Return a file of the memory folder as it is now."""
        path = self.memory / name
        return path.read_bytes().decode() if path.exists() else ""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder whose `miminions` is the program under test."""
    if os.name == "nt":
        pytest.skip("git's shell finds no script without an ending")
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "miminions"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m miminions "$@"\n', "utf-8")
    script.chmod(0o755)
    return folder


def sentence(chance: random.Random, topic: str = "") -> str:
    return f"The {topic or chance.choice(WORDS)} of {chance.choice(WORDS)} number {chance.randrange(10**6)} is {chance.choice(WORDS)}."


def insert(text: str, section: str, **marks: str) -> Insert:
    return Insert(birth(text), text, section, marks)


def base_texts(chance: random.Random, facts: int, archived: int) -> Texts:
    """Make a memory folder by the changes that a program makes."""
    texts = Texts(skeleton("MEMORY.md", workspace="w", share="all"), "", "")
    added = [insert(sentence(chance), chance.choice(SECTIONS)) for _ in range(facts + archived)]
    retired = [Retire(one.id, "2026-11-01", "forgotten") for one in added[facts:]]
    return apply_changes(texts, [*added, *retired])


def session(chance: random.Random, texts: Texts, writer: str, old: str) -> dict[str, str]:
    """Distil one session of a writer with files of his own: three facts on a topic, one replacement."""
    topic = chance.choice(WORDS)
    section = chance.choice(SECTIONS)
    new = [insert(sentence(chance, topic), section) for _ in range(3)]
    fact = read_facts(texts.memory).by_id(old)
    better = insert(sentence(chance), fact.section)
    mine = replace(texts, archive="")
    after = apply_changes(mine, [*new, Retire(old, "2026-11-20", "replaced", better.id), better])
    added = (*(Added(one.id, (), 3) for one in new), Added(better.id, (old,), 9))
    entry = Entry("2026-11-20", "10:00", f"Talked about {topic}.", f"session-{writer}", 1, 9, added)
    ledger = append_entry(skeleton("HISTORY.md"), entry)
    return {"MEMORY.md": after.memory, f"archive/{writer}.md": after.archive, f"history/{writer}.md": ledger}


def sessions(seed: int) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Make a base of sixty facts and one session on each of two branches, which replace different facts."""
    chance = random.Random(seed)  # noqa: S311
    texts = base_texts(chance, 60, 20)
    one, other = chance.sample([fact.id for fact in read_facts(texts.memory).facts], 2)
    base = {"MEMORY.md": texts.memory, "ARCHIVE.md": texts.archive}
    return base, session(chance, texts, "ada", one), session(chance, texts, "bob", other)


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


def edits(chance: random.Random, files: dict[str, str], writer: str) -> dict[str, str]:
    """Change a memory folder at random, as people and sessions do."""
    texts = Texts(files["MEMORY.md"], files["HISTORY.md"], files["ARCHIVE.md"])
    added: list[Added] = []
    for _ in range(chance.randint(1, 5)):
        fact = chance.choice(read_facts(texts.memory).facts)
        new = insert(sentence(chance), chance.choice(SECTIONS))
        kind = chance.choice(["add", "add", "keyed", "edit", "delete", "move", "replace", "replace"])
        if kind == "keyed" and not read_facts(texts.memory).by_key("shared"):
            new = insert(sentence(chance), "Facts", key="shared")
            kind = "add"
        if kind == "add":
            texts = apply_changes(texts, [new])
            added.append(Added(new.id))
        elif kind == "edit":
            texts = apply_changes(texts, [Reword(fact.id, f"{fact.text[:-1]}, {writer} says.")])
        elif kind == "delete":
            lines = texts.memory.splitlines(keepends=True)
            texts = Texts(
                "".join(line for line in lines if fact.id not in line), texts.history, texts.archive
            )
        elif kind == "move":
            texts = apply_changes(texts, [Move(fact.id, chance.choice(SECTIONS))])
        elif kind == "replace":
            by = insert(new.text, fact.section)
            texts = apply_changes(texts, [Retire(fact.id, "2026-11-20", "replaced", by.id), by])
            added.append(Added(by.id, (fact.id,)))
    time = f"{chance.randint(10, 19)}:00"
    history = append_entry(
        texts.history, Entry("2026-11-20", time, "Worked.", f"s-{writer}", 1, 9, tuple(added))
    )
    return {"MEMORY.md": texts.memory, "HISTORY.md": history, "ARCHIVE.md": texts.archive}


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
