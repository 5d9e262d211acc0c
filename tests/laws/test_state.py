"""Any sequence of hands, commands, sessions, kills and git leaves the memory that a small model of it predicts."""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest
from bench import figures
from crowd import fork, kill
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sessions import write_session

from miminions import Workspace
from miminions.distiller.values import Candidate, Extraction
from miminions.errors import NotFoundError
from miminions.layout import Home
from miminions.transcripts import read_transcript
from miminions.workspace.init import make_workspace

TOKEN = re.compile(r"\btok\d+\b")
LABEL = re.compile(r"<!-- mm:([0-9a-z]{6})\b")
SECTIONS = ("Decisions", "Facts", "Insights")
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b", "GIT_EDITOR": "true",
}  # fmt: skip
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - the folder made there has a random name
# The longest that a process lives which is killed in the middle of a change, in seconds.
LIFE = 0.03


@dataclass(frozen=True, slots=True)
class Known:
    """What the model knows of a fact: where it is (live, archived or gone), what it says, its section.

    `learned` is what the session said that it was learned from.
    """

    where: str
    text: str
    section: str
    learned: str = ""


Model = dict[str, Known]


class Memory(RuleBasedStateMachine):
    """A workspace in a repository, a clone of it, and what must be in them."""

    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        # In memory where there is such a disk: what lasts is for other laws.
        self.base = Path(tempfile.mkdtemp(prefix="state-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
        self.root = self.base / "shop"
        self.model: Model = {}
        self.commits: dict[str, Model] = {}
        self.sessions: list[str] = []
        self.number = 0
        self.branches = 0
        self.visits = 0
        self.forgetful = False
        self.counts["runs"] += 1

    @initialize()
    def begin(self) -> None:
        """Make the workspace and the repository."""
        self.root.mkdir()
        make_workspace(self.root, home=Home(self.base / "home"))
        memory = self.root / "memory" / "MEMORY.md"
        memory.write_text(memory.read_text("utf-8") + "".join(f"\n## {name}\n" for name in SECTIONS), "utf-8")
        self.ws = Workspace.open(self.root, home=self.base / "home")
        self.identity = self.ws.id
        self.git("init", "-q", "-b", "main")
        configure(self.root)
        self.commit()

    def teardown(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.base, ignore_errors=True)

    # What a hand does.

    @rule(section=st.sampled_from(SECTIONS))
    def hand_adds(self, section: str) -> None:
        """Write a line into a section."""
        token, text = self.fresh()
        self.rewrite(lambda lines: put(lines, f"- {text}", section))
        self.model[token] = Known("live", text, section)

    @precondition(lambda self: self.tokens("live"))
    @rule(data=st.data())
    def hand_deletes(self, data: st.DataObject) -> None:
        """Take a line out."""
        token = self.pick(data, "live")
        self.rewrite(lambda lines: [line for line in lines if token not in TOKEN.findall(line)])
        self.model[token] = replace(self.model[token], where="gone")

    @precondition(lambda self: self.tokens("live"))
    @rule(data=st.data())
    def hand_rewords(self, data: st.DataObject) -> None:
        """Say a line in other words."""
        token = self.pick(data, "live")
        known, self.number = self.model[token], self.number + 1
        text = f"{known.text.rstrip('.')}, as said {self.number} times."
        self.rewrite(lambda lines: [line.replace(known.text, text) for line in lines])
        self.model[token] = replace(known, text=text)

    @precondition(lambda self: self.tokens("live"))
    @rule(data=st.data(), section=st.sampled_from(SECTIONS))
    def hand_moves(self, data: st.DataObject, section: str) -> None:
        """Carry a line to another section."""
        token = self.pick(data, "live")

        def moved(lines: list[str]) -> list[str]:
            line = next(line for line in lines if token in TOKEN.findall(line))
            return put([other for other in lines if other != line], line, section)

        self.rewrite(moved)
        self.model[token] = replace(self.model[token], section=section)

    # What commands do, killed in the middle at times.

    @rule(section=st.sampled_from(SECTIONS), killed=st.booleans(), life=st.floats(0, LIFE))
    def remember(self, section: str, killed: bool, life: float) -> None:
        """Remember a fact."""
        token, text = self.fresh()
        self.perform(lambda ws: ws.remember(text, section=section), killed, life)
        self.model[token] = Known("live", text, section)

    @precondition(lambda self: self.tokens("live"))
    @rule(data=st.data(), killed=st.booleans(), life=st.floats(0, LIFE))
    def forget(self, data: st.DataObject, killed: bool, life: float) -> None:
        """Forget a fact."""
        token = self.pick(data, "live")
        identity = self.id_of(token)

        def work(ws: Workspace) -> None:
            # A killed process may have come to its end.
            with suppress(*([NotFoundError] if killed else [])):
                ws.forget(identity)

        self.perform(work, killed, life)
        self.model[token] = replace(self.model[token], where="archived")

    @precondition(lambda self: self.tokens("archived"))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """Bring a fact back."""
        token = self.pick(data, "archived")
        archived = next(f for f in self.ws.state().archived.facts if token in TOKEN.findall(f.text))
        self.ws.restore(archived.id)
        self.model[token] = replace(self.model[token], where="live")

    @rule(count=st.integers(1, 2), killed=st.booleans(), life=st.floats(0, LIFE))
    def distill(self, count: int, killed: bool, life: float) -> None:
        """Learn from a session."""
        said = dict(self.fresh() for _ in range(count))
        session = self.session(said.values())
        self.perform(lambda ws: self.learn(ws, session), killed, life)
        self.model |= {token: Known("live", text, "Facts", text) for token, text in said.items()}

    @precondition(lambda self: self.sessions)
    @rule(data=st.data())
    def distill_again(self, data: st.DataObject) -> None:
        """Learn from a session once more: no byte changes, whatever a hand did since."""
        session = data.draw(st.sampled_from(self.sessions))
        if self.forgetful and session not in (self.root / "memory" / "HISTORY.md").read_text("utf-8"):
            # Another branch has it: with no cursor left, this one may learn it, too.
            return
        before = self.files()
        self.learn(self.ws, session)
        assert self.files() == before

    @precondition(lambda self: any(self.model[token].learned for token in self.tokens("gone")))
    @rule(data=st.data())
    def what_a_hand_deleted_is_said_again(self, data: st.DataObject) -> None:
        """Learn from a session that says what a hand took out: it waits for review."""
        learned = [token for token in self.tokens("gone") if self.model[token].learned]
        token = data.draw(st.sampled_from(learned))
        self.learn(self.ws, self.session([self.model[token].learned]))

    @rule()
    def the_machine_forgets(self) -> None:
        """Lose all that is local to this machine, but for what it trusts."""
        shutil.rmtree(self.ws.local.folder, ignore_errors=True)
        self.forgetful = True

    @rule()
    def the_index_is_deleted(self) -> None:
        """Delete what is derived: the answers are the same."""
        query = "needs beside tool " + " ".join(sorted(self.model)[:3])
        before = [(hit.id, hit.text, hit.section) for hit in self.ws.recall(query, k=20)]
        for path in self.ws.local.folder.glob("index*"):
            path.unlink()
        again = Workspace.open(self.root, home=self.base / "home").recall(query, k=20)
        assert [(hit.id, hit.text, hit.section) for hit in again] == before

    # What git does.

    @rule()
    def commit(self) -> None:
        """Commit what there is."""
        self.git("add", "-A", "memory")
        self.git("commit", "-q", "--allow-empty", "-m", "memory")
        self.commits[self.head()] = dict(self.model)

    @rule()
    def branch(self) -> None:
        """Go on in a new branch."""
        self.commit()
        self.branches += 1
        self.git("switch", "-q", "-c", f"side{self.branches}")

    @precondition(lambda self: self.branches)
    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        """Go on in another branch."""
        self.commit()
        self.git("switch", "-q", data.draw(st.sampled_from(self.names())))
        self.model = dict(self.commits[self.head()])

    @precondition(lambda self: self.branches)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """Merge another branch; what git cannot settle stands in the file, and is given up."""
        self.commit()
        self.take(data.draw(st.sampled_from([name for name in self.names() if name != self.here()])))

    @rule()
    def revert(self) -> None:
        """Take the last commit back."""
        self.commit()
        parents = self.git("rev-list", "--parents", "-1", "HEAD").split()[1:]
        if len(parents) == 1 and self.git("diff", "--name-only", "HEAD~1", "HEAD"):
            self.git("revert", "--no-edit", "HEAD")
            self.model = dict(self.commits[parents[0]])
            self.commits[self.head()] = dict(self.model)

    @precondition(lambda self: self.visits < 2)
    @rule()
    def another_clone(self) -> None:
        """Let somebody else pull into a clone, remember something there and push; then take that over."""
        self.commit()
        self.visits += 1
        other, pushed = self.base / "other", f"theirs{self.visits}"
        if other.exists():
            self.git("fetch", "-q", at=other)
        else:
            self.git("clone", "-q", str(self.root), str(other))
            configure(other)
            make_workspace(other, home=Home(self.base / "otherhome"))
        self.git("switch", "-q", "-C", "theirs", f"origin/{self.here()}", at=other)
        ws = Workspace.open(other, home=self.base / "otherhome")
        assert ws.id == self.identity
        token, text = self.fresh()
        ws.remember(text, section="Facts")
        self.git("commit", "-qam", "theirs", at=other)
        self.git("push", "-q", "origin", f"theirs:{pushed}", at=other)
        self.commits[self.head(pushed)] = {**self.model, token: Known("live", text, "Facts")}
        mine, text = self.fresh()
        self.ws.remember(text, section="Insights")
        self.model[mine] = Known("live", text, "Insights")
        self.commit()
        self.take(pushed)

    def take(self, other: str) -> None:
        """Merge a commit into the branch, or see that nothing is lost in the conflict and give it up."""
        theirs = self.head(other)
        known = self.commits[theirs]
        common = self.commits[self.git("merge-base", "HEAD", theirs)]
        merged = three_ways(common, self.model, known)
        if self.run("git", "merge", "-q", "--no-edit", other).returncode == 0:
            self.counts["merges"] += len(self.git("rev-list", "--parents", "-1", "HEAD").split()) == 3
            self.model = {token: known or self.found(token) for token, known in merged.items()}
            self.commits[self.head()] = dict(self.model)
            return
        self.counts["conflicts"] += 1
        text = "".join(path.read_text("utf-8") for path in (self.root / "memory").glob("*.md"))
        wanted = {token for token, known in merged.items() if known and known.where != "gone"}
        assert wanted <= set(TOKEN.findall(text)), "a fact is in neither side of a conflict"
        self.ws.state()
        self.git("merge", "--abort")

    # What must hold after each step.

    @invariant()
    def memory_is_as_the_model_says(self) -> None:
        """Every live fact is live once, what was archived is archived, what a hand deleted is nowhere."""
        if not hasattr(self, "ws"):
            return
        self.counts["steps"] += 1
        state = Workspace.open(self.root, home=self.base / "home").state()
        assert state.identity == self.identity
        live = Counter(token for fact in state.facts.facts for token in TOKEN.findall(fact.text))
        kept = {token for fact in state.archived.facts for token in TOKEN.findall(fact.text)}
        wanted = set(self.tokens("live"))
        assert set(live) == wanted, f"lost {wanted - set(live)}, too many {set(live) - wanted}"
        assert {token for token, count in live.items() if count > 1} == set()
        assert set(self.tokens("archived")) <= kept
        assert not set(self.tokens("gone")) & kept
        sections = {token: fact.section for fact in state.facts.facts for token in TOKEN.findall(fact.text)}
        assert sections == {token: self.model[token].section for token in wanted}
        labels = Counter(LABEL.findall(state.memory.text))
        assert {label for label, count in labels.items() if count > 1} == set()

    # How.

    def fresh(self) -> tuple[str, str]:
        """Return a new token and a sentence with it that resembles no other."""
        self.number += 1
        n = self.number
        return f"tok{n}", f"Tool tok{n} needs amber{n} beside birch{n} and cedar{n}."

    def tokens(self, where: str) -> list[str]:
        """Return the tokens that the model has in a place."""
        return sorted(token for token, known in self.model.items() if known.where == where)

    def pick(self, data: st.DataObject, where: str) -> str:
        """Draw one of them."""
        return data.draw(st.sampled_from(self.tokens(where)))

    def id_of(self, token: str) -> str:
        """Return the id of a live fact."""
        return next(fact.id for fact in self.ws.state().facts.facts if token in TOKEN.findall(fact.text))

    def found(self, token: str) -> Known:
        """Return what the files say of a fact that both sides of a merge changed."""
        state = self.ws.state()
        for where, facts in (("live", state.facts.facts), ("archived", state.archived.facts)):
            for fact in facts:
                if token in TOKEN.findall(fact.text):
                    return Known(where, fact.text, fact.section)
        return Known("gone", "", "")

    def perform(self, work: Callable[[Workspace], object], killed: bool, life: float) -> None:
        """Do something, in a process that is killed first at times."""
        if killed:
            pid = fork(lambda: work(Workspace.open(self.root, home=self.base / "home")), self.base / "errors")
            time.sleep(life)
            self.counts["kills"] += kill(pid)
        work(self.ws)

    def session(self, said: Iterable[str]) -> str:
        """Write the transcript of a session and return its id."""
        session = f"20260320T140233123456Z_{len(self.sessions):08d}"
        turns = [turn for text in said for turn in (("user", text), ("assistant", "Noted."))]
        write_session(self.base / "sessions", turns, session)
        self.sessions.append(session)
        return session

    def learn(self, ws: Workspace, session: str) -> None:
        """Distil a session with an extractor that proposes what the user said."""
        ws.distill(read_transcript(self.base / "sessions" / f"{session}.jsonl"), extractor=as_said)

    def rewrite(self, change: Callable[[list[str]], list[str]]) -> None:
        """Save the memory file as an editor does."""
        path = self.ws.layout.memory
        path.write_text("\n".join(change(path.read_text("utf-8").split("\n"))), "utf-8")

    def files(self) -> dict[str, bytes]:
        """Return the memory files."""
        return {path.name: path.read_bytes() for path in (self.root / "memory").iterdir() if path.is_file()}

    def run(self, *command: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program in the repository."""
        environment = {**os.environ, **GIT, "MIMINIONS_HOME": str(self.base / "home")}
        return subprocess.run(
            command, cwd=at or self.root, env=environment, capture_output=True, text=True, check=False
        )

    def git(self, *words: str, at: Path | None = None) -> str:
        """Run git and return what it printed."""
        done = self.run("git", *words, at=at)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout.strip()

    def head(self, branch: str = "") -> str:
        """Return the commit of a branch, of the one that is checked out when none is named."""
        return (self.root / ".git" / "refs" / "heads" / (branch or self.here())).read_text("utf-8").strip()

    def here(self) -> str:
        """Return the branch that is checked out."""
        return (self.root / ".git" / "HEAD").read_text("utf-8").strip().removeprefix("ref: refs/heads/")

    def names(self) -> list[str]:
        """Return the branches."""
        return ["main", *(f"side{number + 1}" for number in range(self.branches))]


def as_said(material, facts):
    """Propose each sentence of the user's as a fact."""
    said = [turn for turn in material.new if turn.role == "user"]
    found = tuple(Candidate(turn.text, "Facts", "workspace", turn.text, turn.number) for turn in said)
    return Extraction(found, "Tools were discussed.", "as said")


def three_ways(base: Model, ours: Model, theirs: Model) -> dict[str, Known | None]:
    """Merge two models; None is for what both changed, each in another way."""
    merged: dict[str, Known | None] = {}
    for token in sorted({*ours, *theirs}):
        was, mine, other = base.get(token), ours.get(token), theirs.get(token)
        if other in (mine, was):
            merged[token] = mine
        elif mine == was:
            merged[token] = other
        else:
            merged[token] = None
    return merged


def put(lines: list[str], line: str, section: str) -> list[str]:
    """Put a line under a heading, after what stands there."""
    place = lines.index(f"## {section}") + 1
    while place < len(lines) and not lines[place].startswith("#"):
        place += 1
    while not lines[place - 1].strip():
        place -= 1
    gap = [""] if lines[place - 1].startswith("#") else []
    return [*lines[:place], *gap, line, *lines[place:]]


def configure(root: Path) -> None:
    """Let git know the merge driver that the memory's attributes ask for, where there is one."""
    attributes = (root / "memory" / ".gitattributes").read_text("utf-8")
    for name in {*re.findall(r"merge=(\S+)", attributes)} - {"union"}:
        driver = f"{sys.executable} -m miminions merge-driver %O %A %B %L %P"
        subprocess.run(["git", "-C", root, "config", f"merge.{name}.driver", driver], check=True)


@pytest.mark.parametrize("seed", [11])
def test_memory_follows_its_model(seed, full):
    """Whatever hands, commands, sessions, kills and git do, in any order: memory is as a model of it predicts."""
    runs = int(os.environ.get("LAW_STATE_RUNS", "200" if full else "20"))
    random.seed(seed)
    Memory.counts.clear()
    began = time.monotonic()
    phases = [Phase.generate, Phase.shrink] if full else [Phase.generate]
    try:
        run_state_machine_as_test(
            Memory,
            settings=settings(
                max_examples=runs, stateful_step_count=30, deadline=None, database=None, derandomize=True, phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    finally:
        counts = Memory.counts
        figures(
            f"law-state: {counts['runs']} runs, {counts['steps']} steps, {counts['kills']} kills, {counts['merges']}"
            f" merges, {counts['conflicts']} conflicts, {time.monotonic() - began:.0f} s"
        )
