"""forget --erase: takes a fact's words out of every file this machine has of them, and names what it cannot reach."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miminions.errors import (
    ChangedError,
    ConflictError,
    FileError,
    IndexFileError,
    NotErasedError,
    NotFoundError,
)
from miminions.files import lock, read, remove, try_lock, write
from miminions.journal import Run, runs
from miminions.keeper import ATTEMPTS, Keeper, Which
from miminions.layout import LocalLayout, vectors_of
from miminions.memory.facts import Fact, read_facts
from miminions.memory.folder import State, Texts
from miminions.memory.ids import normalise
from miminions.memory.write import write_folder
from miminions.records import load, store
from miminions.registry import saw
from miminions.workspace.beyond import Beyond, beyond_reach
from miminions.workspace.needle import MARK, Needle
from miminions.workspace.within import begun_file, files_within, holding, indexes_of, is_derived, locals_of

if TYPE_CHECKING:
    from miminions.workspace.keeping import WritableWorkspace

# A shorter quote says nothing by itself and stands in many places.
WORDS_OF_ITS_OWN = 3
_MEMORIES: tuple[Which, ...] = ("own", "overlay", "personal")
_NEVER = {"config.toml", "places.json", "erasing.json"}


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of an erasure: the fact's id, the files that had its words, and what is beyond reach.

    `texts` are the words themselves, `lines` what goes from each file; only a look says them.
    """

    id: str
    files: tuple[str, ...]
    beyond: tuple[Beyond, ...]
    texts: tuple[str, ...] = ()
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def look(ws: "WritableWorkspace", identity: str) -> Erased:
    """Say where a fact's words stand, line by line; nothing is written. Raises NotFoundError, ConflictError."""
    needle, sources = _wanted(ws, identity)
    files = holding(ws, needle)
    lines = {str(path): needle.lines_of(path) for path in files if not is_derived(path)}
    return Erased(identity, tuple(map(str, files)), beyond_reach(ws, needle, sources), needle.texts, lines)


def erase(ws: "WritableWorkspace", identity: str) -> Erased:
    """Take a fact's words out of every file within reach; a run that was interrupted is finished by the next one.

    Raises NotFoundError, FileError, ConflictError when another live fact says the same, and NotErasedError naming the
    files that still have the words.
    """
    needle, sources = _wanted(ws, identity)
    begun = begun_file(ws.local)
    with ws.keeper.locked(ws.now(), person=True):
        store(begun, {**load(begun), identity: {"texts": needle.texts, "sources": sources}})
    files = holding(ws, needle)
    beyond = beyond_reach(ws, needle, sources)
    _forget_vectors(ws, needle)
    with ws.keeper.locked(ws.now(), person=True):
        _erase_memories(ws.keeper, needle)
        _drop_kept(ws, needle)
    for path in files_within(ws):
        _erase_file(ws, path, needle)
    _drop_derived(ws)
    with ws.keeper.locked(ws.now()):
        saw(ws.local, ws.state().digests)
    left = holding(ws, needle)
    if left:
        raise NotErasedError(
            f"the words of {identity} still stand in {', '.join(map(str, left))}",
            hint="end what writes there (an open chat, an editor) or take them out there, and run it again",
        )
    with ws.keeper.locked(ws.now()):
        others = {name: one for name, one in load(begun).items() if name != identity}
        store(begun, others) if others else remove(begun)
    return Erased(identity, tuple(map(str, files)), beyond)


def _wanted(ws: "WritableWorkspace", identity: str) -> tuple[Needle, tuple[str, ...]]:
    """Return what must go and the transcripts it was learned from: what an interrupted run wanted, and what is known now.

    What another live fact says stays, unless it is what this one says now: then neither can go without the other.
    """
    held = load(begun_file(ws.local)).get(identity)
    texts = list(held.get("texts", ())) if isinstance(held, dict) else []
    sources = list(held.get("sources", ())) if isinstance(held, dict) else []
    states = [ws.keeper.read(which) for which in _MEMORIES]
    facts = [fact for state in states for fact in _facts(state) if fact.id == identity]
    others = [fact for state in states for fact in state.facts.facts if fact.id != identity]
    for fact in facts:
        _check_alone(fact, others)
    texts += [text for fact in facts for text in (fact.text, *_spoken(fact.detail))]
    if not texts:
        raise NotFoundError(
            f"there is no fact {identity}",
            hint="`miminions show --include retired,expired` lists the facts with their ids",
        )
    for local in locals_of(ws):
        for run in runs(local):
            for record in _records(run.details.get("decisions")):
                if record.get("id") == identity:
                    texts += [str(record.get("text", "")), *_spoken(str(record.get("quote") or ""))]
                    sources.append(str(run.details.get("source", "")))
            texts += _worded(run, identity)
    unique = dict.fromkeys(text for text in texts if normalise(text))
    gone = tuple(text for text in unique if not any(_says_it(fact, text) for fact in others))
    return Needle(gone, frozenset({identity})), tuple(dict.fromkeys(filter(None, sources)))


def _check_alone(fact: Fact, others: Iterable[Fact]) -> None:
    """Raise ConflictError when another live fact says what is to be erased."""
    same = [other for other in others if _says_it(other, fact.text)]
    if same:
        raise ConflictError(
            f"{', '.join(f'{other.id} ({other.text})' for other in same)} says it, too",
            hint="forget, edit or erase that one as well, then run it again",
        )


def _says_it(fact: Fact, text: str) -> bool:
    """Say whether taking a text out would take a piece of a fact away."""
    return Needle((text,)).stands_in(f"{fact.text}\n\n{fact.detail}")


def _spoken(text: str) -> Iterator[str]:
    """Yield the lines of a quote or a detail that say something by themselves."""
    yield from (line for line in text.splitlines() if len(line.split()) >= WORDS_OF_ITS_OWN)


def _worded(run: Run, identity: str) -> Iterator[str]:
    """Yield how the fact was worded before and after what a run changed."""
    for step in (step for steps in run.steps.values() for step in steps):
        if step.id == identity and step.op in {"retire", "reword"}:
            yield from (word for word in (step.text, step.left) if isinstance(word, str))


def _records(held: object) -> list[dict[str, Any]]:
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _facts(state: State) -> tuple[Fact, ...]:
    return (*state.facts.facts, *state.archived.facts)


def _erase_memories(keeper: Keeper, needle: Needle) -> None:
    """Take the facts out of the memories, and the words out of all else there; the caller holds the locks."""
    for which in _MEMORIES:
        local = keeper.personal_local if which == "personal" else keeper.local
        for _ in range(ATTEMPTS):
            state = keeper.read(which)
            texts = Texts(
                _without_facts(state.memory.text, needle),
                needle.without(state.history.text),
                _without_facts(state.archive.text, needle),
            )
            try:
                written = write_folder(state, texts, local.kept)
            except ChangedError:
                continue
            if which != "overlay" and texts != state.texts:
                saw(local, written.digests)
            break


def _without_facts(text: str, needle: Needle) -> str:
    """Return a memory file without the items of the erased facts, and with a mark where else the words stand."""
    if not needle.stands_in(text) and not any(identity in text for identity in needle.ids):
        return text
    for fact in reversed(read_facts(text).facts):
        if fact.id in needle.ids or needle.without(fact.text).strip(" .!?") == MARK:
            start = text.rfind("\n", 0, fact.start) + 1
            # An item ends with the end of its line, where the file has one.
            text = text[:start] + text[fact.end :]
    return needle.without(text)


def _drop_kept(ws: "WritableWorkspace", needle: Needle) -> None:
    """Let go of displaced files that say it: they were merged a moment ago."""
    for local in (ws.local, ws.keeper.personal_local):
        for path in sorted(local.kept.glob("*")) if local.kept.is_dir() else ():
            if path.is_file() and (needle.stands_in_file(path) or _names(path, needle)):
                for part in local.kept.glob(f"{path.stem}.*"):
                    remove(part)


def _names(path: Path, needle: Needle) -> bool:
    """Say whether a file bears the id of an erased fact, which it may word in a way that no record has any more."""
    content = path.read_bytes()
    return any(f"mm:{identity}".encode() in content for identity in needle.ids)


def _erase_file(ws: "WritableWorkspace", path: Path, needle: Needle) -> None:
    """Take the words out of one file that is not one of the memories; a chat that is open keeps its own."""
    if path.name in _NEVER or path.suffix == ".lock" or is_derived(path):
        return
    # What cannot be written now is looked at again at the end, and named then.
    with suppress(ChangedError, FileError), lock(_keeper_of(ws, path).lock):
        before = read(path)
        value = load(path) if path.suffix == ".json" else None
        if value:
            # A trace holds lines, which may be parts of the words, and leads back to a text that is gone anyway.
            bare = {**value, "traces": {}} if value.get("traces") else value
            if bare != value or needle.stands_in_value(bare):
                store(path, needle.without_in(bare))
            return
        text = _lines(before.text, needle) if path.suffix == ".jsonl" else needle.without(before.text)
        if text != before.text and "\0" not in before.text:
            with try_lock(ws.local.session_lock(path.stem)) as free:
                if free:
                    write(path, text, expected=before.digest)


def _keeper_of(ws: "WritableWorkspace", path: Path) -> LocalLayout:
    """Return the workspace whose lock those hold who write a file: records change between reading and writing else."""
    within = path.relative_to(ws.home.workspaces).parts if path.is_relative_to(ws.home.workspaces) else ()
    return LocalLayout(ws.home.workspaces / within[0]) if len(within) > 1 else ws.local


def _lines(text: str, needle: Needle) -> str:
    """Return JSON lines with a mark in the place of the words; what cannot be read as JSON is searched as it is."""
    return "\n".join(_line(line, needle) for line in text.split("\n"))


def _line(line: str, needle: Needle) -> str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return needle.without(line)
    if _answered(value, needle):
        # Who asked for it used some of its words.
        value = {**value, "prompt": MARK}
    elif not needle.stands_in_value(value):
        return line
    end = "\r" if line.endswith("\r") else ""
    return json.dumps(needle.marked(value), ensure_ascii=False) + end


def _answered(value: Any, needle: Needle) -> bool:
    """Say whether a record notes a question that an erased fact was an answer to."""
    given = value.get("given") if isinstance(value, dict) and value.get("prompt") else None
    pairs = given if isinstance(given, list) else []
    return any(isinstance(pair, list) and pair and pair[-1] in needle.ids for pair in pairs)


def _forget_vectors(ws: "WritableWorkspace", needle: Needle) -> None:
    """Take the vectors of all that says it out of the cache: much of what a text says can be told from its vector."""
    if not ws.home.vectors.exists():
        return
    from miminions.index import SqliteIndex
    from miminions.index.vectors import VectorCache

    texts = set(needle.texts)
    for path in indexes_of(ws):
        # What cannot be read has no text that anybody could look for, and goes as a whole.
        with suppress(IndexFileError):
            texts |= {text for _, _, text in SqliteIndex(path).texts() if needle.stands_in(text)}
    VectorCache(ws.home.vectors).forget(texts)


def _drop_derived(ws: "WritableWorkspace") -> None:
    """Remove every index of this machine: they are made anew from the files, and pages keep what was deleted.

    The vectors beside them are made anew from the cache.
    """
    for path in indexes_of(ws):
        vectors = vectors_of(path)
        for part in (vectors, vectors.with_name(f"{vectors.name}-journal")):
            remove(part)
        if not any(path.parent.glob(f"*{path.name}*")):
            continue
        with lock(path.with_name(f"{path.name}.lock")):
            for part in (path, *path.parent.glob(f"{path.name}-*"), *path.parent.glob(f".{path.name}.new*")):
                remove(part)
