"""What the laws share: `--full` runs a law as it is published, without it a small fixed sample runs."""

import os

import pytest

# These fork processes, which Windows cannot.
FORKING = ("kill", "errors", "storm", "race", "hammer", "state")
collect_ignore = [f"test_{name}.py" for name in FORKING] if os.name == "nt" else []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that asks for whole laws."""
    parser.addoption(
        "--full", action="store_true", default=False, help="run the laws whole; takes minutes each"
    )


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Say whether whole laws were asked for."""
    # Where no law was named on the command line, pytest reads this file too late to know the option.
    return bool(request.config.getoption("--full", default=False))
