"""Settling: the texts of a memory folder with its conflicts merged fact by fact, and what is left as somebody chose."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from miminions.markdown import Hunk, find_hunks, lines_of
from miminions.memory.disputes import (
    claims_of,
    harmless,
    heirs,
    hunk_facts,
    hunk_name,
    same_words,
    with_sides,
)
from miminions.memory.edits import carry, label_bare, relabel, remark, remove
from miminions.memory.facts import Fact, MemoryText, claimed, read_facts
from miminions.memory.folder import Texts
from miminions.memory.ids import birth
from miminions.memory.merge import merge, union
from miminions.templates import find as find_template

Choice = Literal["ours", "theirs", "both"]
Answers = Mapping[str, Choice]
# What one merge leaves may merge once more: lines of one id come apart.
PASSES = 4


@dataclass(frozen=True, slots=True)
class Settled:
    """The texts as they are then, and the ids under which versions that were not chosen came into the archive."""

    texts: Texts
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Loser:
    """A version that was not chosen, and the id of the fact that was."""

    fact: Fact
    winner: str


def settle(texts: Texts, answers: Answers, day: str, taken: frozenset[str]) -> Settled:
    """Merge the conflicts of MEMORY.md and ARCHIVE.md by fact, and settle those that `answers` names.

    A version that was not chosen goes to the archive. `taken` are ids that no fact may be given. Nothing outside of what is
    in conflict changes. Raises MemoryFileError.
    """
    archive = _archive_without_hunks(texts.archive)
    memory = _memory_settled(merged(texts.memory, read_facts(archive)), answers, day, taken)
    settled = memory.result(replace(texts, archive=archive), texts.memory)
    last = archive_settled(settled.texts, answers, taken)
    return replace(settled, texts=replace(settled.texts, archive=last))


def merged(text: str, archived: MemoryText | None = None) -> str:
    """Return a memory file with its conflicts merged by fact; what no rule decides stays between markers.

    Where git left out what both sides came from, that is what they agree on, and what is archived as it stands on one side.
    """
    for _ in range(PASSES):
        hunks = find_hunks(text)
        if not hunks:
            break
        names = (hunks[0].labels[0] or "ours", hunks[0].labels[1] or "base", hunks[0].labels[2] or "theirs")
        base, ours, theirs = _sides(text, hunks, archived)
        after = merge(base, ours, theirs, labels=names).text
        if _told(after) == _told(text) or _multiplied(after, ours, theirs):
            break
        text = after
    return text


def _multiplied(after: str, ours: str, theirs: str) -> bool:
    """Say whether a merge has a line more often than either side: then something was misread, and is left."""
    most = _lines(ours) | _lines(theirs)
    hunks = find_hunks(after)
    sides = (
        _lines(with_sides(after, hunks, "ours")),
        _lines(with_sides(after, hunks, "theirs")),
    )
    return any(count > most[line] > 0 for side in sides for line, count in side.items())


def _lines(text: str) -> Counter[str]:
    return Counter(line for one in lines_of(text) if (line := text[slice(*one)].strip()))


def _told(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return what a file with conflicts says, whatever git wrote of the version before."""
    hunks = find_hunks(text)
    sides = [(hunk.ours, hunk.theirs) for hunk in hunks]
    return with_sides(text, hunks, "ours"), with_sides(text, hunks, "theirs"), sides


def united(text: str) -> str:
    """Return a ledger with every line of both sides of its conflicts."""
    hunks = find_hunks(text)
    return union(*_sides(text, hunks, None)) if hunks else text


def _sides(text: str, hunks: Iterable[Hunk], archived: MemoryText | None) -> tuple[str, str, str]:
    """Return the whole file as it was before, as ours and as theirs."""
    inner = [
        replace(hunk, ours=merged(hunk.ours, archived), theirs=merged(hunk.theirs, archived))
        for hunk in hunks
    ]
    bases = [
        replace(hunk, ours=_agreed(hunk, archived) if hunk.base is None else hunk.base) for hunk in inner
    ]
    return with_sides(text, bases, "ours"), with_sides(text, inner, "ours"), with_sides(text, inner, "theirs")


def _agreed(hunk: Hunk, archived: MemoryText | None) -> str:
    """Return what both sides have, and the facts of one side that are archived with the same words."""
    one, other = ([side[slice(*line)] for line in lines_of(side)] for side in (hunk.ours, hunk.theirs))
    gone = [_archived_lines(side, archived) for side in (hunk.ours, hunk.theirs)]
    kept: list[str] = []
    for kind, start, stop, begin, end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            kept += one[start:stop]
        else:
            kept += [one[n] for n in range(start, stop) if n in gone[0]]
            kept += [other[n] for n in range(begin, end) if n in gone[1]]
    return "".join(kept)


def _archived_lines(side: str, archived: MemoryText | None) -> frozenset[int]:
    """Return the numbers of the lines of facts that stand in the archive as they stand in a side."""
    facts = []
    for fact in read_facts(side).facts if archived else ():
        old = archived.by_id(fact.id) if archived else None
        if old is not None and same_words(old, fact):
            facts.append(fact)
    return frozenset(
        number
        for number, (start, _) in enumerate(lines_of(side))
        if any(fact.start <= start < fact.end for fact in facts)
    )


def _archive_without_hunks(text: str) -> str:
    """Return the archive with both sides of each conflict: it holds what was, and loses nothing."""
    text = merged(text)
    while hunks := find_hunks(text):
        text = with_sides(text, (replace(hunk, ours=hunk.ours + hunk.theirs) for hunk in hunks), "ours")
    return text


def _memory_settled(text: str, answers: Answers, day: str, taken: frozenset[str]) -> "_Settling":
    memory = _Settling(text, day, taken)
    # A side may hold conflicts itself.
    while hunk := next((one for one in reversed(find_hunks(memory.text)) if hunk_name(one) in answers), None):
        memory.choose(hunk, answers[hunk_name(hunk)], answers)
    memory.settle_copies(answers)
    memory.part_keys()
    return memory


class _Settling:
    """MEMORY.md while it is being settled, with the versions that nobody chose."""

    def __init__(self, text: str, day: str, taken: frozenset[str]) -> None:
        self.text = text
        self._day, self._taken = day, taken
        self._losers: list[_Loser] = []
        self._both: set[str] = set()
        self._keys: set[str] = set()

    def choose(self, hunk: Hunk, choice: Choice, answers: Answers) -> None:
        """Put one side in the place of a conflict, or both, one behind the other."""
        ours, theirs = (self._facts_of(hunk, side) for side in (hunk.ours, hunk.theirs))
        if choice == "both" and hunk.start >= read_facts(self.text).document.body:
            chosen = hunk.ours + hunk.theirs
            self._both.update({fact.id for fact in ours} & {fact.id for fact in theirs})
            self._keys.update(fact.key for fact in theirs if fact.key and fact.key in {f.key for f in ours})
        else:
            kept, lost = (theirs, ours) if choice == "theirs" else (ours, theirs)
            chosen = hunk.theirs if choice == "theirs" else hunk.ours
            self._losers += (_Loser(fact, _winner(fact, kept, lost)) for fact in lost)
        # Whoever chose a side has chosen for what is nested in it, unless that was asked, too.
        while inner := next((one for one in find_hunks(chosen) if hunk_name(one) not in answers), None):
            chosen = _chosen(chosen, inner, choice)
        self.text = self.text[: hunk.start] + chosen + self.text[hunk.end :]

    def settle_copies(self, answers: Answers) -> None:
        """Settle the lines that bear one id: identical ones become one, others are settled as somebody chose."""
        left: set[tuple[str, str]] = set()
        while pair := next((one for one in _copies(self.text) if (one[0].id, one[1].text) not in left), None):
            owner, copy = pair
            choice = "both" if owner.id in self._both else answers.get(f"id {owner.id}")
            if harmless(owner, copy):
                self._join(owner, copy)
            elif choice == "both":
                self._part(owner, copy)
            elif choice == "ours":
                self._losers.append(_Loser(copy, owner.id))
                self.text = remove(self.text, copy.id)
            elif choice == "theirs":
                self._losers.append(_Loser(owner, owner.id))
                self.text = remove(self.text, owner.id)
            else:
                left.add((owner.id, copy.text))

    def part_keys(self) -> None:
        """Leave a key that both sides gave away on the first fact that bears it."""
        for key in self._keys:
            for fact in [fact for fact in read_facts(self.text).facts if fact.key == key][1:]:
                self.text = remark(self.text, fact.id, _without_key(fact))

    def result(self, texts: Texts, before: str) -> Settled:
        """Return the texts, with the versions that nobody chose in the archive; `before` is the memory as it was."""
        memory = self.text if self.text == before else label_bare(self.text)
        archive, lost = texts.archive, list[str]()
        for loser in self._losers:
            archive, identity = self._archived(loser, read_facts(memory), archive)
            lost += [identity] if identity else []
        return Settled(replace(texts, memory=memory, archive=archive), tuple(lost))

    def _facts_of(self, hunk: Hunk, side: str) -> tuple[Fact, ...]:
        """Return the facts of a side as they stand in the file."""
        memory = read_facts(self.text[: hunk.start] + side + self.text[hunk.end :])
        end = hunk.start + len(side)
        mine = [fact for fact in memory.facts if hunk.start <= fact.start < end]
        text = memory.document.text
        own = [replace(fact, id=claimed(text, fact) or fact.id) for fact in mine]
        return (*own, *hunk_facts(read_facts(side)))

    def _join(self, owner: Fact, copy: Fact) -> None:
        """Let one of two copies stand, with the marks of both."""
        marks = {**copy.marks, **owner.marks}
        self.text = remove(self.text, copy.id)
        if marks != dict(owner.marks):
            self.text = remark(self.text, owner.id, marks)

    def _part(self, owner: Fact, copy: Fact) -> None:
        """Give the second of two versions an id of its own; the key stays on the first."""
        marks = _without_key(copy) if copy.key == owner.key else copy.marks
        self.text = relabel(self.text, copy.id, self._new_id(copy, self.text), marks)

    def _new_id(self, fact: Fact, *texts: str) -> str:
        used = {one.id for text in texts for one in read_facts(text).facts}
        return birth(fact.text, self._taken | used)

    def _archived(self, loser: _Loser, memory: MemoryText, archive: str) -> tuple[str, str]:
        """Return the archive with a version that nobody chose, and its id there, empty where it is not lost."""
        fact, old = loser.fact, read_facts(archive)
        alive = memory.by_id(fact.id)
        if (alive is not None and same_words(alive, fact)) or any(
            same_words(one, fact) and fact.id in {one.id, one.marks.get("by")} for one in old.facts
        ):
            return archive, ""
        free = alive is None and old.by_id(fact.id) is None
        identity = fact.id if free else self._new_id(fact, memory.document.text, archive)
        winner = loser.winner if loser.winner != identity and memory.by_id(loser.winner) else ""
        marks = {**fact.marks, "until": self._day, "why": "replaced" if winner else "forgotten"}
        if winner:
            marks["by"] = winner
        if fact.until and fact.until != self._day:
            marks["had"] = fact.until
        archive = archive or find_template("ARCHIVE.md").fill()
        return carry(replace(fact, id=identity), archive, section=fact.section, marks=marks), identity


def _winner(fact: Fact, kept: tuple[Fact, ...], lost: tuple[Fact, ...]) -> str:
    """Return the id of the chosen fact that a version stands against: of its id, of its key, or the only other one."""
    same = next((one.id for one in kept if one.id == fact.id), "")
    keyed = next((one.id for one in kept if fact.key and one.key == fact.key), "")
    return same or keyed or (kept[0].id if len(kept) == len(lost) == 1 else "")


def _chosen(text: str, hunk: Hunk, choice: Choice) -> str:
    side = hunk.ours + hunk.theirs if choice == "both" else hunk.theirs if choice == "theirs" else hunk.ours
    return text.replace(text[hunk.start : hunk.end], side, 1)


def _without_key(fact: Fact) -> dict[str, str]:
    return {name: value for name, value in fact.marks.items() if name != "key"}


def _copies(text: str) -> Iterator[tuple[Fact, Fact]]:
    """Yield the facts whose id a second line bears, each with that line's."""
    memory = read_facts(text)
    for fact in memory.facts:
        identity = "" if fact.labelled else claimed(text, fact)
        owner = memory.by_id(identity) if identity else None
        if owner is not None and owner.id == identity:
            yield owner, fact


def archive_settled(texts: Texts, answers: Answers, taken: frozenset[str]) -> str:
    """Return the archive with one line for each fact: identical copies become one, another text gets an id of its own.

    Copies that name two live facts as what replaced theirs stay until it is settled which of these stands.
    """
    archive, live = texts.archive, {fact.id for fact in read_facts(texts.memory).facts}
    left: set[str] = set()
    while pair := next((one for one in _copies(archive) if one[1].id not in left), None):
        owner, copy = pair
        if not same_words(owner, copy):
            used = {fact.id for fact in read_facts(archive).facts}
            archive = relabel(archive, copy.id, birth(copy.text, taken | used), copy.marks)
            continue
        claims = claims_of((read_facts(archive),))
        named = [fact.marks["by"] for fact in pair if "by" in fact.marks]
        ends = {end for one in named for end in heirs(one, claims, live, frozenset({owner.id}))}
        if len(ends) > 1 and f"replaced {owner.id}" not in answers:
            left.add(copy.id)
        else:
            # The line that names the fact that stands now says most; where both stand, the first is the heir.
            both = answers.get(f"replaced {owner.id}") == "both"
            first = both or owner.marks.get("by") in live or copy.marks.get("by") not in live
            archive = remove(archive, copy.id if first else owner.id)
    return archive
