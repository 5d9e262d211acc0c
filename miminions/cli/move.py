"""move: facts go to another section, another memory, or another workspace; a section gets another name."""

from typing import Annotated

import typer

from miminions.cli.asking import agreed
from miminions.cli.options import AsJson, DryRun, Section, WorkspaceName, Yes, open_to_write
from miminions.cli.preview import edits_of, preview, preview_all, show_edits
from miminions.cli.render import dim, say, say_json
from miminions.errors import UsageError
from miminions.memory.changes import Rename
from miminions.memory.sections import headings_of, same_name
from miminions.memory.upsert import Wish, check
from miminions.workspace import Workspace
from miminions.workspace.asks import sections
from miminions.workspace.handing import handing_over


def move(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The facts' ids.")] = None,
    *,
    section: Section = None,
    rename: Annotated[
        str | None, typer.Option("--rename", metavar="NEW", help="The section's new name; without ids.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="WORKSPACE",
            help="Another workspace, `personal`, or `local`: the private memory of this machine.",
        ),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Move facts to a section, or to another memory; or give a section another name."""
    ws = open_to_write(workspace)
    if rename and section and not ids and not to:
        _rename(ws, section, rename, dry_run=dry_run, as_json=as_json)
    elif ids and section and not rename and not to:
        _to_section(ws, ids, section, dry_run=dry_run, as_json=as_json)
    elif ids and to and not section and not rename:
        _to_memory(ws, ids, to, yes=yes, dry_run=dry_run, as_json=as_json)
    else:
        raise UsageError(
            "what should move where?",
            hint="`move ID... --section S`, `move ID... --to WORKSPACE` or `move --section OLD --rename NEW`",
        )


def _rename(ws: Workspace, old: str, new: str, *, dry_run: bool, as_json: bool) -> None:
    check(Wish("A section.", section=new))
    if not new.strip():
        raise UsageError("a section needs a name", hint="give --rename a word")
    if dry_run:
        preview(ws, lambda _: (Rename(old, new),), as_json=as_json)
        return
    merges = bool(headings_of(ws.state().facts, new)) and not same_name(old, new)
    state = ws.change(lambda _: (Rename(old, new),), kind="move", what=f"section {old} to {new}")
    left = bool(headings_of(state.facts, old)) and old.casefold() != new.casefold()
    if as_json:
        say_json({"section": new, "was": old})
        return
    say(f"merged {old} into {new}, which was there already" if merges else f"renamed {old} to {new}")
    if left:
        dim(f"the heading {old} stays: there is more under it")


def _to_section(ws: Workspace, ids: list[str], section: str, *, dry_run: bool, as_json: bool) -> None:
    check(Wish("A section.", section=section))
    facts = [ws.get(identity) for identity in ids]
    own = [fact.id for fact in facts]
    if dry_run:
        preview_all(ws, lambda read: sections(read, own, section), as_json=as_json)
        return
    what = facts[0].text if len(facts) == 1 else f"{len(facts)} facts"
    ws.change_all(lambda read: sections(read, own, section), kind="move", what=what)
    if as_json:
        say_json({"facts": [{"id": fact.id, "section": section} for fact in facts]})
        return
    for fact in facts:
        say(f"moved {fact.id} to {section}  {fact.text}")


def _to_memory(ws: Workspace, ids: list[str], to: str, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    handing = handing_over(ws, ids, to)
    if dry_run:
        show_edits(edits_of(ws, handing.preview()), as_json=as_json)
        return
    private = handing.private()
    if private and not yes:
        agreed(
            f"{', '.join(private)} never left this machine. Move it to {to}?",
            f"{', '.join(private)} is private and never left this machine",
        )
    handed = handing.go()
    if as_json:
        say_json({"facts": [{"id": one.id, "was": one.old} for one in handed], "to": to})
        return
    for one in handed:
        name = one.id if one.id == one.old else f"{one.old} (now {one.id})"
        say(f"moved {name} to {to}  {one.text}")
    if to == "local" and any(one.out_of == "own" for one in handed):
        state = ws.state()
        dim(
            f"{state.layout.called(state.archive.path)} still has it, and so has git's history where it was committed"
        )
