"""Checks of facts against the project: paths, commands and versions that its files no longer have; few, and sure."""

import re
from collections.abc import Iterator
from datetime import date

from miminions.doctor.commands import missing_commands
from miminions.doctor.finding import Case, Finding
from miminions.doctor.paths import gone, named_paths, words_of
from miminions.doctor.tree import Tree, tree_of
from miminions.doctor.versions import Declarations, contradicted, declarations
from miminions.memory.facts import Fact
from miminions.memory.folder import State

# Who says one of these speaks of the past, of what may come, of another place, or of what a program makes.
_ELSEWHEN = re.compile(
    r"""(?ix)\b(?:
    no\ longer | not\ any\ ?more | any\ ?more | was | were | used\ to | formerly | previous(?:ly)? | old | legacy | gone
    | deprecated | (?:re)?moved | renamed | deleted | dropped | replace[sd]? | replacing | instead\ of | upgrad\w+
    | migrat\w+ | bump\w*
    | would | could | might | may | if | plan(?:s|ned|ning)? | propos\w+ | will | going\ to | future | todo | later | soon | someday
    | never | without | avoid\w* | don.?t | do(?:es)?\ not | doesn.?t | isn.?t | not | no | nor | cannot | can.?t | lacks?
    | e\.g | for\ example | for\ instance | such\ as | like | example
    | generat\w+ | creat\w+ | writes? | output\w* | produc\w+ | ignored | gitignored? | download\w* | upload\w*
    | other | another | upstream | their | repo(?:sitory)?\ of | (?:in|of)\ the\ [\w-]+\ repo(?:sitory)?
    | nicht\ mehr | kein\w* | nie | früher | war(?:en)? | wurden? | würden? | wird | falls | wenn | statt | ohne | alte\w*
    | ersetzt | umbenannt | gelöscht
    | não | nunca | eram? | foi | foram | antig\w+ | sem | se | seria | removid\w+ | renomead\w+ | substitu\w+
    )\b"""
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÄÖÜ`])|\n+")


def outdated(case: Case) -> Iterator[Finding]:
    """Compare what the workspace's facts name with its working tree; the person's own facts are of no one project."""
    if case.ws.personal:
        return
    today = date.fromisoformat(case.ws.today)
    tree: Tree | None = None
    known: Declarations = {}
    suspects: list[tuple[State, Fact, str]] = []
    for state in case.states:
        for fact in state.facts.facts if state.layout != case.ws.home.personal else ():
            if fact.expired(today):
                continue
            if tree is None:
                tree = tree_of(case.ws.layout.root)
                known = declarations(tree)
            for sentence in _sentences(fact):
                suspects += [
                    (state, fact, path) for path, sure in named_paths(sentence) if gone(path, tree, sure=sure)
                ]
                yield from _rest(state, fact, sentence, tree, known)
    if tree is not None and suspects:
        passing = tree.ignores(path for _, _, path in suspects)
        for state, fact, path in suspects:
            if path not in passing:
                yield _stale(state, fact, f"`{path}`, which is not there")


def _rest(state: State, fact: Fact, sentence: str, tree: Tree, known: Declarations) -> Iterator[Finding]:
    for command, why in missing_commands(sentence, tree):
        yield _stale(state, fact, f"`{command}`, but {why}")
    for stated, declared in contradicted(sentence, known):
        yield _stale(state, fact, f"{stated}, but {declared.file} says {declared.words}")


def _sentences(fact: Fact) -> Iterator[str]:
    """Yield what a fact says of here and now."""
    for sentence in _SENTENCE.split(f"{fact.text}\n{fact.detail}"):
        if sentence.strip() and not _ELSEWHEN.search(words_of(sentence)):
            yield sentence


def _stale(state: State, fact: Fact, what: str) -> Finding:
    return Finding(
        "notice",
        f"{state.memory.path}:{fact.line} names {what}",
        f"miminions edit {fact.id} 'what is true now', or miminions forget {fact.id}",
    )
