"""Person or project: whose memory a candidate goes to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from miminions.distiller.language import common, listed, opening
from miminions.distiller.language.words import stem, stems_of
from miminions.distiller.values import Candidate, Material, Op
from miminions.memory.folder import State
from miminions.memory.ids import normalise

# Where what is true of the person, or holds everywhere, is kept; elsewhere it must be said to hold everywhere.
PERSONAL = frozenset({"Preferences", "Insights", "Procedures"})
DISTINCT = 4
# So many words of a text that tools showed make it the project's, or so many that the quote has, too.
SHOWN, SAID = 3, 2
# The parts of a name that many projects have.
_GENERIC = frozenset(
    {"app", "apps", "site", "website", "server", "client", "service", "services", "project", "repo", "docs", "core", "tool",
     "tools", "backend", "frontend", "board", "data", "demo", "test", "tests", "code", "infra", "main", "home", "work", "notes",
     "blog", "shop", "store", "team", "plugin"}
)  # fmt: skip
_PATH = re.compile(r"(?<![\w/])(?:[\w.@~-]+/)+[\w.-]+|(?<![\w.])[\w-]+(?:\.[\w-]+){2,}")
_IDENTIFIER = re.compile(r"`([^`]+)`|\b([a-zA-Z]\w*_\w+|[a-z]+[A-Z]\w+)\b")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÀ-Þ][\w-]+\w|['\"`\u2018“]([^'\"`\u2019”]{2,30})['\"`\u2019”]")
_LARGE = re.compile(r"\b[A-ZÀ-Þ][\w-]+")
_RELATIVE = re.compile(r"(?<![\w/~.])[\w.@-]+/[\w.@-]+/[\w./@-]+")
_OF_PERSON = re.compile(
    r"['\u2019]s (?:projects|repos|work)|\w+ (?:uses|prefers|wants|likes|reads|writes|works)\b"
)


def routed(candidate: Candidate, material: Material, own: State, share: str) -> Candidate:
    """Keep in the project what names it, and everything when it shares nothing; a change stays where its fact is."""
    if candidate.target and own.live(candidate.target):
        return replace(candidate, scope="workspace")
    if share != "none" and _is_personal(candidate) and not names_project(candidate, material, own):
        return candidate
    if not candidate.target:
        return replace(candidate, scope="workspace")
    # What stays in the project changes no fact of the person's.
    op: Op = "add" if candidate.op == "replace" else candidate.op
    return replace(candidate, scope="workspace", target=None, op=op)


def names_project(candidate: Candidate, material: Material, own: State) -> bool:
    """Say whether a text names the project, or something that only the project has."""
    text = normalise(candidate.text)
    if listed("ours").search(candidate.text) or any(
        _stands(part, text) for part in _parts(material.workspace)
    ):
        return True
    if _RELATIVE.search(candidate.text):
        return True
    # What only tools, the assistant or the project's facts name belongs to the project.
    around = "\n".join(turn.text for turn in material.turns if turn.role in {"tool", "assistant"})
    project = [fact for fact in own.facts.facts if "global" not in fact.tags]
    facts = "\n".join(fact.text for fact in project)
    seen = f"{around}\n{facts}".casefold()
    if any(word.casefold() in seen for word in _identifiers(candidate.text)):
        return True
    if listed("everywhere").search(f"{candidate.text}\n{candidate.quote}"):
        return False
    context = "\n".join(fact.text for fact in project if fact.section == "Context").casefold()
    if any(_stands(name, context) for name in _names(candidate.text)):
        return True
    # A lesson is told in the words of where it was learned.
    return candidate.section != "Insights" and _shares_things(candidate, material, facts)


def _shares_things(candidate: Candidate, material: Material, facts: str) -> bool:
    """Say whether a text speaks of the project's things: in words of its facts, or in several that its tools showed."""
    text = candidate.text
    named = stems_of(" ".join(_LARGE.findall(text)))
    things = frozenset(one for one in stems_of(text) - named - _weak() if len(one) > 1)
    if things & stems_of(facts):
        return True
    shown = things & stems_of("\n".join(turn.text for turn in material.turns if turn.role == "tool"))
    return len(shown) >= SHOWN or len(shown & stems_of(candidate.quote)) >= SAID


@cache
def _weak() -> frozenset[str]:
    """Return the stems of the words that say little, for their inflections."""
    return frozenset(map(stem, common()))


def _is_personal(candidate: Candidate) -> bool:
    """Say whether a candidate is about the person: told as their wish, as a lesson, or as what holds everywhere."""
    both = f"{candidate.text}\n{candidate.quote}"
    if candidate.section == "Insights" or listed("everywhere").search(both):
        return True
    asked = listed("person").search(candidate.quote) or opening("standing").match(candidate.quote)
    return candidate.section in PERSONAL and asked is not None


def _parts(workspace: str) -> Iterator[str]:
    """Yield the name of a workspace and those parts of it that stand for it alone."""
    name = normalise(workspace)
    if name:
        yield name
    for part in re.split(r"[^\w]+|_", name):
        if len(part) >= DISTINCT and part not in _GENERIC and part not in common() and not part.isdigit():
            yield part


def _identifiers(text: str) -> Iterator[str]:
    """Yield the paths, hosts and identifiers of a text."""
    yield from (found[0].rstrip(".") for found in _PATH.finditer(text))
    for found in _IDENTIFIER.finditer(text):
        word = found[1] or found[2]
        # What is one plain word in code marks may be a tool that everybody has.
        if not word.isalpha() or not word.islower():
            yield word


def _names(text: str) -> Iterator[str]:
    for found in _NAME.finditer(text):
        if not _OF_PERSON.match(text, found.end()) and not _OF_PERSON.match(text, found.start()):
            yield (found[1] or found[0]).casefold()


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
