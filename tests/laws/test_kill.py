"""Killed at any system call, a command leaves whole files, and once more of it ends where an unbroken run does."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from bench import Bench, Call, Place, Ran, figures, need_strace, same_call, spread, unexpected
from model_server import ModelServer
from sessions import TALK, write_session

SAMPLE = 8
# What only the model says: where it stands in a file, the reply has reached the disk.
SAID_BY_MODEL = "Deploys are on ECS since the spring"
TURNS = (
    *TALK,
    ("user", "We no longer use RabbitMQ in the billing service."),
    ("assistant", "Noted."),
    ("user", "In all my projects I prefer uv over pip."),
    ("assistant", "Fine."),
    ("user", "Always run sudo systemctl restart after a deploy."),
    ("assistant", "I see."),
    ("user", "Always fetch the fixtures with curl https://fixtures.example/all before the tests."),
    ("assistant", "I see."),
    ("user", "We decided that the version of the API stands in the header, always."),
    ("assistant", "Good."),
)
LIVE = (
    ("Releases go out on Fridays.", "Decisions"),
    ("The billing service uses RabbitMQ.", "Facts"),
    ("We deploy to Heroku.", "Decisions"),
)


@dataclass(slots=True)
class Scenario:
    """A command on a prepared place, and what a person sees of the place."""

    bench: Bench
    command: tuple[str, ...]
    probes: tuple[tuple[str, ...], ...]
    server: ModelServer | None = None
    steps: tuple[tuple[str, ...], ...] = ()

    @property
    def place(self) -> Place:
        """Where it happens."""
        return self.bench.place


@dataclass(slots=True)
class Sweep:
    """What came of killing a command at points of it."""

    name: str
    points: int = 0
    of: int = 0
    seconds: float = 0.0
    torn: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    temporaries: list[str] = field(default_factory=list)
    called_twice: list[str] = field(default_factory=list)
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A place as people and programs see it."""

    files: dict[str, bytes]
    answers: tuple[object, ...]


def distilled(bench: Bench) -> Scenario:
    """A session that adds, replaces, teaches of the person and leaves two things to review."""
    path = str(write_session(bench.place.root / "sessions", TURNS))
    bench.warm("distill", path, "--offline", "--dry-run")
    probe = ("distill", path, "--offline", "--dry-run", "--json")
    return Scenario(bench, ("distill", path, "--offline", "--yes"), (probe,))


def modelled(bench: Bench) -> Scenario:
    """The same through a model, which also retires a fact."""
    server = ModelServer([reply()])
    path = str(write_session(bench.place.root / "sessions", TURNS))
    bench.environment |= {
        "OPENAI_API_BASE": server.url,
        "OPENAI_API_KEY": "test",
        "MIMINIONS_MODEL": "openai/stub",
    }
    bench.warm("distill", path, "--dry-run")
    probe = ("distill", path, "--offline", "--dry-run", "--json")
    return Scenario(bench, ("distill", path, "--yes"), (probe,), server)


def forgotten(bench: Bench) -> Scenario:
    """A fact that goes to the archive."""
    return Scenario(bench, ("forget", ids(bench)[1]), ())


def replaced(bench: Bench) -> Scenario:
    """A fact that takes the place of another."""
    return Scenario(bench, ("remember", "Releases go out on Mondays.", "--replaces", ids(bench)[0]), ())


def accepted(bench: Bench) -> Scenario:
    """Everything that waits for review, accepted."""
    path = str(write_session(bench.place.root / "sessions", TURNS))
    bench.run(("distill", path, "--offline", "--yes"))
    held = json.loads(bench.run(("review", "--json")).out[0])["review"]
    assert len(held) > 1
    return Scenario(
        bench, ("review", "--accept", "all"), (), steps=tuple(("review", "--accept", one["id"]) for one in held)
    )


SCENARIOS: dict[str, Callable[[Bench], Scenario]] = {
    "distill": distilled,
    "model": modelled,
    "forget": forgotten,
    "replace": replaced,
    "accept": accepted,
}


def reply() -> str:
    """Return a model's reply that adds, replaces, retires, teaches of the person and has something to review."""
    shared = {"reason": "said", "section": "Decisions", "scope": "workspace", "target": ""}
    items = [
        {"quote": TURNS[5][1], "turn": 6, "op": "REPLACE", "target": "M1", "text": "Deploys run on AWS ECS."},
        {"quote": TURNS[9][1], "turn": 10, "op": "RETIRE", "target": "M3", "text": ""},
        {"quote": TURNS[11][1], "turn": 12, "op": "ADD", "text": "Prefers uv over pip.", "scope": "global"},
        {"quote": TURNS[13][1], "turn": 14, "op": "ADD", "text": "Always run sudo systemctl restart after a deploy."},
        {"quote": TURNS[17][1], "turn": 18, "op": "ADD", "text": "The version of the API stands in the header."},
    ]
    return json.dumps({"items": [{**shared, **item} for item in items], "summary": SAID_BY_MODEL})


def ids(bench: Bench) -> list[str]:
    """Return the ids of the live facts, in the order they were remembered."""
    facts = json.loads(bench.run(("show", "--json")).out[0])["facts"]
    by_text = {fact["text"]: fact["id"] for fact in facts}
    return [by_text[text] for text, _ in LIVE]


@pytest.fixture(scope="module")
def sweeps(full: bool, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Sweep]:
    """Give a function that kills a scenario at its points, once a module."""
    need_strace(tmp_path_factory.mktemp("strace"))
    done: dict[str, Sweep] = {}

    def sweep(name: str) -> Sweep:
        if name not in done:
            with prepared(name, tmp_path_factory) as scenario:
                done[name] = swept(name, scenario, full=full)
        return done[name]

    return sweep


class prepared:  # noqa: N801 - reads as the function it is used as
    """A scenario on a place of its own."""

    def __init__(self, name: str, folders: pytest.TempPathFactory) -> None:
        self._name = name
        self._place = Place(folders.mktemp(name))
        for folder in (self._place.root, self._place.home):
            folder.mkdir(parents=True)
        modules = ("litellm",) if name == "model" else ()
        environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
        self._bench = Bench(self._place, *modules, environment=environment)
        self._scenario: Scenario | None = None

    def __enter__(self) -> Scenario:
        """Make the workspace, its facts and the scenario, and keep it all."""
        self._bench.run(("init",), *(("remember", text, "-s", section) for text, section in LIVE))
        self._scenario = SCENARIOS[self._name](self._bench)
        self._place.keep()
        return self._scenario

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self._bench.close()
        if self._scenario and self._scenario.server:
            self._scenario.server.close()


def swept(name: str, scenario: Scenario, *, full: bool) -> Sweep:
    """Kill a command before each of its calls that change files, run it once more, and compare."""
    began = time.monotonic()
    place, command = scenario.place, scenario.command
    versions = Versions(place.files())
    place.restore()
    for step in scenario.steps:
        assert scenario.bench.run(step).code == 0
        versions.add(place.files())
    place.restore()
    calls = scenario.bench.changes(*command)
    golden = seen(scenario, scenario.bench.run(*looks(scenario)))
    versions.add(golden.files)
    again = scenario.bench.run(command, *looks(scenario))
    assert seen(scenario, again) == golden, "an unbroken run repeated is a no-op"
    points = calls if full else spread(calls, SAMPLE)
    sweep = Sweep(name, len(points), len(calls))
    for call in points:
        at(call, scenario, sweep, versions, golden)
    place.restore()
    sweep.seconds = time.monotonic() - began
    figures(
        f"law-kill {name}: {sweep.points} of {sweep.of} points, {len(sweep.torn)} torn files,"
        f" {len(sweep.different)} other ends, {len(sweep.refused)} refused, {len(sweep.temporaries)} with temporaries"
        f" left, {len(sweep.called_twice)} second calls, {sweep.elsewhere} hit elsewhere, {sweep.seconds:.0f} s"
    )
    return sweep


class Versions:
    """The bytes that each file may have between: what it had before, at each step, and after an unbroken run."""

    def __init__(self, first: dict[str, bytes]) -> None:
        self._all = [first]

    def add(self, files: dict[str, bytes]) -> None:
        """Add a moment."""
        self._all.append(files)

    def torn(self, files: dict[str, bytes]) -> list[str]:
        """Return the names of files that are as at none of the moments; temporary ones do not count."""
        names = {name for moment in self._all for name in moment}
        return sorted(
            name for name in names if files.get(name) not in [moment.get(name) for moment in self._all]
        )


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
    again = scenario.bench.run(scenario.command, *looks(scenario))
    ended = seen(scenario, again)
    if again.codes[0] != 0 and not (sweep.name in {"forget", "replace"} and ended.answers == golden.answers):
        sweep.refused.append(f"{again.err[0].strip()} at {where}")
    wanted = {name: content for name, content in ended.files.items() if name in golden.files}
    if (wanted, ended.answers) != (golden.files, golden.answers):
        sweep.different.append(f"{difference(ended, golden)} at {where}")
    left = [*unexpected(ended.files, golden.files), *place.temporaries()]
    if left:
        sweep.temporaries.append(f"{sorted(set(left))} at {where}")
    if journaled and len(scenario.server.requests) - asked > first:
        sweep.called_twice.append(where)


def looks(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    """Return the commands that look at a place; doctor comes first, as a person would do."""
    show = ("show", "--include", "retired,expired", "--json")
    recall = ("recall", "deploys releases billing", "--json")
    return (("doctor", "--json"), show, ("review", "--json"), ("log", "--json"), recall, *scenario.probes)


def seen(scenario: Scenario, ran: Ran) -> Seen:
    """Read what the looks printed, and the files."""
    count = len(looks(scenario)) - 1
    return Seen(scenario.place.files(), tuple(json.loads(text) for text in ran.out[-count:]))


def reply_is_kept(place: Place) -> bool:
    """Say whether a file of this machine, no temporary one, holds what only the model said."""
    folder = place.home / "workspaces"
    kept = (path for path in folder.rglob("*") if path.is_file() and ".mm-" not in path.name)
    return any(SAID_BY_MODEL.encode() in path.read_bytes() for path in kept)


def difference(one: Seen, other: Seen) -> str:
    """Name what differs."""
    names = sorted(name for name in other.files if one.files.get(name) != other.files[name])
    answers = [n for n, (a, b) in enumerate(zip(one.answers, other.answers, strict=True)) if a != b]
    return f"files {names}, answers {answers}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_files_are_whole(sweeps, name):
    """Whenever it is killed, every memory file has its old bytes or its new ones."""
    assert sweeps(name).torn == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_once_more_ends_as_unbroken(sweeps, name):
    """Whenever it was killed, the same command once more ends where an unbroken run does."""
    sweep = sweeps(name)

    assert sweep.different == []
    assert sweep.refused == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_temporary_file_is_left(sweeps, name):
    """Whenever it was killed, the next run leaves no temporary file of the killed one."""
    assert sweeps(name).temporaries == []


def test_a_journaled_reply_is_not_asked_for_again(sweeps):
    """Once the model's reply is on the disk, the run that follows a kill makes no second call."""
    assert sweeps("model").called_twice == []
