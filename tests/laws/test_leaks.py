"""Leaks: whatever workspaces say of what they share, and however that changes, nobody is shown what is not for him."""

import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from bench import figures
from folders import home, workspace
from sessions import write_session

from miminions.cli import run
from miminions.registry import trust

SHARES = ("none", "insights", "all")
# What each word of a workspace lets others see; the rest is for itself, and never for the global index.
SHARED = {
    "none": frozenset(),
    # The heading goes with the tagged fact below it.
    "insights": frozenset({"insight", "tagged", "section", "name"}),
    "all": frozenset({"insight", "tagged", "section", "name", "fact", "detail", "note", "history"}),
}
MINE = ("turn", "archived", "private", "document")
KINDS = (*sorted(SHARED["all"]), *MINE)
COMMON = ("deploys", "cluster", "releases", "staging")
TOPICS = "Deploys of the {} cluster wait for releases on staging"


@dataclass(slots=True)
class Place:
    """A folder that is a workspace, what it shares, whether it is trusted there, and its canaries by kind."""

    id: str
    root: Path
    share: str
    trusted: bool = True
    canaries: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """All workspaces of a machine; canaries are words that stand nowhere else."""

    folder: Path
    chance: random.Random
    places: list[Place] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def canary(self) -> str:
        """Return a new word."""
        return f"zq{next(self.numbers):05d}{self.chance.getrandbits(32):08x}"

    def add(self, *, share: str, trusted: bool) -> None:
        """Make a workspace that has a canary of each kind."""
        name = self.canary()
        ws = workspace(self.folder / name, share=share)
        place = Place(ws.id, ws.layout.root, share, canaries={"name": name})
        self.places.append(place)
        self.renew(place)
        ws.remember(TOPICS.format(self._new(place, "private")), private=True)
        document = self.folder / "guide.txt"
        document.write_text(TOPICS.format(self._new(place, "document")) + ".\n", "utf-8")
        assert run(["sources", "add", str(document), "-w", str(ws.layout.root)]) == 0
        self.trust(place, trusted)

    def renew(self, place: Place) -> None:
        """Write the memory files and a session anew, with other canaries."""
        new = {
            kind: TOPICS.format(self._new(place, kind))
            for kind in KINDS
            if kind not in {"name", "private", "document"}
        }
        place.facts = {
            kind: f"{next(self.numbers):06d}" for kind in ("insight", "tagged", "fact", "archived")
        }
        memory = place.root / "memory"
        front = (memory / "MEMORY.md").read_text("utf-8").split("\n---\n")[0]
        (memory / "MEMORY.md").write_text(
            f"{front}\n---\n# Memory\n\n## {place.canaries['section']}\n\n- {new['fact']}. <!-- mm:{place.facts['fact']} -->\n"
            f"  - {new['detail']}\n- {new['tagged']} #global <!-- mm:{place.facts['tagged']} -->\n\n"
            f"## Insights\n\n- {new['insight']}. <!-- mm:{place.facts['insight']} -->\n\n## Context\n\n{new['note']}\n",
            "utf-8",
        )
        (memory / "HISTORY.md").write_text(f"# History\n\n## 2026-05-01\n- 10:00 {new['history']}\n", "utf-8")
        (memory / "ARCHIVE.md").write_text(
            f"# Archive\n\n## Facts\n- {new['archived']} <!-- mm:{place.facts['archived']} until=2026-04-01 why=forgotten -->\n",
            "utf-8",
        )
        write_session(place.root / "sessions", (("user", new["turn"]),))

    def set_share(self, place: Place, share: str) -> None:
        """Change the word in the front matter, as its owner does."""
        path = place.root / "memory" / "MEMORY.md"
        path.write_text(
            path.read_text("utf-8").replace(f"share: {place.share}", f"share: {share}", 1), "utf-8"
        )
        place.share = share

    def trust(self, place: Place, trusted: bool) -> None:
        """Say whether it is trusted where it lies."""
        trust(home(), place.id, place.root, trusted=trusted)
        place.trusted = trusted

    def rename(self, place: Place) -> None:
        """Move the folder; nobody trusted it there."""
        self.gone.add(place.canaries["name"])
        place.canaries["name"] = self.canary()
        place.root = place.root.rename(self.folder / place.canaries["name"])
        place.trusted = False

    def copy(self, place: Place) -> None:
        """Copy the folder, and write other things into the copy, which shares all; half of the copies are trusted."""
        name = self.canary()
        shutil.copytree(place.root, self.folder / name)
        kept = {kind: place.canaries[kind] for kind in ("private", "document")}
        copied = Place(
            place.id, self.folder / name, place.share, trusted=False, canaries={**kept, "name": name}
        )
        self.places.append(copied)
        self.renew(copied)
        self.set_share(copied, "all")
        if self.chance.random() < 0.5:
            self.trust(copied, True)

    def remove(self, place: Place) -> None:
        """Delete the folder."""
        shutil.rmtree(place.root)
        self.places.remove(place)
        self.gone.update(set(place.canaries.values()) - self.seen_by(None))

    def seen_by(self, place: Place | None) -> set[str]:
        """Return the canaries that may be shown in a workspace: its own, and what others share; None for the latter."""
        chosen: dict[str, Place] = {}
        for one in sorted(self.places, key=lambda one: str(one.root)):
            if one.trusted:
                chosen.setdefault(one.id, one)
        seen = {one.canaries[kind] for one in chosen.values() for kind in SHARED[one.share]}
        # An id keeps the name that the folder had when it was made; its copies have the same.
        shown = [one for one in chosen.values() if one.share != "none"] + ([place] if place else [])
        seen |= {one.id.partition("-")[2] for one in shown}
        return seen | set(place.canaries.values()) if place else seen

    def change(self) -> None:
        """Make one random change."""
        place = self.chance.choice(self.places)
        verb = self.chance.choices(
            ("share", "trust", "renew", "rename", "copy", "remove"), (8, 3, 3, 2, 1, 0.5)
        )[0]
        if verb == "share":
            self.set_share(place, self.chance.choice([share for share in SHARES if share != place.share]))
        elif verb == "trust":
            self.trust(place, not place.trusted)
        elif verb == "renew":
            self.renew(place)
        elif verb == "rename":
            self.rename(place)
        elif verb == "copy":
            self.copy(place)
        elif len(self.places) > 3:
            self.remove(place)

    def all_canaries(self) -> set[str]:
        """Return every canary that there is or was."""
        return self.gone.union(*(place.canaries.values() for place in self.places))

    def _new(self, place: Place, kind: str) -> str:
        if kind in place.canaries:
            self.gone.add(place.canaries[kind])
        place.canaries[kind] = self.canary()
        return place.canaries[kind]


def surfaces(world: World, place: Place) -> dict[str, list[str]]:
    """Return command lines that answer in a workspace, none of which prints what was asked."""
    chance, at = world.chance, ["-w", str(place.root)]
    words = [
        chance.choice(sorted(world.all_canaries())),
        chance.choice(COMMON),
        chance.choice(sorted(world.all_canaries())),
    ]
    chance.shuffle(words)
    other = chance.choice(world.places)
    identity = chance.choice(sorted(other.facts.values()))
    questions = world.folder / "questions.jsonl"
    lines = [{"id": number, "question": word} for number, word in enumerate((*words, " ".join(COMMON)))]
    questions.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    kinds = ["--in", "facts,history,sessions,sources", "--include", "retired,expired", "-k", "200"]
    return {
        "recall": ["recall", *words, *kinds, *at],
        "recall --everywhere": ["recall", *words, "--everywhere", *kinds, *chance.choice(([], ["--json"])), *at],
        "recall --as-of": ["recall", *words, "--everywhere", "--as-of", "2026-05-20", "-k", "200", *at],
        "recall common": ["recall", *COMMON, "--everywhere", *kinds, *at],
        "eval": ["eval", str(questions), "--json", "--in", "facts,history,sessions,sources", *at],
        "context": ["context", *at],
        "log": ["log", *at],
        "log A..B": ["log", "2026-01-01..2026-06-01", *at],
        "log --stats": ["log", "--stats", *at],
        "show": ["show", "--include", "retired,expired", *chance.choice(([], ["--json"])), *at],
        "show ID": ["show", identity, *at],
        "why": ["why", identity, *at],
        "index": ["index", chance.choice(("status", "verify", "rebuild")), "--json", *at],
    }  # fmt: skip


def through_the_door(world: World, place: Place) -> str:
    """Return what a hook answers to a prompt there."""
    event = {
        "cwd": str(place.root),
        "prompt": " ".join((*COMMON, world.chance.choice(sorted(world.all_canaries())))),
    }
    name = world.chance.choice(("UserPromptSubmit", "SessionStart"))
    done = subprocess.run(
        [sys.executable, "-c", "from miminions.hooks import main; main()", name],
        input=json.dumps(event), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_nobody_is_shown_what_is_not_for_him(full, tmp_path, capfd: pytest.CaptureFixture[str]):
    """Canaries of private, untrusted, changed, moved, copied and removed workspaces are in no answer, nor in the global index."""
    size, queries = (50, 1000) if full else (12, 90)
    world = World(tmp_path, random.Random(7))  # noqa: S311
    for number in range(size):
        world.add(
            share="none" if number % 2 else world.chance.choice(("insights", "all")), trusted=number % 5 != 3
        )
    capfd.readouterr()
    leaks: list[str] = []
    shown: set[str] = set()
    asked = 0
    while asked < queries:
        for _ in range(world.chance.randint(0, 2)):
            world.change()
        for _ in range(3):
            place = world.chance.choice(world.places)
            surface, found = _asked(world, place, capfd.readouterr)
            asked += 1
            may = world.seen_by(place)
            seen = {canary for canary in world.all_canaries() if canary in found}
            leaks += [f"{surface}: {_whose(world, canary)}" for canary in seen - may]
            shown |= {_whose(world, canary).split()[0] for canary in seen - set(place.canaries.values())}
            if "everywhere" in surface and place.trusted:
                content = home().global_index.read_bytes().lower()
                kept = {canary for canary in world.all_canaries() if canary.encode() in content}
                leaks += [
                    f"global_memory.db: {_whose(world, canary)}" for canary in kept - world.seen_by(None)
                ]
    figures(
        f"law-leaks: {len(world.places)} workspaces, {asked} queries over {len(surfaces(world, place)) + 1} surfaces, {len(leaks)} canaries seen"
    )

    assert Counter(leaks) == {}
    # The law would hold of an index that answers nothing.
    assert shown >= {"fact", "insight", "tagged", "note", "history", "name"}


def _asked(world: World, place: Place, printed: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """Ask on one surface; return which it was, and all that was printed."""
    lines = surfaces(world, place)
    doors = ["hook"] if find_spec("miminions.hooks") else []
    surface = world.chance.choice([*lines, *doors, "recall --everywhere", "recall common"])
    if surface == "hook":
        return surface, through_the_door(world, place)
    run(lines[surface])
    return ("recall --everywhere" if surface == "recall common" else surface), "".join(printed())


def _whose(world: World, canary: str) -> str:
    """Say what a canary is of."""
    for place in world.places:
        for kind, word in place.canaries.items():
            if word == canary:
                return f"{kind} of a workspace with share {place.share}, trusted {place.trusted}"
    return "something that is gone"
