"""Many processes, each with many changes of one workspace: every change has its effect, and nobody waits for long."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench import figures
from crowd import fork, lines, note, wait
from folders import reopened, workspace

from miminions.memory.upsert import Wish

LONGEST = 10.0


def hammering(root: Path, worker: int, operations: int, log: Path) -> Callable[[], None]:
    """Return a worker: changes of its own facts, in an order that its number decides."""

    def work() -> None:
        ws = reopened(root)
        chance = random.Random(worker)  # noqa: S311 - for a mixture of operations
        live: dict[str, str] = {}
        archived: dict[str, str] = {}
        for number in range(operations):
            verbs = ["remember", *(["edit", "forget"] if live else []), *(["restore"] if archived else [])]
            verb = chance.choices(verbs, [4, 2, 2, 2][: len(verbs)])[0]
            began = time.monotonic()
            if verb == "remember":
                text = f"Fact {worker}-{number} stands."
                live[ws.remember(text).id] = text
            elif verb == "edit":
                identity = chance.choice(sorted(live))
                live[identity] = f"Fact {worker}-{number} was edited."
                ws.edit(identity, Wish(live[identity]))
            elif verb == "forget":
                identity = chance.choice(sorted(live))
                ws.forget(identity)
                archived[identity] = live.pop(identity)
            else:
                identity = chance.choice(sorted(archived))
                ws.restore(identity)
                live[identity] = archived.pop(identity)
            note(log, f"{time.monotonic() - began:.4f}")
        for text in live.values():
            note(log.with_suffix(".live"), text)
        for text in archived.values():
            note(log.with_suffix(".archived"), text)

    return work


def test_many_processes_change_one_workspace(full, tmp_path):
    """N processes with M changes each leave N x M effects, exit with 0, and no change takes ten seconds."""
    workers, operations = (16, 100) if full else (4, 15)
    ws, log, errors = workspace(tmp_path / "shop"), tmp_path / "log.waits", tmp_path / "errors"
    began = time.monotonic()
    running = [fork(hammering(ws.layout.root, n, operations, log), errors) for n in range(workers)]
    codes = [wait(pid) for pid in running]
    seconds = time.monotonic() - began
    waits = sorted(float(line) for line in lines(log))
    wanted = {
        "live": Counter(lines(log.with_suffix(".live"))),
        "archived": Counter(lines(log.with_suffix(".archived"))),
    }
    state = ws.state()
    found = {
        "live": Counter(fact.text for fact in state.facts.facts),
        "archived": Counter(fact.text for fact in state.archived.facts),
    }
    wrong = sum(
        (wanted[where] - found[where]).total() + (found[where] - wanted[where]).total() for where in wanted
    )
    figures(
        f"law-hammer: {workers} processes x {operations} changes, {wrong} effects missing or too many, {sum(map(bool, codes))}"
        f" failed, the median change took {waits[len(waits) // 2]:.3f} s, the longest {waits[-1]:.2f} s, {seconds:.0f} s"
    )

    assert lines(errors) == []
    assert codes == [0] * workers
    assert found == wanted
    assert len(waits) == workers * operations
    assert waits[-1] < LONGEST
