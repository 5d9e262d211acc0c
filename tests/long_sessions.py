"""Long sessions for tests: noise that a session is inflated with, and a model that notes all it reads."""

import json
import random
import re

# What a third party writes: all of it has cue words, none of it may become memory.
_PROSE = (
    "We decided to drop the first client.",
    "Always pin the minor version.",
    "From now on retries are exponential.",
    "Never call close twice.",
    "Releases go out on Mondays.",
)
_LOG = ("GET /health 200 1ms", "lock wait 12ms", "connection reset by peer", "wrote 812 buffers")


def noise(chance):
    """Return some lines of a log or of somebody's page."""
    bank = chance.choice((_PROSE, _LOG))
    return "\n".join(
        f"{chance.randint(1, 9999)} {chance.choice(bank)}" for _ in range(chance.randint(40, 120))
    )


def inflated(turns, size, seed=7):
    """Return turns whose tools' output has grown until all of it has `size` characters."""
    chance, turns = random.Random(seed), [list(turn) for turn in turns]  # noqa: S311  # no secret
    tools = [turn for turn in turns if turn[0] == "tool"]
    grown = sum(len(text) for _, text in turns)
    while grown < size:
        added = "\n" + noise(chance)
        chance.choice(tools)[1] += added
        grown += len(added)
    return [tuple(turn) for turn in turns]


def stretched(turns, size, seed=7):
    """Return turns with rounds of idle work between them, until all of it has `size` characters."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    idle = [
        ("user", "Please look at that file once more."),
        ("assistant", "I looked at it. " * 40),
        ("tool", "ok"),
    ]
    rounds = max(1, size // (len(turns) * sum(len(text) + 400 for _, text in idle)))
    found = []
    for turn in turns:
        found.append(turn)
        for _ in range(rounds if turn[0] != "user" else 0):
            found += [(role, f"{text}\n{noise(chance)}" if role == "tool" else text) for role, text in idle]
    return found


_TURN = re.compile(r"^\[(\d+) (\w+)( \([\w, ]+\))?[^\]\n]*\] ", re.MULTILINE)
_RULE = re.compile(r"Rule \d+: [^.]*\.")


def shown_turns(request):
    """Return the turns that a request shows, each as (number, role, note, text)."""
    parts = _TURN.split(request["messages"][1]["content"])[1:]
    return [
        (int(number), role, (note or "").strip(" ()"), text.strip())
        for number, role, note, text in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True)
    ]


def is_joining(request):
    """Say whether a request puts together what was noted of parts."""
    return "Below is what was noted" in request["messages"][1]["content"]


def noted_lines(request):
    """Return the items that a request lists."""
    lines = request["messages"][1]["content"].split("\n")
    return [json.loads(line) for line in lines if line.startswith("{")]


def notes_rules(request):
    """Answer as a model that notes each "Rule N: ..." of the user's, and keeps them all in the end."""
    if is_joining(request):
        items = [line | {"reason": ""} for line in noted_lines(request) if "quote" in line]
        return json.dumps({"items": items, "summary": "All rules."})
    items = [
        {
            "quote": rule, "turn": number, "reason": "", "op": "ADD", "target": "",
            "scope": "workspace", "section": "Facts", "text": rule,
        }
        for number, role, note, text in shown_turns(request)
        if role == "user" and "context" not in note
        for rule in _RULE.findall(text)
    ]  # fmt: skip
    return json.dumps({"items": items, "summary": "Some rules."})
