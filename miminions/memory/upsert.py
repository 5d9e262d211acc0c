"""What a person asks of memory, as changes: remember, edit, forget, restore; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from miminions.errors import ConflictError, NotFoundError, UsageError
from miminions.memory.changes import (
    ARCHIVE_MARKS,
    EXPIRED,
    Change,
    Insert,
    Move,
    Remark,
    Restore,
    Retire,
    Reword,
)
from miminions.memory.expiry import default_until
from miminions.memory.facts import DEFAULT_SECTION, Fact, as_date
from miminions.memory.folder import State
from miminions.memory.ids import birth, normalise
from miminions.redact import find as find_secrets
from miminions.redact import without_private

# What takes a last day away, and keeps a section's default from giving one.
NEVER = "none"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants remembered; None leaves an existing fact's value as it is, `until` "none" takes it away.

    What stands between private tags is not part of it.
    """

    text: str
    section: str | None = None
    key: str | None = None
    until: str | None = None
    since: str | None = None
    pin: bool = False
    detail: str = ""
    replaces: str | None = None

    def __post_init__(self) -> None:
        """Take out what is private, before anything compares, shows or keeps it."""
        for name in ("text", "detail"):
            given = getattr(self, name)
            public = without_private(given)
            if public != given:
                object.__setattr__(self, name, public.strip())


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changes that fulfil a wish, the fact's id, and what that is: added, replaced, updated or unchanged.

    `memory` names another memory (own, overlay, personal) that says it already.
    """

    changes: tuple[Change, ...]
    id: str
    what: str
    replaced: str | None = None
    memory: str = ""


def remember(state: State, wish: Wish, day: str, *, taken: Collection[str] = ()) -> Outcome:
    """Upsert by key, by the id it replaces, or by what it says; `taken` are ids that the same run gives to others.

    Raises UsageError for a text that holds a secret, says nothing, or has a date nobody can read; NotFoundError for an
    unknown `replaces`; ConflictError for a key of another fact.
    """
    check(wish)
    old = _target(state, wish)
    same = next((fact for fact in state.facts.facts if normalise(fact.text) == normalise(wish.text)), None)
    if same is not None:
        return _update(same, wish) if old is None or old.id == same.id else _merge(old, same, wish, day)
    identity = birth(wish.text, state.ids | set(taken))
    section = wish.section or (old.section if old else DEFAULT_SECTION)
    marks = {**(_kept(old) if old else {}), **_marks(wish)}
    # What holds only from a later day on has all of its time from then.
    first = as_date(wish.since)
    begins = max(day, first.isoformat()) if first else day
    until = default_until(state, section, begins) if wish.until is None else None
    if until:
        marks["until"] = until
    new = Insert(identity, wish.text, section, marks, wish.detail)
    if old is None:
        return Outcome((new,), identity, "added")
    return Outcome((Retire(old.id, day, "replaced", identity), new), identity, "replaced", old.id)


def edit(fact: Fact, wish: Wish, *, unpin: bool = False) -> tuple[Change, ...]:
    """Change a fact as its owner does: the id stays. Raises UsageError."""
    check(wish)
    changes: list[Change] = []
    if wish.text != fact.text:
        changes.append(Reword(fact.id, wish.text))
    marks = {**fact.marks, **_marks(wish)}
    if unpin:
        marks.pop("pin", None)
    if wish.until == NEVER:
        marks.pop("until", None)
    if marks != dict(fact.marks):
        changes.append(Remark(fact.id, marks))
    if wish.section and wish.section.casefold() != fact.section.casefold():
        changes.append(Move(fact.id, wish.section))
    return tuple(changes)


def fields(wish: Wish, *, unpin: bool = False) -> str:
    """Say in a few words what an edit gives a fact besides its text: "until 2027-01-01, pinned"; empty for nothing."""
    named = (("section", wish.section), ("key", wish.key), ("since", wish.since), ("until", wish.until))
    words = [f"{name} {value}" for name, value in named if value is not None]
    words += ["pinned"] * wish.pin + ["unpinned"] * unpin
    return ", ".join(words)


def forget(state: State, identity: str, day: str, *, force: bool = False) -> tuple[Change, ...]:
    """Move a fact to the archive.

    Raises NotFoundError, and ConflictError, unless `force`, for the last word on an archived fact that it replaced:
    nothing would say then what became of that.
    """
    if state.live(identity) is None:
        raise missing(identity)
    before = None if force else _unsaid_without(state, identity)
    if before:
        raise ConflictError(
            f"fact {identity} is the last word on what it replaced: {before.text!r}",
            hint=f"`miminions restore {before.id}` after it if that holds again; --force forgets it anyway",
        )
    return (Retire(identity, day, "forgotten"),)


def _unsaid_without(state: State, identity: str) -> Fact | None:
    """Return an archived fact that this one replaced, and that no other live fact did."""
    heirs: dict[str, set[str]] = {}
    for entry in state.ledger.entries:
        for added in entry.added:
            for old in added.replaces:
                heirs.setdefault(old, set()).add(added.id)
    live = {fact.id for fact in state.facts.facts}
    for fact in state.archived.facts:
        ids = heirs.get(fact.id, set()) | {fact.marks.get("by", "")}
        if fact.id not in live and identity in ids and not (ids - {identity}) & live:
            return fact
    return None


def restore(state: State, identity: str, day: str) -> tuple[Change, ...]:
    """Bring a fact back from the archive, without its last day if that has passed: else it would go again at once.

    Raises NotFoundError, and ConflictError when the fact is live.
    """
    if state.live(identity) is not None:
        raise ConflictError(f"fact {identity} is live", hint="there is nothing to restore")
    archived = state.archived.by_id(identity)
    if archived is None:
        raise NotFoundError(
            f"the archive has no fact {identity}",
            hint="`miminions show --include retired` lists what is there",
        )
    if archived.key and (holder := state.facts.by_key(archived.key)):
        raise ConflictError(
            f"the key {archived.key} belongs to {holder.id} now",
            hint=f"forget {holder.id} first, or give it another key",
        )
    back = Restore(identity, state.archived_elsewhere(identity))
    if not passed(archived, day):
        return (back,)
    marks = {key: value for key, value in archived.marks.items() if key not in ARCHIVE_MARKS}
    return (back, Remark(archived.id, marks))


def passed(archived: Fact, day: str) -> str:
    """Return the last day that somebody gave an archived fact, when it lies before `day`; else nothing."""
    given = archived.marks.get("had", archived.until if archived.marks.get("why") == EXPIRED else None)
    last = as_date(given)
    return given or "" if last is not None and last.isoformat() < day else ""


def check(wish: Wish) -> None:
    """Refuse what must not become a fact. Raises UsageError."""
    if not normalise(wish.text):
        raise UsageError("there is nothing to remember", hint="give a sentence")
    secrets = find_secrets("\n".join(filter(None, (wish.text, wish.detail, wish.section, wish.key))))
    if secrets:
        raise UsageError(
            f"that looks like a secret ({secrets[0].kind})",
            hint="keep secrets in a password manager; nothing was written",
        )
    for name in ("until", "since"):
        word = getattr(wish, name)
        if word and as_date(word) is None and (name, word) != ("until", NEVER):
            raise UsageError(f"--{name} {word!r} is no date", hint="write it as YYYY-MM-DD")
    if wish.key and (
        not wish.key.isprintable() or any(c.isspace() or c in "<>=" for c in wish.key) or "--" in wish.key
    ):
        raise UsageError(f"{wish.key!r} cannot be a key", hint="use letters, digits, dots and single hyphens")


def missing(identity: str) -> NotFoundError:
    """Return the error for an id that no live fact has."""
    return NotFoundError(
        f"there is no fact {identity}", hint="`miminions show` lists the facts with their ids"
    )


def _target(state: State, wish: Wish) -> Fact | None:
    """Find the fact that a wish is to replace."""
    named = state.live(wish.replaces) if wish.replaces else None
    if wish.replaces and named is None:
        raise missing(wish.replaces)
    keyed = state.facts.by_key(wish.key) if wish.key else None
    if named and keyed and named.id != keyed.id:
        raise ConflictError(
            f"the key {wish.key} belongs to {keyed.id}, not to {named.id}",
            hint=f"replace {keyed.id}, or leave out the key",
        )
    return named or keyed


def _update(fact: Fact, wish: Wish) -> Outcome:
    changes = tuple(c for c in edit(fact, wish) if not isinstance(c, Reword))
    return Outcome(changes, fact.id, "updated" if changes else "unchanged")


def _merge(old: Fact, same: Fact, wish: Wish, day: str) -> Outcome:
    """Retire a fact whose place another takes that says the wish already, and hand it the name and the pin."""
    heir = replace(wish, key=wish.key or same.key or old.key, pin=wish.pin or old.pin)
    changes = (Retire(old.id, day, "replaced", same.id), *_update(same, heir).changes)
    return Outcome(changes, same.id, "replaced", old.id)


def _kept(old: Fact) -> dict[str, str]:
    """Return the marks that outlive a replacement: the window belongs to what was said, the name and the pin do not."""
    return {key: value for key, value in old.marks.items() if key in {"key", "pin"}}


def _marks(wish: Wish) -> Mapping[str, str]:
    until = None if wish.until == NEVER else wish.until
    given = {"key": wish.key, "since": wish.since, "until": until, "pin": "" if wish.pin else None}
    return {name: value for name, value in given.items() if value is not None}
