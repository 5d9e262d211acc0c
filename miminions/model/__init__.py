"""The door to language models, and the only import of litellm: messages go out, text and its cost come back."""

from miminions.model.agent_client import FOLDER_MARK, AgentModel
from miminions.model.agents import is_agent
from miminions.model.client import LiteLLM
from miminions.model.embedding import embeddings
from miminions.model.manners import Manner, Manners
from miminions.model.opening import open_model
from miminions.model.providers import (
    check,
    check_name,
    longest,
    missing_keys,
    preload,
    price,
    receiver,
    tokens,
    usd_of,
    window,
)
from miminions.model.values import SHAPES, Around, Message, Model, Price, Reply, Shape, Stream, Usage

__all__ = [
    "FOLDER_MARK",
    "SHAPES",
    "AgentModel",
    "Around",
    "LiteLLM",
    "Manner",
    "Manners",
    "Message",
    "Model",
    "Price",
    "Reply",
    "Shape",
    "Stream",
    "Usage",
    "check",
    "check_name",
    "embeddings",
    "is_agent",
    "longest",
    "missing_keys",
    "open_model",
    "preload",
    "price",
    "receiver",
    "tokens",
    "usd_of",
    "window",
]
