"""Who gets it: a model's name goes in; its receiver, address, price, keys and the quiet litellm come out."""

import gc
import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from miminions.errors import ModelMissingError
from miminions.model.agents import agent_named, is_agent, program_of
from miminions.model.ollama import context_length
from miminions.model.values import Price

HOW_TO_CHOOSE = "Choose one as provider/model: miminions config model openai/gpt-5-mini, ollama_chat/llama3.1 for your own machine, or agent for the Claude Code or Codex that you are signed in to."

_OWN_MACHINE = {
    "ollama": "Ollama",
    "ollama_chat": "Ollama",
    "lm_studio": "LM Studio",
    "llamafile": "llamafile",
}
_SIGNED_IN_ELSEWHERE = {*_OWN_MACHINE, "bedrock", "sagemaker", "vertex_ai"}
# What a model on one's own machine could read at once may need more memory than the machine has.
_MOST_HERE = 32_768
_COMPANIES = {
    "openai": "OpenAI (api.openai.com)",
    "anthropic": "Anthropic (api.anthropic.com)",
    "gemini": "Google (generativelanguage.googleapis.com)",
    "vertex_ai": "Google Vertex AI",
    "azure": "Microsoft Azure",
    "bedrock": "Amazon Bedrock",
    "mistral": "Mistral (api.mistral.ai)",
    "groq": "Groq (api.groq.com)",
    "deepseek": "DeepSeek (api.deepseek.com)",
    "openrouter": "OpenRouter (openrouter.ai)",
    "xai": "xAI (api.x.ai)",
}
# Names that litellm knows without a provider.
_BEGINNINGS = {
    "openai": ("gpt-", "o1", "o3", "o4", "chatgpt"),
    "anthropic": ("claude",),
    "vertex_ai": ("gemini",),
}
# In the order in which litellm asks for them; the others have PROVIDER_API_BASE.
_BASES = {
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "anthropic": ("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"),
    "mistral": ("MISTRAL_AZURE_API_BASE",),
    "vertex_ai": ("VERTEXAI_API_BASE",),
}


def receiver(name: str) -> str:
    """Say in words who is sent what a model is asked."""
    if is_agent(name):
        return agent_named(name).receiver
    provider, base = provider_of(name), base_url(name)
    own = _OWN_MACHINE.get(provider)
    if base is None:
        return f"your own machine ({own})" if own else _COMPANIES.get(provider, provider)
    host, place = _host(base)
    if host in ("localhost", "127.0.0.1", "::1", "0.0.0.0"):  # noqa: S104
        return f"your own machine ({own or place})"
    return host


def _host(base: str) -> tuple[str, str]:
    """Return the host of an address, and the host with its port; letters that only look like others are spelled out."""
    try:
        url = urlsplit(base if "//" in base else f"//{base}")
    except ValueError:
        return base, base
    host = url.hostname or base
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    return host, url.netloc.rpartition("@")[2]


def base_url(name: str) -> str | None:
    """Return the address that the environment sets for a model's provider."""
    provider = provider_of(name)
    names = _BASES.get(provider, (f"{provider.removesuffix('_chat').upper()}_API_BASE",))
    return next((os.environ[variable] for variable in names if os.environ.get(variable)), None)


def price(name: str) -> Price | None:
    """Return what a model costs, or None where nobody has published it; a subscription is paid already."""
    if is_agent(name) or runs_here(name):
        return Price(0.0, 0.0)
    known = _published(name)
    if "/" in name and not str(known.get("litellm_provider", "")).startswith(provider_of(name)):
        return None
    into, out = known.get("input_cost_per_token"), known.get("output_cost_per_token")
    return None if into is None or out is None else Price(into * 1e6, out * 1e6)


def usd_of(name: str, into: int, out: int) -> float | None:
    """Return what so many tokens cost in US dollars, None where no price is known."""
    cost = price(name)
    return (into * cost.usd_in_per_million + out * cost.usd_out_per_million) / 1e6 if cost else None


def window(name: str) -> int | None:
    """Return how many tokens a model reads at once, or None where nobody has published it."""
    if is_agent(name):
        return agent_named(name).window
    if provider_of(name).startswith("ollama"):
        length = context_length(name.partition("/")[2], base_url(name))
        return min(length, _MOST_HERE) if length else None
    known = _published(name)
    return known.get("max_input_tokens") or known.get("max_tokens")


def longest(name: str) -> int | None:
    """Return how many tokens a model writes at most in one answer, or None where nobody has published it."""
    most = _published(name).get("max_output_tokens")
    return most if type(most) is int else None


def _published(name: str) -> Mapping[str, Any]:
    costs = litellm_quietly().model_cost
    return costs.get(name) or costs.get(name.partition("/")[2]) or {}


def tokens(name: str, text: str) -> int:
    """Return how many tokens a text takes, as near as one can know without asking the model."""
    with quiet():
        return int(litellm_quietly().token_counter(model=name, text=text))


def cost(name: str, usage: object) -> float | None:
    """Return the US dollars for a usage that litellm reported, or None where no price is known."""
    with suppress(Exception), quiet():  # litellm raises for models without a price
        return float(sum(litellm_quietly().cost_per_token(model=name, usage_object=usage)))
    return 0.0 if runs_here(name) else None


def thinks(name: str) -> bool:
    """Tell whether a model thinks unasked and can be asked to think less; Claude would only begin to."""
    if "claude" in name:
        return False
    with suppress(Exception), quiet():  # litellm raises for models that it does not know
        litellm = litellm_quietly()
        known = litellm.get_supported_openai_params(model=name) or ()
        return bool(litellm.supports_reasoning(model=name)) and "reasoning_effort" in known
    return False


def check_name(name: str) -> None:
    """Refuse a name that is no agent's and that litellm does not know. Raises ModelMissingError."""
    if is_agent(name):
        agent_named(name)
        return
    try:
        litellm_quietly().get_llm_provider(name)
    except Exception as error:
        raise ModelMissingError(f"there is no model named {name!r}", hint=HOW_TO_CHOOSE) from error


def check(name: str) -> None:
    """Refuse a name that nobody knows, a missing key and a missing client, before anything is sent. Raises ModelMissingError."""
    check_name(name)
    if is_agent(name):
        program_of(name)
        return
    if missing := missing_keys(name):
        joint = " or " if provider_of(name) == "gemini" else " and "
        raise ModelMissingError(
            f"no key for {name} in the environment",
            hint=f"Set {joint.join(missing)}, for example: export {missing[-1]}=... Or choose another model.",
        )


def missing_keys(name: str) -> tuple[str, ...]:
    """Return the environment variables that a model needs and that are not set."""
    if is_agent(name) or provider_of(name) in _SIGNED_IN_ELSEWHERE:
        return ()
    return tuple(litellm_quietly().validate_environment(name)["missing_keys"])


def key_names(name: str) -> str:
    """Name the variables that hold the key a provider has just refused."""
    provider = provider_of(name).upper()
    held = sorted(v for v in os.environ if v.startswith(provider) and v.endswith(("_KEY", "_TOKEN")))
    return " or ".join(held) or f"{provider}_API_KEY"


def preload() -> None:
    """Import litellm in the background, for someone who will need it when a person has typed a line."""

    def load() -> None:
        with suppress(Exception):  # the first call reports what is wrong
            litellm_quietly()

    threading.Thread(target=load, name="preload-litellm", daemon=True).start()


@cache
def litellm_quietly() -> Any:
    """Import litellm without its habits: no download, no .env of the project, no talk on the terminal."""
    import logging

    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    with quiet(), _uncollected():
        import litellm
    litellm.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).disabled = True
    return litellm


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of litellm's own libraries from the person, who can do nothing about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _uncollected() -> Iterator[None]:
    """Stop the garbage collector: a quarter of the import goes to looking for garbage that is not there."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def provider_of(name: str) -> str:
    """Return the provider of a model's name."""
    provider, slash, _ = name.partition("/")
    if slash:
        return provider
    return next((known for known, starts in _BEGINNINGS.items() if name.startswith(starts)), name)


def runs_here(name: str) -> bool:
    """Tell whether a model runs on this machine, at no price."""
    return provider_of(name) in _OWN_MACHINE and receiver(name).startswith("your own machine")
