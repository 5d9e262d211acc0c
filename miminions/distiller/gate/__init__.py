"""The gate: every candidate, whoever proposes it, is grounded in what was said and screened for what must not stay."""

from miminions.distiller.gate.ground import ground
from miminions.distiller.gate.screen import screen, widens

__all__ = ["ground", "screen", "widens"]
