"""The documented Python face of the distiller: `MemoryDistiller` and the built-in `llm_filter`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from miminions.distiller.ask.extractor import ModelExtractor
from miminions.distiller.ask.seam import Filter, FilterExtractor
from miminions.distiller.budget import Budget, Metered
from miminions.distiller.rules.extractor import extract as by_rules
from miminions.distiller.run import Distiller
from miminions.distiller.spending import Spending
from miminions.distiller.values import Extractor, Material, Report
from miminions.errors import NotFoundError, UsageError
from miminions.keeper import Keeper
from miminions.layout import Home, Layout, home_of
from miminions.memory.folder import read_folder
from miminions.model import open_model
from miminions.registry import check_trust
from miminions.settings import Settings, current_environment, load, tighter
from miminions.transcripts import Role, Turn, read_transcript
from miminions.transcripts.turns import as_time, local

_ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant", "tool": "tool"}


def open_distiller(layout: Layout, home: Home, settings: Settings, extractor: Extractor) -> Distiller:
    """Wire a distiller for a workspace. Raises WorkspaceMissingError and NotTrustedError."""
    state = read_folder(layout)
    personal = layout == home.personal
    identity = "personal" if personal else state.identity
    if not personal:
        check_trust(home, identity, layout.root)
    share = tighter(state.share, settings.text("share"))
    # A workspace can keep sessions from writing, never let them write more than the person does.
    mode = "inbox" if state.write_mode == "inbox" else settings.text("distill.write")
    keeper = Keeper(layout, home.personal, home.local(identity), home.local("personal"))
    return Distiller(keeper, extractor, share, mode)


def budget_of(settings: Settings, home: Home, clock: Callable[[], datetime]) -> Budget:
    """Return what one command may spend, given what the day has cost."""
    per_run, per_day = settings.amount("model.usd_per_run"), settings.amount("model.usd_per_day")
    return Budget(Spending(home.spending), per_run, per_day, clock)


def built_in(settings: Settings, home: Home, budget: Budget, folders: tuple[Path, ...] = ()) -> Extractor:
    """Return the extractor in effect: the model that the person chose, within the budget, else the rules."""
    name = settings.text("model")
    if not name:
        return by_rules
    model = open_model(name, settings.number("model.timeout"), home.models)
    return ModelExtractor(Metered(model, budget), folders)


class MemoryDistiller:
    """Distils a workspace's sessions through any filter.

    `llm_filter(transcript=, workspace=, root_path=, session_id=)` returns {"history_summary": str,
    "workspace_facts": [str], "global_insights": [str]}; without one the built-in extractor does the work. What a
    filter returns passes the same gate as everything else: a fact needs a sentence of the user's it rests on.
    """

    def __init__(
        self,
        llm_filter: Filter | None = None,
        *,
        home: str | Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._filter = llm_filter
        self._home = home
        self._clock = clock

    def distill_session(self, workspace: object, root_path: str | Path, session_id: str) -> Report:
        """Distil `<root_path>/sessions/<session_id>.jsonl` into the workspace's memory and return what became of it.

        `workspace` is a label, or anything with a `name`; the files decide. Raises WorkspaceMissingError,
        NotTrustedError, NotFoundError, ModelError and FileError; nothing is written then.
        """
        layout = Layout(Path(root_path).expanduser().absolute())
        home = Home(Path(self._home).absolute()) if self._home else home_of(current_environment())
        settings = load(home.config, current_environment())
        extractor = (
            FilterExtractor(self._filter, layout.root)
            if self._filter
            else built_in(settings, home, budget_of(settings, home, self._clock))
        )
        distiller = open_distiller(layout, home, settings, extractor)
        path = layout.sessions / f"{session_id}.jsonl"
        if Path(session_id).name != session_id or not path.is_file():
            label = getattr(workspace, "name", workspace)
            raise NotFoundError(
                f"{label} has no session {session_id}",
                hint=f"transcripts lie in {layout.sessions} as ID.jsonl",
            )
        transcript = read_transcript(path)
        return distiller.at(transcript).distill(transcript, now=self._clock())


def llm_filter(
    *, transcript: Sequence[Mapping[str, object]], workspace: object, root_path: str | Path, session_id: str
) -> dict[str, object]:
    """Return what the built-in extractor (the chosen model, else the rules) finds in a list of messages.

    Messages are {"role", "content", "timestamp"?}. The answer is {"history_summary": str, "workspace_facts": [str],
    "global_insights": [str]}; nothing is written. Raises UsageError and ModelError.
    """
    turns = tuple(_turn(number, message) for number, message in enumerate(transcript, 1))
    name = str(getattr(workspace, "name", workspace) or Path(root_path).name)
    material = Material(session_id, name, tuple(t for t in turns if t), 1, len(turns), None)
    home = home_of(current_environment())
    settings = load(home.config, current_environment())
    extraction = built_in(settings, home, budget_of(settings, home, lambda: datetime.now(UTC)))(material, ())
    return {
        "history_summary": extraction.summary,
        "workspace_facts": [c.text for c in extraction.candidates if c.scope == "workspace"],
        "global_insights": [c.text for c in extraction.candidates if c.scope == "global"],
    }


def _turn(number: int, message: Mapping[str, object]) -> Turn | None:
    role, content = message.get("role"), message.get("content")
    if not isinstance(content, str):
        raise UsageError(f"message {number} has no text `content`", hint="give {'role': ..., 'content': ...}")
    known = _ROLES.get(str(role))
    time = as_time(message.get("timestamp"))
    return Turn(number, known, content, time and local(time)) if known else None
