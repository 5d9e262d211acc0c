"""resolve: what a merge or two clones left in two versions, settled by rule where one does, else by a person's choice."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, WorkspaceName, open_to_write
from miminions.cli.preview import Edited, edits_of, label, show_edits
from miminions.cli.render import dim, say, say_json, styled
from miminions.errors import ConflictError, NotFoundError, UsageError
from miminions.keeper import Which
from miminions.memory.disputes import Dispute
from miminions.memory.facts import read_facts
from miminions.memory.resolve import resolution
from miminions.memory.settle import Choice, united
from miminions.repository import first_commit, repository_at, under_way
from miminions.workspace import Workspace

LETTERS: dict[str, Choice] = {"o": "ours", "t": "theirs", "b": "both"}
# What git was putting together: theirs lies behind one of the others.
TIPS = ("HEAD", "MERGE_HEAD", "REBASE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")
COLOURS = ("green", "cyan", "magenta")


def resolve(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only the disputes about these facts.")
    ] = None,
    *,
    ours: Annotated[bool, typer.Option("--ours", help="Our version stands, or the first one.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Their version stands, or the last one.")] = False,
    both: Annotated[bool, typer.Option("--both", help="Both stand, each as a fact of its own.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 15 where anything is in conflict.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Settle what a merge left in two versions: by fact where that is possible, else as you choose.

    What was not chosen goes to memory/ARCHIVE.md.
    """
    ws = open_to_write(workspace)
    choice = _choice(ours=ours, theirs=theirs, both=both)
    if check:
        _report(ws.disputes(), (), as_json=as_json)
        return
    memories: tuple[Which, ...] = ("own", "overlay") if ws.id and not ws.personal else ("own",)
    before = ws.disputes()
    _check_ids(ids or [], before)
    left: list[Dispute] = []
    edits: list[Edited] = []
    for which in memories:
        left += _settle(ws, which, ids or [], choice, edits if dry_run else None, as_json=as_json)
    if dry_run:
        show_edits(edits, as_json=as_json)
    else:
        names = {dispute.name for dispute in left}
        _report(left, [one for one in before if one.name not in names], as_json=as_json)
        if not as_json:
            _what_is_left_to_do(ws)


def _choice(**given: bool) -> Choice | None:
    chosen = [word for word in LETTERS.values() if given[word]]
    if len(chosen) > 1:
        raise UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other", hint="give one of them")
    return chosen[0] if chosen else None


def _check_ids(ids: Sequence[str], found: Sequence[Dispute]) -> None:
    known = {identity for one in found for identity in one.ids}
    for identity in ids:
        if identity not in known:
            raise NotFoundError(
                f"{identity} is not in conflict", hint="`miminions resolve --check` lists what is"
            )


def _settle(
    ws: Workspace,
    which: Which,
    ids: Sequence[str],
    choice: Choice | None,
    edits: list[Edited] | None,
    *,
    as_json: bool,
) -> Sequence[Dispute]:
    """Settle one memory, or only note in `edits` what that would change; return what is left in dispute there."""
    answers: dict[str, Choice] = {}
    asked: set[str] = set()
    asks = choice is None and not as_json and edits is None and sys.stdin.isatty() and sys.stdout.isatty()
    while True:
        found = resolution(ws.keeper.read(which), answers, ws.now())
        new = [one for one in found.left if one.name not in asked and (not ids or set(ids) & set(one.ids))]
        if not new or not (choice or asks):
            break
        for dispute in new:
            asked.add(dispute.name)
            if answer := choice or _asked(ws, which, dispute):
                answers[dispute.name] = answer
    if edits is not None:
        state = ws.keeper.read(which)
        edits += edits_of(ws, ((state, found.texts),))
        folder = label(ws, state.layout)
        others = ((state.layout.called(other.path, folder), other.text) for other in state.other_histories)
        edits += ((name, text, united(text)) for name, text in others)
        return found.left
    return ws.resolve(answers, which=which).left


def _asked(ws: Workspace, which: Which, dispute: Dispute) -> Choice | None:
    """Show both versions of a dispute and ask which one stands."""
    styled(f"{dispute.file}:{dispute.line}  {dispute.why}", "bold")
    for number, text in enumerate(dispute.versions):
        last = number == len(dispute.sides) - 1
        name = "ours" if number == 0 else "theirs" if last else "neither"
        styled(f"  {name}{_label(dispute, number, name)}", COLOURS[number % len(COLOURS)])
        for line in text.splitlines() or ["(nothing)"]:
            styled(f"    {line}", COLOURS[number % len(COLOURS)])
        for origin in _origins(ws, which, dispute, number):
            dim(f"    {origin}")
    while True:
        word = typer.prompt("o(urs), t(heirs), b(oth), s(kip)", default="s").strip().lower()[:1]
        if word in LETTERS or word == "s":
            return LETTERS.get(word)


def _label(dispute: Dispute, number: int, name: str) -> str:
    """Return what git calls a version, where it says more than we do."""
    label = dispute.labels[number] if number < len(dispute.labels) else ""
    return f" ({label})" if label not in ("", name) else ""


def _origins(ws: Workspace, which: Which, dispute: Dispute, number: int) -> Iterator[str]:
    """Say where a version's facts came from: the session and the day, and the commit where git knows it.

    The ledger knows ids alone, so of an id that several versions have it says nothing about this one; its words do.
    """
    state = ws.keeper.read(which)
    repo = repository_at(state.layout.folder)
    version = dispute.versions[number]
    texts = {fact.id: fact.text for fact in read_facts(version).facts}
    for identity in dispute.sides[number]:
        shared = sum(identity in side for side in dispute.sides) > 1
        origin = None if shared else state.ledger.origin(identity)
        needles = (texts.get(identity, version.strip()), "" if shared else f"mm:{identity}")
        commit = first_commit(repo, (state.memory.path,), needles, TIPS) if repo else None
        session = f"session {origin[0].session}, {origin[0].day}" if origin else ""
        if told := ", ".join(filter(None, (session, f"commit {commit}" if commit else ""))):
            yield f"{identity}: {told}"


def _report(left: Sequence[Dispute], settled: Sequence[Dispute], *, as_json: bool) -> None:
    """Say what was settled and what is left; raise ConflictError where anything is."""
    if as_json:
        say_json({"settled": [asdict(one) for one in settled], "disputes": [asdict(one) for one in left]})
    else:
        for one in settled:
            say(f"settled {one.file}:{one.line}  {one.why}")
        for one in left:
            say(f"in conflict {one.file}:{one.line}  {one.why}")
            for name, text in zip(("ours", "theirs"), (one.versions[0], one.versions[-1]), strict=True):
                dim("\n".join(f"  {name}: {line}" for line in text.splitlines() or ["(nothing)"]))
        if not left and not settled:
            say("nothing is in conflict")
    if left:
        raise ConflictError(
            f"{len(left)} in conflict",
            hint="miminions resolve --ours, --theirs or --both, with an id for one of them only",
        )


def _what_is_left_to_do(ws: Workspace) -> None:
    repo = repository_at(ws.layout.folder)
    if repo and (word := under_way(repo)):
        say(f"left to do in this {word}: git add {ws.layout.folder.name}/")
