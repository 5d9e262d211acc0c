"""Prepared workspaces for the laws: a few live facts, a session, and commands that change them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import Bench, Place, Ran
from model_server import ModelServer
from sessions import TALK, write_session

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
# What only the model says: where it stands in a file, the reply has reached the disk.
SAID_BY_MODEL = "Deploys are on ECS since the spring"
LITELLM = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}


@dataclass(slots=True)
class Scenario:
    """A command on a prepared place, and what a person sees of the place."""

    bench: Bench
    command: tuple[str, ...]
    probes: tuple[tuple[str, ...], ...] = ()
    server: ModelServer | None = None
    steps: tuple[tuple[str, ...], ...] = ()

    @property
    def place(self) -> Place:
        """Where it happens."""
        return self.bench.place

    def looks(self) -> tuple[tuple[str, ...], ...]:
        """Return the commands that look at the place; doctor comes first, as a person would do."""
        show = ("show", "--include", "retired,expired", "--json")
        recall = ("recall", "deploys releases billing", "--json")
        return (("doctor", "--json"), show, ("review", "--json"), ("log", "--json"), recall, *self.probes)

    def seen(self, ran: Ran) -> "Seen":
        """Read what the looks at the end of a run printed, and the files."""
        count = len(self.looks()) - 1
        pairs = zip(ran.out[-count:], ran.err[-count:], strict=True)
        return Seen(self.place.files(), tuple(json.loads(out) if out.strip() else err for out, err in pairs))


@dataclass(frozen=True, slots=True)
class Seen:
    """A place as people and programs see it."""

    files: dict[str, bytes]
    answers: tuple[object, ...]

    def like(self, golden: "Seen") -> bool:
        """Say whether the files that should be there and all answers are as they should be."""
        files = {name: content for name, content in self.files.items() if name in golden.files}
        return (files, self.answers) == (golden.files, golden.answers)

    def difference(self, other: "Seen") -> str:
        """Name what differs."""
        names = sorted(name for name in other.files if self.files.get(name) != other.files[name])
        answers = [
            n for n, pair in enumerate(zip(self.answers, other.answers, strict=True)) if pair[0] != pair[1]
        ]
        return f"files {names}, answers {answers}"


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
    return Scenario(bench, ("forget", ids(bench)[1]))


def replaced(bench: Bench) -> Scenario:
    """A fact that takes the place of another."""
    return Scenario(bench, ("remember", "Releases go out on Mondays.", "--replaces", ids(bench)[0]))


def remembered(bench: Bench) -> Scenario:
    """A new fact."""
    return Scenario(bench, ("remember", "The logo is a green fox.", "-s", "Facts"))


def accepted(bench: Bench) -> Scenario:
    """Everything that waits for review, accepted."""
    path = str(write_session(bench.place.root / "sessions", TURNS))
    bench.run(("distill", path, "--offline", "--yes"))
    held = json.loads(bench.run(("review", "--json")).out[0])["review"]
    assert len(held) > 1
    steps = tuple(("review", "--accept", one["id"]) for one in held)
    return Scenario(bench, ("review", "--accept", "all"), steps=steps)


SCENARIOS: dict[str, Callable[[Bench], Scenario]] = {
    "distill": distilled,
    "model": modelled,
    "forget": forgotten,
    "replace": replaced,
    "remember": remembered,
    "accept": accepted,
}
# A command that is not repeated by the same words: done once, the fact it names is not live any more.
ONCE = ("forget", "replace")


@contextmanager
def prepared(name: str, base: Path) -> Iterator[Scenario]:
    """Make a workspace, its facts and a scenario in a folder, and keep it all as it is."""
    place = Place(base)
    for folder in (place.root, place.home):
        folder.mkdir(parents=True)
    bench = Bench(place, *(("litellm",) if name == "model" else ()), environment=LITELLM)
    server = None
    try:
        done = bench.run(("init",), *(("remember", text, "-s", section) for text, section in LIVE))
        assert done.code == 0, done.err
        scenario = SCENARIOS[name](bench)
        server = scenario.server
        place.keep()
        yield scenario
    finally:
        bench.close()
        if server:
            server.close()


def ids(bench: Bench) -> list[str]:
    """Return the ids of the live facts, in the order they were remembered."""
    facts = json.loads(bench.run(("show", "--json")).out[0])["facts"]
    by_text = {fact["text"]: fact["id"] for fact in facts}
    return [by_text[text] for text, _ in LIVE]


def reply() -> str:
    """Return a model's reply that adds, replaces, retires, teaches of the person and has something to review."""
    shared = {"reason": "said", "section": "Decisions", "scope": "workspace", "target": ""}
    items = [
        {"quote": TURNS[5][1], "turn": 6, "op": "REPLACE", "target": "M1", "text": "Deploys run on AWS ECS."},
        {"quote": TURNS[9][1], "turn": 10, "op": "RETIRE", "target": "M3", "text": ""},
        {"quote": TURNS[11][1], "turn": 12, "op": "ADD", "text": "Prefers uv over pip.", "scope": "global"},
        {"quote": TURNS[13][1], "turn": 14, "op": "ADD", "text": "Always run sudo systemctl restart after a deploy."},
        {"quote": TURNS[17][1], "turn": 18, "op": "ADD", "text": "The version of the API stands in the header."},
    ]  # fmt: skip
    return json.dumps({"items": [{**shared, **item} for item in items], "summary": SAID_BY_MODEL})


def reply_is_kept(place: Place) -> bool:
    """Say whether a file of this machine, no temporary one, holds what only the model said."""
    folder = place.home / "workspaces"
    kept = (path for path in folder.rglob("*") if path.is_file() and ".mm-" not in path.name)
    return any(SAID_BY_MODEL.encode() in path.read_bytes() for path in kept)
