"""Six writers that are killed at random: what was acknowledged is there, once, and nothing else is left behind."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import figures, temporaries
from crowd import fork, kill, lines, note
from folders import reopened, workspace

from miminions.workspace import Workspace

WORKERS = 6
# A fresh workspace every so many seconds: a file of thousands of facts would only make each write slower.
ROUND = 6.0
# The longest that a worker lives, in seconds.
LIFE = 0.4


def remembering(root: Path, worker: str, acknowledged: Path) -> Callable[[], None]:
    """Return a worker's life: remember one new fact after the other, acknowledge each."""

    def work() -> None:
        ws = reopened(root)
        for number in range(10_000):
            fact = f"Fact {worker}-{number} stands."
            ws.remember(fact)
            note(acknowledged, fact)

    return work


def storm(root: Path, seconds: float, chance: random.Random) -> tuple[int, Path]:
    """Let workers write and kill them at random; return the number of kills and the acknowledgements."""
    acknowledged, errors = root.parent / f"{root.name}.acknowledged", root.parent / f"{root.name}.errors"
    births, kills = 0, 0
    living: dict[int, float] = {}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        while len(living) < WORKERS:
            births += 1
            pid = fork(remembering(root, str(births), acknowledged), errors)
            living[pid] = time.monotonic() + chance.uniform(0.005, LIFE)
        due = min(living, key=lambda pid: living[pid])
        time.sleep(max(0.0, living.pop(due) - time.monotonic()))
        kills += kill(due)
    kills += sum(kill(pid) for pid in living)
    assert lines(errors) == []
    return kills, acknowledged


def settled(ws: Workspace) -> None:
    """Clean up as the next use of the workspace does."""
    ws.settle()
    ws.remember("The storm is over.")


@pytest.mark.parametrize("seed", [7])
def test_a_storm_of_kills(seed, full, tmp_path):
    """Every acknowledged fact is there exactly once, none is there twice, and one clean-up leaves no temporary file."""
    chance = random.Random(seed)  # noqa: S311 - for moments to kill at
    began = time.monotonic()
    kills, kept, lost, twice, left = 0, 0, [], [], []
    for number in range(10 if full else 1):
        ws = workspace(tmp_path / f"shop{number}")
        killed, acknowledged = storm(ws.layout.root, ROUND if full else 3.0, chance)
        kills += killed
        settled(ws)
        counted = Counter(fact.text for fact in ws.facts(own=True))
        facts = lines(acknowledged)
        kept += len(facts)
        lost += [fact for fact in facts if not counted[fact]]
        twice += [fact for fact, count in counted.items() if count > 1]
        left += [
            *temporaries(ws.layout.root),
            *temporaries(ws.local.folder),
            *temporaries(ws.home.personal.folder),
        ]
    figures(
        f"law-storm: {kills} kills of {WORKERS} writers, {kept} acknowledged facts, {len(lost)} lost, {len(twice)} twice,"
        f" {len(left)} temporary files left after one clean-up, {time.monotonic() - began:.0f} s"
    )

    assert lost == []
    assert twice == []
    assert left == []
    assert kills >= (1000 if full else 20)
