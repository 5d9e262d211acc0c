"""demo."""


def demo() -> None:
    """Play a memory's whole life in a temporary folder."""
