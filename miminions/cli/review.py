"""review: what waits for a yes, accepted or rejected."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, open_to_write
from miminions.cli.render import dim, say, say_json, styled
from miminions.distiller import by_rules
from miminions.distiller.review.inbox import Waiting, waiting
from miminions.distiller.review.settle import accept, drop_arrived, reject
from miminions.errors import NotFoundError
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
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Show what waits for review, and accept or reject it by id."""
    ws = open_to_write(workspace)
    drop_arrived(ws.distiller(by_rules), now=ws.now())
    held = {one.id: one for one in waiting(ws.local)}
    if accepted or rejected:
        _settle(ws, _chosen(held, accepted), _chosen(held, rejected), as_json=as_json)
    elif as_json:
        say_json({"review": [asdict(one) for one in held.values()]})
    else:
        _list(held.values())


def _settle(ws: Workspace, wanted: list[Waiting], unwanted: list[Waiting], *, as_json: bool) -> None:
    """Accept and reject what waits, and say so."""
    remembered, dropped = [], []
    ids = accept(ws.distiller(by_rules), wanted, now=ws.now()) if wanted else {}
    for one in wanted:
        remembered.append({"id": ids[one.id], "text": one.candidate.text})
        if not as_json:
            say(f"remembered {ids[one.id]}  {one.candidate.text}")
    for one in unwanted:
        reject(ws.distiller(by_rules), one, now=ws.now())
        dropped.append({"id": one.id, "text": one.candidate.text})
        if not as_json:
            say(f"dropped {one.id}  {one.candidate.text}")
    ws.sync()
    if as_json:
        say_json({"remembered": remembered, "dropped": dropped})
    elif not remembered and not dropped:
        dim("nothing waits for review")


def _chosen(held: dict[str, Waiting], words: list[str] | None) -> list[Waiting]:
    """Return the waiting candidates that words name: ids, also with commas between them, or all."""
    ids = [identity for word in words or () for identity in word.replace(",", " ").split()]
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
        styled(f"{one.id}  {one.candidate.section}: {one.candidate.text}", "bold")
        dim(f'  said {one.day}, turn {one.candidate.turn}: "{one.candidate.quote}"')
        dim(
            f"  waits because {one.reason}"
            + (f"; it would replace {one.candidate.target}" if one.candidate.target else "")
        )
    dim("miminions review --accept ID,ID or all; --reject ID,ID or all")
