"""review: what waits for a yes, accepted, reworded or rejected: in a terminal item by item, elsewhere by id."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Annotated

import typer

from miminions.cli.dialogue import converse, describe, possible
from miminions.cli.options import AsJson, WorkspaceName, open_to_write
from miminions.cli.render import dim, say, say_json, styled
from miminions.distiller import Distiller, by_rules
from miminions.distiller.plan_json import digest_of
from miminions.distiller.review.inbox import Waiting, waiting
from miminions.distiller.review.settle import Choice, Outcome, checked, drop_arrived, settle, target_of
from miminions.errors import ChangedError, NotFoundError, UsageError
from miminions.workspace import Workspace


def review(
    *,
    accepted: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="IDS", help="Remember these: ids with commas, or all."),
    ] = None,
    rejected: Annotated[
        list[str] | None, typer.Option("--reject", metavar="IDS", help="Drop these: ids with commas, or all.")
    ] = None,
    edited: Annotated[
        list[str] | None, typer.Option("--edit", metavar="ID=TEXT", help="Remember this one in your words.")
    ] = None,
    seen: Annotated[
        str | None,
        typer.Option(
            "--digest", help="Decide only if memory is still what `--json` showed with this digest."
        ),
    ] = None,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Go through what waits for review: in a terminal item by item, elsewhere by id."""
    ws = open_to_write(workspace)
    distiller = ws.distiller(by_rules)
    drop_arrived(distiller, now=ws.now())
    held = {one.id: one for one in waiting(ws.local)}
    digest = digest_of(distiller.memories().digests)
    if seen is not None and seen != digest:
        raise ChangedError("memory changed since it was shown", hint="look again: miminions review --json")
    if accepted or rejected or edited:
        named = _chosen(held, accepted or (), rejected or (), edited or ())
        choices = [replace(one, seen=target_of(distiller, one.item)) for one in named]
        _told(*_settled(ws, distiller, choices), as_json=as_json)
    elif as_json:
        say_json({"review": [asdict(one) for one in held.values()], "digest": digest})
    elif held and possible():
        ask(ws, distiller, tuple(held.values()))
    else:
        _list(held.values())


def ask(ws: Workspace, distiller: Distiller, items: Sequence[Waiting]) -> None:
    """Go through candidates with the person in the terminal, then do what they decided as one run."""
    before = digest_of(distiller.memories().digests)
    choices = converse(ws, distiller, items)
    if not choices:
        dim("nothing was decided; it waits")
        return
    if digest_of(distiller.memories().digests) != before:
        dim("memory changed meanwhile; what was decided is planned again on it")
    _told(*_settled(ws, distiller, choices), as_json=False)
    dim("`miminions undo` takes it back")


def _settled(
    ws: Workspace, distiller: Distiller, choices: Sequence[Choice]
) -> tuple[Sequence[Choice], Outcome]:
    outcome = settle(distiller, choices, now=ws.now())
    ws.sync()
    return choices, outcome


def _told(choices: Sequence[Choice], outcome: Outcome, *, as_json: bool) -> None:
    """Say what was remembered and dropped, and what could not be done and why."""
    texts = {one.item.id: one.worded.candidate.text for one in choices}
    remembered = [{"id": fact, "text": texts[item]} for item, fact in outcome.ids.items()]
    dropped = [{"id": item, "text": texts[item]} for item in outcome.dropped]
    left = [{"id": item, "text": texts[item], "reason": why} for item, why in outcome.left.items()]
    if as_json:
        say_json({"remembered": remembered, "dropped": dropped, "left": left, "note": outcome.note})
        return
    was = _was(choices)
    for item, fact in outcome.ids.items():
        say(f"remembered {fact}  {texts[item]}{was.get(item, '')}")
    for one in dropped:
        say(f"rejected {one['id']}  {one['text']}")
    for one in left:
        styled(f"still waits: {one['text']}  ({one['reason']})", "yellow")
    if outcome.note:
        styled(outcome.note, "yellow")
    if not choices:
        dim("nothing waits for review")


def _was(choices: Sequence[Choice]) -> dict[str, str]:
    """Return which fact gave way to what was accepted, in words, by the items' ids; the first that names a fact takes it."""
    first: dict[str, Choice] = {}
    for one in choices:
        target = one.item.candidate.target
        if one.word == "accept" and target and one.seen is not None:
            first.setdefault(target, one)
    return {one.item.id: f"  (was {target}: {one.seen})" for target, one in first.items()}


def _chosen(
    held: dict[str, Waiting], accepted: Sequence[str], rejected: Sequence[str], edited: Sequence[str]
) -> list[Choice]:
    """Return what the options say. Raises UsageError for an id that is named twice."""
    choices = [Choice(one, "accept") for one in _named(held, accepted)]
    choices += [Choice(one, "reject") for one in _named(held, rejected)]
    for words in edited:
        identity, equals, text = words.partition("=")
        if not equals:
            raise UsageError(f"--edit {words!r} has no text", hint="write --edit ID=TEXT")
        choices += [Choice(one, "accept", checked(text)) for one in _named(held, [identity])]
    ids = [one.item.id for one in choices]
    twice = {identity for identity in ids if ids.count(identity) > 1}
    if twice:
        raise UsageError(f"{', '.join(sorted(twice))}: two things are asked", hint="name each id once")
    return choices


def _named(held: dict[str, Waiting], words: Sequence[str]) -> list[Waiting]:
    """Return the waiting candidates that words name: ids, also with commas between them, or all."""
    ids = [identity for word in words for identity in word.replace(",", " ").split()]
    if "all" in ids:
        return list(held.values())
    unknown = [identity for identity in ids if identity not in held]
    if unknown:
        raise NotFoundError(
            f"nothing in review has the id {', '.join(unknown)}", hint="`miminions review` lists what waits"
        )
    return [held[identity] for identity in dict.fromkeys(ids)]


def _list(held: Collection[Waiting]) -> None:
    if not held:
        dim("nothing waits for review")
        return
    for one in held:
        describe(one)
    dim("miminions review --accept ID,ID or all; --reject ID,ID or all; --edit ID=TEXT")
