"""Person or project: whose memory a candidate goes to."""

from dataclasses import replace

from miminions.distiller.values import Candidate, Material, Op
from miminions.memory.folder import State
from miminions.memory.ids import normalise


def routed(candidate: Candidate, material: Material, own: State, share: str) -> Candidate:
    """Keep in the project what names it, and everything when it shares nothing; a change stays where its fact is."""
    if candidate.target and own.live(candidate.target):
        return replace(candidate, scope="workspace")
    name = normalise(material.workspace)
    names_project = bool(name) and name in normalise(candidate.text)
    if share != "none" and not names_project:
        return candidate
    if not candidate.target:
        return replace(candidate, scope="workspace")
    # What stays in the project changes no fact of the person's.
    op: Op = "add" if candidate.op == "replace" else candidate.op
    return replace(candidate, scope="workspace", target=None, op=op)
