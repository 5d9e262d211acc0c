"""The agent clients that can answer with a subscription in the place of a key: what they are called and how they are asked."""

import shutil
from dataclasses import dataclass

from miminions.errors import ModelMissingError

AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Agent:
    """A client: the program, what people call it, where it sends, how many tokens it reads at once."""

    program: str
    title: str
    company: str
    window: int
    sign_in: str
    install: str

    @property
    def receiver(self) -> str:
        """Who is sent what it is asked."""
        return f"your own {self.title} (its subscription; {self.company})"


CLAUDE = Agent(
    "claude",
    "Claude Code",
    "Anthropic",
    150_000,
    "Run `claude` once and sign in with /login.",
    "https://code.claude.com",
)
CODEX = Agent(
    "codex", "Codex", "OpenAI", 200_000, "Run `codex login`.", "https://developers.openai.com/codex/cli"
)
AGENTS = (CLAUDE, CODEX)


def is_agent(name: str) -> bool:
    """Tell whether a model's name means an agent client: `agent`, `agent:claude`, `agent:claude/haiku`."""
    return name == AGENT or name.startswith(f"{AGENT}:")


def agent_named(name: str) -> Agent:
    """Return the client that a name means; `agent` is the first that is installed. Raises ModelMissingError."""
    wanted = name.partition(":")[2].partition("/")[0]
    if name == AGENT:
        return next((one for one in AGENTS if shutil.which(one.program)), CLAUDE)
    for one in AGENTS:
        if one.program == wanted:
            return one
    raise ModelMissingError(
        f"there is no agent client named {wanted!r}",
        hint=f"There are: {', '.join(f'{AGENT}:{one.program}' for one in AGENTS)}. `{AGENT}` takes the first that is installed.",
    )


def program_of(name: str) -> tuple[Agent, str]:
    """Return the client that a name means and the path of its program. Raises ModelMissingError."""
    agent = agent_named(name)
    path = shutil.which(agent.program)
    if path is None:
        missing = "no agent client is" if name == AGENT else f"{agent.title} is not"
        raise ModelMissingError(
            f"{missing} installed here: there is no `{agent.program}` on the PATH",
            hint=f"Install it ({agent.install}), or choose a model as provider/model.",
        )
    return agent, path


def model_of(name: str) -> str:
    """Return the client's own model that a name asks for, empty for the one that it takes by itself."""
    return name.partition(":")[2].partition("/")[2]
