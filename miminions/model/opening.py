"""One door to every kind of model: by litellm, or by an agent client."""

from pathlib import Path

from miminions.model.agent_client import AgentModel
from miminions.model.agents import is_agent
from miminions.model.client import LiteLLM
from miminions.model.manners import Manners
from miminions.model.values import Model


def open_model(name: str, timeout: float, remembered: Path | None = None) -> Model:
    """Return the model of a name; `timeout` is in seconds, `remembered` the file of how models want to be asked."""
    if is_agent(name):
        return AgentModel(name, timeout=timeout)
    return LiteLLM(name, timeout=timeout, manners=Manners(remembered))
