"""eval: how well memory answers questions whose answers are known."""

from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, Embedder, WorkspaceName, open_workspace
from miminions.cli.recall import Within, kinds_of
from miminions.cli.render import say, say_json, table, talk
from miminions.errors import FileError, UsageError
from miminions.evaluation import Figures, Question, Result, evaluate, figures, read_questions, ref
from miminions.index import Query


def evaluate_memory(
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS.jsonl",
            help='One question a line: {"id", "question", "asked_at"?, "expect"?}; `expect` is a fact\'s id, session#turn, document#passage (of a PDF #page), or a list.',
        ),
    ],
    *,
    within: Within = "facts,history",
    limit: Annotated[int, typer.Option("-k", min=1, help="How many hits a question gets.")] = 20,
    embedder: Embedder = None,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Test your memory with questions: how much of what they should find is found, and how near the top."""
    asked = _read(questions)
    ws = open_workspace(workspace, **{"index.embedder": embedder})
    template = Query("", ws.today, kinds_of(within), limit)
    answered = list(evaluate(asked, ws.asker().ask, template))
    results = [result for result, _ in answered]
    if reason := next((reason for _, reason in answered if reason), None):
        talk(f"degraded: {reason}")
    found = figures(results, limit)
    if as_json:
        recall = {str(cut): value for cut, value in found.recall.items()}
        say_json({"results": [_result(one) for one in results], "recall": recall, "mrr": found.mrr})
    else:
        _print(results, found, limit)


def _read(path: Path) -> tuple[Question, ...]:
    try:
        return read_questions(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as problem:
        raise UsageError(f"{path} is not UTF-8", hint="save it as UTF-8") from problem
    except OSError as problem:
        raise FileError(
            f"{path} cannot be read: {problem.strerror}",
            hint="give a file of questions, one JSON object a line",
        ) from problem


def _print(results: list[Result], found: Figures, limit: int) -> None:
    """Print the figures and the questions that missed, and what was found for those without an expected answer."""
    if found.mrr is not None:
        named = [(f"recall@{cut}", f"{value:.3f}") for cut, value in found.recall.items()]
        table(("", ""), [("questions", str(found.questions)), *named, ("MRR", f"{found.mrr:.3f}")])
    for result in results:
        if result.question.expect and result.rank is None:
            say(f"missed in {limit}: {result.question.id} {result.question.text}")
    free = [result for result in results if not result.question.expect]
    if free:
        table(("id", "question", "ref", "text"), [_line(result) for result in free], wide=3)


def _line(result: Result) -> tuple[str, str, str, str]:
    first = result.hits[0] if result.hits else None
    found = (ref(first), first.text) if first else ("", "nothing found")
    return (str(result.question.id), result.question.text, *found)


def _result(result: Result) -> dict[str, object]:
    hits = [{"ref": ref(hit), "score": hit.score} for hit in result.hits]
    return {"id": result.question.id, "hits": hits, "ms": result.ms}
