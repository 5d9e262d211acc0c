"""demo: a memory's whole life in a temporary folder, with a real session, no key and no network."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.learning import show_plan
from miminions.cli.render import coloured, console, diff, dim, say, styled, table
from miminions.distiller import Keep, by_rules
from miminions.errors import FileError
from miminions.files import read, write
from miminions.layout import Home
from miminions.transcripts import Transcript, read_transcript
from miminions.workspace import Workspace
from miminions.workspace.init import make_workspace

_PACKAGE = Path(__file__).parent.parent
# The wheel carries the example inside the package; a checkout has it beside the package.
EXAMPLES = (_PACKAGE / "_examples", _PACKAGE.parent / "examples" / "demo")
QUESTION = "how should I write browser tests, and with which Python tool?"


def demo(
    *, keep: Annotated[bool, typer.Option("--keep", help="Leave the folder for a look around.")] = False
) -> None:
    """Play a memory's whole life in a temporary folder: no key, no network, nothing of yours is touched."""
    with _folder(keep=keep) as root:
        home = Home(root / "home")
        shop, blog = _workspace(root / "webshop", home), _workspace(root / "blog", home)
        transcript = read_transcript(_session())
        _learn(shop, transcript)
        _edit_by_hand(shop)
        _learn_again(shop, transcript)
        _recall(blog)
        _context(blog)


def _learn(shop: Workspace, transcript: Transcript) -> None:
    _title(1, "A session ends, and memory learns from it", f"miminions distill {transcript.path.name}")
    said = sum(1 for turn in transcript.turns if turn.role == "user")
    dim(
        f"{len(transcript.turns)} turns, {said} of them the person's; no model, the built-in rules do the work"
    )
    distiller = shop.distiller(by_rules)
    planned = distiller.plan(transcript, now=shop.now())
    if planned is not None:
        show_plan(distiller, planned[0])
        distiller.finish(*planned, transcript, now=shop.now())
    dim(
        "Two Markdown files, a line a fact. The mail that was pasted taught nothing: its words are not the person's."
    )


def _edit_by_hand(shop: Workspace) -> None:
    _title(2, "You edit the file like any other: one fact reworded, one deleted", "$EDITOR memory/MEMORY.md")
    old = read(shop.layout.memory)
    facts = shop.facts(own=True)
    reworded = next(fact for fact in facts if "ECS" in fact.text)
    deleted = next(fact for fact in facts if "Tuesdays" in fact.text)
    new = old.text.replace(reworded.text, "Deploys run on AWS ECS in eu-west-1, no longer on Heroku.")
    new = "".join(line for line in new.splitlines(keepends=True) if deleted.id not in line)
    write(shop.layout.memory, new, expected=old.digest)
    diff("memory/MEMORY.md", old.text, new)


def _learn_again(shop: Workspace, transcript: Transcript) -> None:
    _title(3, "The same session is distilled once more", "miminions distill --redo ...")
    before = read(shop.layout.memory).digest
    report = shop.distill(transcript, extractor=by_rules, redo=True)
    same = "not a byte of it changed" if read(shop.layout.memory).digest == before else "it changed"
    kept = [decision for decision in report.decisions if isinstance(decision, Keep)]
    say(f"memory/MEMORY.md: {same}. {len(kept)} facts were known: nothing lost, nothing twice.")
    for decision in report.decisions:
        if decision.judged.status == "rejected" and "by hand" in decision.judged.reason:
            say(f"left out: {decision.judged.candidate.text} ({decision.judged.reason})")


def _recall(blog: Workspace) -> None:
    _title(4, "Another project asks", f'miminions recall "{QUESTION}" --everywhere')
    hits = blog.recall(QUESTION, everywhere=True)
    table(
        ("from", "section", "text"),
        [(", ".join(hit.workspaces), hit.section, hit.text) for hit in hits],
        wide=2,
    )
    dim("What is true of the person and insights travel; the shop's decisions stay in the shop.")


def _context(blog: Workspace) -> None:
    _title(5, "And this is what the next prompt there gets", "miminions context")
    context = blog.context()
    say(context.text.rstrip())
    dim(f"{context.tokens} of {context.budget} tokens")
    say()
    styled("Now yours: cd into a repository, then `miminions init`.", "bold")


def _title(number: int, text: str, command: str) -> None:
    say()
    if coloured():
        console().rule(f" {number}. {text} ", align="left", style="cyan")
    else:
        say(f"== {number}. {text}")
    dim(f"$ {command}")


def _workspace(root: Path, home: Home) -> Workspace:
    root.mkdir()
    make_workspace(root, home=home)
    return Workspace.open(root, home=home.root, flags={"workspace": str(root), "model": ""})


def _session() -> Path:
    found = next((path for folder in EXAMPLES for path in sorted(folder.glob("*.jsonl"))), None)
    if found is None:
        raise FileError("the demo's session is missing", hint="install miminions again")
    return found


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    if keep:
        folder = Path(tempfile.mkdtemp(prefix="miminions-demo-"))
        yield folder
        say(f"left in {folder}")
        return
    with tempfile.TemporaryDirectory(prefix="miminions-demo-") as name:
        yield Path(name)
