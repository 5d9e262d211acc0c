"""Gathers what an index holds and what a context is made of, from the files of all workspaces concerned."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from miminions.context import ContextSources, Learned, Shared
from miminions.files import read
from miminions.index import DocumentsOrigin, FolderOrigin, Origin, Row, Source, is_general, session_sources
from miminions.layout import PERSONAL, PRIVATE, Home, Layout, LocalLayout
from miminions.memory.disputes import REASON, hunk_facts
from miminions.memory.facts import Fact
from miminions.memory.folder import State, identity_of
from miminions.memory.ids import normalise
from miminions.prompts import prompt_files, skills
from miminions.redact import redact
from miminions.workspace.places import shared_at

if TYPE_CHECKING:
    from miminions.journal import Run


def own_origins(own: Layout, identity: str, around: Iterable[Layout], home: Home) -> list[Origin]:
    """Return where everything comes from that a workspace's own index holds. Raises FileError."""
    personal = own == home.personal
    name = PERSONAL if personal else redact(own.name)
    found: list[Origin] = [_folder(own, identity, name), *session_sources(own.sessions, identity, name)]
    found.append(DocumentsOrigin(home.local(identity), identity, name))
    found += (
        _folder(outer, identity_of(read(outer.memory).text), redact(outer.name), retired=False)
        for outer in around
    )
    if personal:
        return found
    # The private overlay and all documents are in such an index only.
    return [
        *found,
        _folder(home.local(identity).overlay, identity, PRIVATE),
        _folder(home.personal, PERSONAL, PERSONAL),
        DocumentsOrigin(home.local(PERSONAL), PERSONAL, PERSONAL),
    ]


def global_origins(home: Home, most: str) -> list[Origin]:
    """Return where comes from what every trusted workspace shares, `most` at the most; nothing of it is read yet."""
    personal = _folder(home.personal, PERSONAL, PERSONAL, retired=False)
    shared = (
        FolderOrigin(root, identity, share=share, named=True)
        for identity, (root, share) in shared_at(home, most).items()
    )
    return [personal, *shared]


def _folder(layout: Layout, workspace: str, name: str, *, retired: bool = True) -> FolderOrigin:
    return FolderOrigin(str(layout.root), workspace, name=name, folder=layout.folder_name, retired=retired)


def shared_insights(origins: Iterable[Origin], without: frozenset[str]) -> list[Shared]:
    """Return the insights that come from there, those that most workspaces have first; `without` are workspace ids."""
    found: dict[str, list[tuple[Source, Row]]] = {}
    for source in (source for origin in origins for source in origin.sources()):
        for row in source.rows() if source.workspace not in without else ():
            if row.kind == "fact" and is_general(row.section, row.text):
                found.setdefault(normalise(row.text), []).append((source, row))
    shared = [_shared(said) for said in found.values()]
    return sorted(shared, key=lambda one: (-len(one.workspaces), one.id, one.text))


def _shared(said: list[tuple[Source, Row]]) -> Shared:
    """Join what several workspaces say alike; it holds as long as one of them says so."""
    names = {source.workspace: source.name for source, _ in said}
    until = "" if any(not row.until for _, row in said) else max(row.until for _, row in said)
    first = said[0][1]
    return Shared(first.id, first.text, tuple(sorted(names.values())), until)


def context_sources(  # noqa: PLR0913  # one argument for each place that facts come from
    own: State,
    name: str,
    day: date,
    *,
    around: Iterable[State],
    personal: State | None,
    shared: Iterable[Shared],
    overlay: State | None = None,
) -> ContextSources:
    """Return what a context is made of, prompt files and history apart."""
    outers = list(around)
    return ContextSources(
        workspace=name,
        day=day,
        own=_undisputed(own),
        private=_undisputed(overlay) if overlay else (),
        parents=[fact for outer in outers for fact in _undisputed(outer)],
        personal=_undisputed(personal) if personal else (),
        shared=tuple(shared),
        notes=(*own.facts.notes, *(overlay.facts.notes if overlay else ())),
        disputed={
            **{
                one: REASON
                for state in (own, *outers, *([overlay] if overlay else []))
                for one in _disputed(state)
            },
            **dict.fromkeys(_disputed(personal) if personal else (), f"{REASON} -w personal"),
        },
    )


def _undisputed(state: State) -> tuple[Fact, ...]:
    disputed = state.disputed
    return tuple(fact for fact in state.facts.facts if fact.id not in disputed)


def _disputed(state: State) -> list[str]:
    """Return the ids of the facts in dispute, those between conflict markers included."""
    ids = dict.fromkeys(fact.id for fact in hunk_facts(state.facts))
    return sorted({*ids, *state.disputed})


def learned(local: LocalLayout, own: State, personal: State | None) -> list[Learned]:
    """Return what sessions taught that waits only for its branch, or because sessions do not write there."""
    if not any(local.journal.glob("*.json")) and not any(local.inbox.glob("*.json")):
        return []
    from miminions.journal import waiting_runs

    runs = latest(waiting_runs(local))
    if not runs and not any(local.inbox.glob("*.json")):
        return []
    # The distiller takes its time to load, and there is seldom anything.
    from miminions.distiller.record import meant
    from miminions.distiller.review import inbox

    found = [one for run in runs for one in meant(run)]
    states = [own] if personal is None else [own, personal]
    sound = [(one.id, one.candidate) for one in inbox.waiting(local) if one.sound]
    sound = [(identity, one) for identity, one in sound if not inbox.arrived(one, states)]
    found += [(identity, one.op, one.text, one.target) for identity, one in sound]
    return [_learned(*one, states) for one in found]


def latest(waiting: "Iterable[Run]") -> "list[Run]":
    """Return the last run of each session: it has all that an earlier one has, which waits as well."""
    chosen: dict[str, Run] = {}
    for run in waiting:
        chosen.setdefault(run.session, run)
    return list(chosen.values())


def _learned(identity: str, op: str, text: str, target: str | None, states: Iterable[State]) -> Learned:
    facts = (state.live(target) for state in states if target and op == "replace")
    before = next((fact.text for fact in facts if fact), "")
    return Learned(identity, text, op, before)


def with_waiting(
    sources: ContextSources, local: LocalLayout, own: State, personal: State | None
) -> ContextSources:
    """Add what sessions taught that no file says yet."""
    return replace(sources, waiting=learned(local, own, personal))


def with_prompts(sources: ContextSources, layout: Layout) -> ContextSources:
    """Add the prompt files and the skills index of a workspace. Raises FileError."""
    return replace(sources, prompts=prompt_files(layout), skills=skills(layout))


def with_history(sources: ContextSources, own: State, lines: int) -> ContextSources:
    """Add the last lines of the history."""
    last = own.ledger.entries[-lines:] if lines else ()
    return replace(sources, history=[f"{entry.day} {entry.summary}" for entry in last])
