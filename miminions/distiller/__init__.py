"""The distiller: transcript in, plan out, memory files changed once; extractors propose, the gate decides."""

from miminions.distiller.api import MemoryDistiller, llm_filter, open_distiller
from miminions.distiller.apply import preview
from miminions.distiller.ask.extractor import ModelExtractor
from miminions.distiller.report import report_of
from miminions.distiller.rules.extractor import extract as by_rules
from miminions.distiller.run import Distiller
from miminions.distiller.values import (
    Add,
    Candidate,
    Decision,
    Extraction,
    Extractor,
    Keep,
    Material,
    Plan,
    Replace,
    Report,
    Retire,
)

__all__ = [
    "Add",
    "Candidate",
    "Decision",
    "Distiller",
    "Extraction",
    "Extractor",
    "Keep",
    "Material",
    "MemoryDistiller",
    "ModelExtractor",
    "Plan",
    "Replace",
    "Report",
    "Retire",
    "by_rules",
    "llm_filter",
    "open_distiller",
    "preview",
    "report_of",
]
