"""log --served and the use in log --stats: what was given to which prompt, and how often."""

from collections import Counter, deque
from dataclasses import asdict

from miminions.cli.render import dim, say, say_json, table
from miminions.memory.difference import statistics
from miminions.redact import redact
from miminions.usage.counts import Counts, Totals, Use, counts
from miminions.usage.prometheus import Family, exposition
from miminions.usage.read import Served, read
from miminions.workspace import Workspace

# So many facts are listed by use, and so many ids of one answer.
MOST = 10


def show_served(ws: Workspace, limit: int, *, as_json: bool) -> None:
    """Print the last answers: when, where, for which prompt, what was given."""
    found = deque(read(ws.local) if ws.id else (), maxlen=limit)
    if as_json:
        say_json({"served": [_served(one) for one in found]})
    elif found:
        rows = [(one.at[:16].replace("T", " "), one.surface, one.prompt, _given(one)) for one in found]
        table(("time (UTC)", "surface", "prompt", "given"), rows, wide=3)
    else:
        dim("nothing was served here yet")


def use_json(ws: Workspace) -> dict[str, object]:
    """Return the use of a workspace's memory as `log --stats --json` prints it."""
    found = _counts(ws)
    return {
        "queries": found.queries,
        "silent": round(found.silent, 4),
        "surfaces": dict(sorted(found.totals.queries.items())),
        "facts": [{"id": identity, **asdict(use)} for identity, use in _by_use(found)],
        "never": list(found.never(_live(ws))),
        "days": dict(found.days),
    }


def show_use(ws: Workspace) -> None:
    """Print how often what was served."""
    found = _counts(ws)
    if not found.totals.queries:
        dim("nothing was served here yet")
        return
    totals = found.totals
    table(
        ("surface", "asked", "silent", "given"),
        [
            (name, str(asked), str(totals.silent[name]), str(totals.given[name]))
            for name, asked in sorted(totals.queries.items())
        ],
    )
    said = {fact.id: fact.text for fact in ws.facts(include=("retired", "expired"))}
    rows = [
        (one, str(use.times), use.last[:10], redact(said.get(one, ""))) for one, use in _by_use(found)[:MOST]
    ]
    table(("fact", "answers", "last", "text"), rows)
    live = _live(ws)
    never = len(found.never(live))
    asked = f"{found.queries} question{'' if found.queries == 1 else 's'}"
    dim(f"{never} of {len(live)} facts answered none of {asked}; {found.silent:.0%} of these got nothing")


def show_metrics(ws: Workspace) -> None:
    """Print the memory and its use in Prometheus' text format."""
    say(exposition(_families(ws)).rstrip("\n"))


def _families(ws: Workspace) -> tuple[Family, ...]:
    memory, used = statistics(ws.state(), ws.today), _counts(ws)
    here = {"workspace": ws.name}
    numbers: Counter[tuple[str, str]] = Counter()
    for one in memory.sections:
        # A series may be there once, and two names can be the same without what is secret in them.
        for state, number in (("live", one.live), ("retired", one.retired), ("expired", one.expired)):
            numbers[redact(one.section), state] += number
    facts = tuple(
        ({**here, "section": section, "state": state}, number) for (section, state), number in numbers.items()
    )
    never = len(used.never(_live(ws)))
    return (
        Family("miminions_facts", "Facts by section and state.", "gauge", facts),
        Family(
            "miminions_facts_never_served", "Live facts that answered no question.", "gauge", ((here, never),)
        ),
        Family("miminions_sessions", "Sessions in the history.", "gauge", ((here, memory.sessions),)),
        *_uses(used.totals, here),
    )


def _uses(totals: Totals, here: dict[str, str]) -> tuple[Family, ...]:
    counted = (
        ("miminions_queries_total", "Questions and contexts by surface.", totals.queries),
        ("miminions_silent_total", "Those that nothing was given for.", totals.silent),
        ("miminions_served_total", "Facts and other entries that were given.", totals.given),
    )
    return tuple(
        Family(name, text, "counter", tuple(
            ({**here, "surface": surface}, one[surface]) for surface in sorted(totals.queries)
        ))
        for name, text, one in counted
    )  # fmt: skip


def _counts(ws: Workspace) -> Counts:
    return counts(ws.local) if ws.id else Counts(Totals(), {}, {})


def _live(ws: Workspace) -> list[str]:
    return [fact.id for fact in ws.facts(own=True)]


def _by_use(found: Counts) -> list[tuple[str, Use]]:
    return sorted(found.facts.items(), key=lambda pair: (-pair[1].times, pair[0]))


def _served(one: Served) -> dict[str, object]:
    return {**asdict(one), "given": [{"kind": kind, "id": identity} for kind, identity in one.given]}


def _given(one: Served) -> str:
    """Return the ids of what was given, or the kind of what has none; of a context the first ones."""
    names = [identity or kind for kind, identity in one.given]
    more = [f"and {len(names) - MOST} more"] if len(names) > MOST else []
    return ", ".join(names[:MOST] + more) or "(nothing)"
