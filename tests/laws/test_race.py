"""Hand edits while we write: what a hand saved is in the file afterwards, unless the hand's own editor overwrote it."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bench import figures
from crowd import fork, lines, note, wait
from editors import EDITORS, TOKEN, Save, edit, overwritten, saves
from folders import reopened, workspace

from miminions.errors import MiminionsError
from miminions.workspace import Workspace

# An editor that holds a file open writes at most a second later; what is displaced is watched for two.
LATE = 2.2


@dataclass(frozen=True, slots=True)
class Race:
    """What became of the lines of one editor against our writes."""

    hand: int
    ours: int
    refused: int
    lost_hand: tuple[str, ...]
    lost_ours: tuple[str, ...]
    overwritten: int
    twice: tuple[str, ...]
    unusable: str


def writing(root: Path, log: Path, until: float) -> Callable[[], None]:
    """Return our side: remember one fact after the other, and log which were acknowledged, and when."""

    def work() -> None:
        ws = reopened(root)
        number = 0
        while time.monotonic() < until:
            token, began = f"ours-fact-{number}", time.monotonic()
            try:
                ws.remember(f"Our {token} stands.")
            except MiminionsError as problem:
                # A refusal is an answer: nothing was promised.
                note(log, json.dumps([token, began, None, str(problem)]))
            else:
                note(log, json.dumps([token, began, time.monotonic(), ""]))
            number += 1
            time.sleep(0.01)

    return work


def start(base: Path, kind: str, *, rate: float, seconds: float) -> Callable[[], Race]:
    """Let an editor and us work on one workspace, and return a function that waits for both and counts."""
    ws = workspace(base / "shop", "## Facts\n\n- The first fact stands.")
    errors, ours, hands = base / "errors", base / "ours", base / "hands"
    until = time.monotonic() + seconds
    path = ws.layout.memory
    running = [
        fork(writing(ws.layout.root, ours, until), errors),
        fork(lambda: edit(kind, path, hands, rate=rate, until=until), errors),
    ]

    def finish() -> Race:
        codes = [wait(pid) for pid in running]
        assert codes == [0, 0], lines(errors)
        hand = list(saves(hands))
        time.sleep(max(0.0, hand[-1].ended + LATE - time.monotonic()))
        unusable = settled(ws)
        return counted(ws, hand, [json.loads(line) for line in lines(ours)], unusable)

    return finish


def settled(ws: Workspace) -> str:
    """Do what the next use of the workspace does with what came late; return why it cannot be used any more."""
    try:
        ws.settle()
        reopened(ws.layout.root).remember("The race is over.")
    except MiminionsError as problem:
        return str(problem)
    return ""


def counted(ws: Workspace, hand: list[Save], ours: list[list], unusable: str) -> Race:
    """Compare the file with what both sides wrote."""
    present = Counter(TOKEN.findall(ws.layout.memory.read_text("utf-8", "replace")))
    acknowledged = [(token, began, ended) for token, began, ended, _ in ours if ended is not None]
    lost_hand = [save for save in hand if not present[save.token]]
    lost_ours = [fact for fact in acknowledged if not present[fact[0]]]
    excused_hand = [save for save in lost_hand if overwritten(save.token, hand)]
    excused_ours = [fact for fact in lost_ours if overwritten(fact[0], hand)]
    return Race(
        len(hand),
        len(acknowledged),
        len(ours) - len(acknowledged),
        tuple(save.token for save in lost_hand if save not in excused_hand),
        tuple(fact[0] for fact in lost_ours if fact not in excused_ours),
        len(excused_hand) + len(excused_ours),
        tuple(token for token, count in present.items() if count > 1),
        unusable,
    )


def said(kind: str, rate: str, race: Race) -> str:
    """Return the figures of a race."""
    return (
        f"law-race {kind} at {rate}/s: {race.hand} hand lines, {len(race.lost_hand)} lost; {race.ours} of ours,"
        f" {len(race.lost_ours)} lost; {race.overwritten} overwritten by the editor itself, {len(race.twice)} twice,"
        f" {race.refused} refused{', afterwards: ' if race.unusable else ''}{race.unusable}"
    )


def check(race: Race) -> None:
    """Fail where a line was lost that no editor overwrote, or stands twice."""
    assert race.unusable == ""
    assert race.lost_hand == ()
    assert race.lost_ours == ()
    assert race.twice == ()


@pytest.fixture(scope="module")
def sample(tmp_path_factory, full):
    """Let all four editors race at once, each with a workspace of its own."""
    if full:
        return {}
    base = tmp_path_factory.mktemp("race")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIMINIONS_HOME", str(base / "home"))
        for kind in EDITORS:
            (base / kind).mkdir()
        started = {kind: start(base / kind, kind, rate=25, seconds=3.0) for kind in EDITORS}
        return {kind: finish() for kind, finish in started.items()}


@pytest.mark.parametrize("kind", EDITORS)
def test_hand_edits_during_our_writes(kind, sample, full, tmp_path):
    """No line of a hand's and none of ours is lost or doubled, but for those that the hand's own editor overwrote."""
    if not full:
        figures(said(kind, "25", sample[kind]))
        check(sample[kind])
        return
    races = []
    for rate, seconds in ((1, 13.0), (5, 13.0), (20, 13.0), (200, 25.0)):
        base = tmp_path / str(rate)
        base.mkdir()
        races.append(start(base, kind, rate=rate, seconds=seconds)())
        figures(said(kind, str(rate), races[-1]))
    for race in races:
        check(race)
