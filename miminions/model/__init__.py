"""The door to language models, and the only import of litellm: messages go out, text and its cost come back."""

from miminions.model.client import LiteLLM
from miminions.model.providers import check_name, missing_keys, preload, price, receiver, tokens, window
from miminions.model.values import Message, Model, Price, Reply, Stream, Usage

__all__ = [
    "LiteLLM",
    "Message",
    "Model",
    "Price",
    "Reply",
    "Stream",
    "Usage",
    "check_name",
    "missing_keys",
    "preload",
    "price",
    "receiver",
    "tokens",
    "window",
]
