"""What all tests share: a home of their own, no keys, and a model server on loopback."""

import os
from collections.abc import Callable, Iterator

import pytest
from model_server import ModelServer, Reply

from miminions.cli import run

_SETTINGS = (
    "MIMINIONS",
    "OPENAI_",
    "ANTHROPIC_",
    "AZURE_",
    "AWS_",
    "GEMINI_",
    "GOOGLE_",
    "OLLAMA_",
    "LITELLM_",
)
_KEYS = ("_API_KEY", "_API_BASE", "_BASE_URL", "_TOKEN")
_SECRETS = ("KEY", "TOKEN", "SECRET", "PASSW")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the person's home, settings and keys out of every test."""
    for name in os.environ:
        secret = any(word in name.upper() for word in _SECRETS)
        if secret or name.startswith(_SETTINGS) or name.endswith(_KEYS):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("MIMINIONS_HOME", str(home / ".miminions"))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def model_server() -> Iterator[Callable[..., ModelServer]]:
    """Give a function that starts a server answering with the given replies."""
    servers: list[ModelServer] = []

    def start(*replies: Reply) -> ModelServer:
        servers.append(ModelServer(replies) if replies else ModelServer())
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def cli(capfd, monkeypatch, tmp_path):
    """Run commands in a workspace's folder and return (exit code, stdout, stderr)."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def call(*words):
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    call.folder = folder
    return call


@pytest.fixture
def ws(cli):
    """The same, after `init`."""
    assert cli("init")[0] == 0
    return cli
