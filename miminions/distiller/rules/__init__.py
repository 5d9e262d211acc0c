"""The extractor that needs no model: cues mark what a person said to stay."""

from miminions.distiller.rules.extractor import NAME, extract

__all__ = ["NAME", "extract"]
