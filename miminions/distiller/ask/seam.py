"""The documented seam: a caller's `llm_filter` becomes an extractor, and its bare strings get their quotes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from miminions.distiller.language.sentences import sentences
from miminions.distiller.language.words import words_of
from miminions.distiller.read import own_words
from miminions.distiller.values import Candidate, Extraction, Material, Scope
from miminions.errors import ModelError
from miminions.memory.facts import Fact

CONTAINED = 0.6
Filter = Callable[..., Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class FilterExtractor:
    """Calls `llm_filter(transcript=, workspace=, root_path=, session_id=)` and lifts its answer to candidates.

    The transcript is a list of {"role", "content", "timestamp", "turn"}; the answer holds `history_summary` (a line),
    `workspace_facts` and `global_insights` (lists of sentences).
    """

    llm_filter: Filter
    root: Path

    def __call__(self, material: Material, facts: tuple[Fact, ...]) -> Extraction:  # noqa: ARG002  # the filter has no such argument
        """Return the filter's facts, each with the sentence of the user's it rests on. Raises ModelError."""
        answer = self.llm_filter(
            transcript=messages(material),
            workspace=material.workspace,
            root_path=str(self.root),
            session_id=material.session,
        )
        if not isinstance(answer, Mapping):
            raise ModelError(
                f"llm_filter returned {type(answer).__name__}, not a mapping",
                hint='return {"history_summary": ..., "workspace_facts": [...], "global_insights": [...]}',
            )
        candidates = [
            *_lifted(material, answer.get("workspace_facts"), "Facts", "workspace"),
            *_lifted(material, answer.get("global_insights"), "Insights", "global"),
        ]
        summary = " ".join(str(answer.get("history_summary") or "").split())
        return Extraction(tuple(candidates), summary, getattr(self.llm_filter, "__name__", "llm_filter"))


def messages(material: Material) -> list[dict[str, object]]:
    """Return the new turns in the shape that a filter gets."""
    return [
        {
            "role": turn.role,
            "content": turn.text,
            "timestamp": turn.time.isoformat() if turn.time else None,
            "turn": turn.number,
        }
        for turn in material.new
    ]


def _lifted(material: Material, texts: object, section: str, scope: Scope) -> Iterable[Candidate]:
    for text in texts if isinstance(texts, list | tuple) else ():
        plain = " ".join(str(text).split())
        if plain:
            quote, turn = _best(plain, material)
            yield Candidate(plain, section, scope, quote, turn, basis="found")


def _best(text: str, material: Material) -> tuple[str, int]:
    """Return the user's sentence that holds most of a text's words, and its turn; an empty one when none holds enough."""
    wanted = words_of(text)
    best, quote, number = 0.0, "", 0
    for turn in material.new:
        for sentence in sentences(own_words(turn.text)) if turn.role == "user" else ():
            share = len(wanted & words_of(sentence)) / len(wanted) if wanted else 0.0
            if share > best:
                best, quote, number = share, sentence, turn.number
    return (quote, number) if best >= CONTAINED else ("", 0)
