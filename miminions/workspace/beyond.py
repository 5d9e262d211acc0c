"""What still may have erased words and is not ours to change: git's history, other places, agents' transcripts, editors."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from miminions.documents.stored import documents, head
from miminions.layout import Layout
from miminions.registry import places
from miminions.repository import commits_with, remotes, repository_at, staged_with, worktrees
from miminions.workspace.needle import Needle
from miminions.workspace.within import is_swap, locals_of

if TYPE_CHECKING:
    from miminions.workspace.keeping import WritableWorkspace


@dataclass(frozen=True, slots=True)
class Beyond:
    """A place that still may have the text and that is not ours to change, and what the person can do there."""

    where: str
    mend: str


def beyond_reach(ws: "WritableWorkspace", needle: Needle, sources: Iterable[str]) -> tuple[Beyond, ...]:
    """Name what still has it and is not ours to change."""
    return (*_in_git(ws, needle), *_elsewhere(ws, needle), *_of_others(ws, needle, sources))


def _in_git(ws: "WritableWorkspace", needle: Needle) -> Iterator[Beyond]:
    repository = repository_at(ws.layout.root)
    if repository is None:
        return
    for text in needle.texts:
        commits = commits_with(repository, text)
        staged = staged_with(repository, text)
        if staged:
            yield Beyond(
                f"git's index: {', '.join(staged)} in {repository.top}",
                "git add these files again, then: git gc --prune=now",
            )
        if not commits:
            continue
        line = f"literal:{text}==>[erased]"
        yield Beyond(
            f"git's history: {', '.join(commits)} in {repository.top}",
            f"put the line {line!r} into a file outside the repository, then: git filter-repo --replace-text FILE",
        )
        for name in remotes(repository):
            yield Beyond(
                f"the remote {name} and its clones, as far as that was pushed",
                f"after filter-repo: git push --force --all {name}; everybody clones anew",
            )
    for tree in worktrees(repository):
        there = Layout(tree.path, ws.layout.folder_name)
        if tree.path != repository.top and _says(there, needle):
            yield Beyond(
                f"the worktree {tree.path}", f"miminions forget --erase {min(needle.ids)} -w {tree.path}"
            )


def _elsewhere(ws: "WritableWorkspace", needle: Needle) -> Iterator[Beyond]:
    seen = {ws.layout.root.resolve(), ws.home.root.resolve()}
    repository = repository_at(ws.layout.root)
    seen |= {tree.path.resolve() for tree in worktrees(repository)} if repository else set()
    for place in places(ws.home):
        if place.root.resolve() not in seen and _says(Layout(place.root), needle):
            yield Beyond(f"the workspace {place.root}", f"miminions forget --erase ID -w {place.root}")
    for local in locals_of(ws):
        if local.folder != ws.local.folder and _says(local.overlay, needle):
            yield Beyond(
                f"the private memory of {local.folder.name}", "miminions forget --erase ID -w that workspace"
            )


def _of_others(ws: "WritableWorkspace", needle: Needle, sources: Iterable[str]) -> Iterator[Beyond]:
    """Name the agents' own transcripts, the documents that were added, and the editors' copies."""
    for source in map(Path, sources):
        within = source.is_relative_to(ws.layout.sessions) or source.is_relative_to(ws.home.root)
        if not within and source.is_file() and needle.stands_in_file(source):
            yield Beyond(f"the transcript {source}", "delete it, or take the words out by hand")
    for document in (one for local in locals_of(ws) for one in documents(local)):
        if (about := head(document)) and needle.stands_in_file(document.path):
            yield Beyond(
                f"the document {about.source}",
                "take the words out of it: once it changes, adding it again would bring them back",
            )
    for folder in (ws.layout.folder, ws.layout.sessions):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and is_swap(path):
                yield Beyond(f"an editor's copy: {path}", "close the file in the editor, or delete the copy")


def _says(layout: Layout, needle: Needle) -> bool:
    files: Iterable[Path] = layout.folder.rglob("*.md") if layout.folder.is_dir() else ()
    return any(path.is_file() and needle.stands_in_file(path) for path in files)
