"""Masks secrets in what an extractor found, before anything of it is kept."""

from dataclasses import replace

from miminions.distiller.values import Extraction
from miminions.redact import redact


def masked(extraction: Extraction) -> Extraction:
    """Return an extraction without secrets; a masked candidate is rejected later, with its reason."""
    candidates = tuple(
        replace(one, text=redact(one.text), quote=redact(one.quote), reason=redact(one.reason))
        for one in extraction.candidates
    )
    return replace(
        extraction, candidates=candidates, summary=redact(extraction.summary), note=redact(extraction.note)
    )
