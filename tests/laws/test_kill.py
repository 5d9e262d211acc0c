"""Killed at any system call, a command leaves whole files, and once more of it ends where an unbroken run does."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from bench import Call, figures, need_strace, same_call, spread, unexpected
from prepare import ONCE, Scenario, Seen, Versions, prepared, reply_is_kept

SAMPLE = 8
SWEPT = ("distill", "model", "forget", "replace", "accept")


@dataclass(slots=True)
class Sweep:
    """What came of killing a command at points of it."""

    name: str
    points: int = 0
    of: int = 0
    torn: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    temporaries: list[str] = field(default_factory=list)
    called_twice: list[str] = field(default_factory=list)
    elsewhere: int = 0


@pytest.fixture(scope="module")
def sweeps(full: bool, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Sweep]:
    """Give a function that kills a scenario at its points, each scenario once."""
    need_strace(tmp_path_factory.mktemp("strace"))
    done: dict[str, Sweep] = {}

    def sweep(name: str) -> Sweep:
        if name not in done:
            with prepared(name, tmp_path_factory.mktemp(name)) as scenario:
                done[name] = swept(name, scenario, full=full)
        return done[name]

    return sweep


def swept(name: str, scenario: Scenario, *, full: bool) -> Sweep:
    """Kill a command before each of its calls that change files, run it once more, and compare."""
    began = time.monotonic()
    place, bench = scenario.place, scenario.bench
    versions = Versions(place.files())
    for step in scenario.steps:
        assert bench.run(step).code == 0
        versions.add(place.files())
    place.restore()
    calls = bench.changes(*scenario.command)
    golden = scenario.seen(bench.run(*scenario.looks()))
    versions.add(golden.files)
    again = scenario.seen(bench.run(scenario.command, *scenario.looks()))
    assert again == golden, "an unbroken run repeated is a no-op"
    points = calls if full else spread(calls, SAMPLE)
    sweep = Sweep(name, len(points), len(calls))
    for call in points:
        at(call, scenario, sweep, versions, golden)
    figures(
        f"law-kill {name}: {sweep.points} of {sweep.of} points, {len(sweep.torn)} torn files,"
        f" {len(sweep.different)} other ends, {len(sweep.refused)} refused, {len(sweep.temporaries)} with temporaries"
        f" left, {len(sweep.called_twice)} second calls, {sweep.elsewhere} hit elsewhere,"
        f" {time.monotonic() - began:.0f} s"
    )
    return sweep


def at(call: Call, scenario: Scenario, sweep: Sweep, versions: Versions, golden: Seen) -> None:
    """Kill the command before one call, run it again, and note what is wrong."""
    place, where = scenario.place, f"{call.name} {call.number}: {call.line[:160]}"
    place.restore()
    asked = len(scenario.server.requests) if scenario.server else 0
    ran = scenario.bench.run(scenario.command, inject=f"{call.name}:signal=SIGKILL:when={call.number}")
    assert ran.killed, f"not killed at {where}"
    sweep.elsewhere += not (ran.calls and same_call(ran.calls[-1], call))
    sweep.torn += [f"{name} at {where}" for name in versions.torn(place.files())]
    journaled = scenario.server is not None and reply_is_kept(place)
    first = len(scenario.server.requests) - asked if scenario.server else 0
    again = scenario.bench.run(scenario.command, *scenario.looks())
    ended = scenario.seen(again)
    if again.codes[0] != 0 and not (sweep.name in ONCE and ended.answers == golden.answers):
        sweep.refused.append(f"{again.err[0].strip()} at {where}")
    if not ended.like(golden):
        sweep.different.append(f"{ended.difference(golden)} at {where}")
    left = [*unexpected(ended.files, golden.files), *place.temporaries()]
    if left:
        sweep.temporaries.append(f"{sorted(set(left))} at {where}")
    if journaled and scenario.server and len(scenario.server.requests) - asked > first:
        sweep.called_twice.append(where)


@pytest.mark.parametrize("name", SWEPT)
def test_files_are_whole(sweeps, name):
    """Whenever it is killed, every memory file has its old bytes or its new ones."""
    assert sweeps(name).torn == []


@pytest.mark.parametrize("name", SWEPT)
def test_once_more_ends_as_unbroken(sweeps, name):
    """Whenever it was killed, the same command once more ends where an unbroken run does."""
    sweep = sweeps(name)

    assert sweep.different == []
    assert sweep.refused == []


@pytest.mark.parametrize("name", SWEPT)
def test_no_temporary_file_is_left(sweeps, name):
    """Whenever it was killed, the next run leaves no temporary file of the killed one."""
    assert sweeps(name).temporaries == []


def test_a_journaled_reply_is_not_asked_for_again(sweeps):
    """Once the model's reply is on the disk, the run that follows a kill makes no second call."""
    assert sweeps("model").called_twice == []
