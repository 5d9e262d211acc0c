"""Repositories with memory on two branches that meet, made the way programs and people make them."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from miminions.memory.changes import Insert, Move, Retire, Reword, apply_changes, skeleton
from miminions.memory.facts import read_facts
from miminions.memory.folder import Texts
from miminions.memory.history import Added, Entry, append_entry
from miminions.memory.ids import birth

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
