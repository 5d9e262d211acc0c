"""How well sessions are distilled: 22 labelled ones, by the rules and with the answers that a model gave.

`just law-distilling` prints the figures. The floors keep what was reached; they are no goals.
"""

import json

import pytest
from bench import figures
from labelled import Score, cases, score

from miminions.cli import run
from miminions.layout import Layout
from miminions.memory.folder import read_folder

CASES = cases()


@pytest.fixture
def distil(tmp_path, monkeypatch, capfd):
    """Distil a labelled session in a workspace of its own and return its decisions and the known facts by id."""

    def call(case, *words):
        root, home = tmp_path / case.name, tmp_path / f"{case.name}.home"
        root.mkdir()
        monkeypatch.setenv("MIMINIONS_HOME", str(home))
        monkeypatch.chdir(root)
        assert run(["init"]) == 0
        memory = root / "memory" / "MEMORY.md"
        memory.write_text(f"{memory.read_text('utf-8').rstrip()}\n{case.memory}", "utf-8")
        run(["fmt"])
        capfd.readouterr()
        labels = {one["text"]: one["id"] for one in case.labels["existing_memory"]}
        facts = read_folder(Layout(root)).facts.facts
        known = {fact.id: labels.get(fact.text.replace("#global", "").strip(), "") for fact in facts}
        assert run(["distill", str(case.transcript), "--yes", "--json", *words]) == 0
        return json.loads(capfd.readouterr()[0])["sessions"][0]["decisions"], known

    return call


def scored(distil, *words, served=None):
    """Return the score of what applies, and of that with what waits."""
    applied, all_of_it = Score(), Score()
    for case in CASES:
        if served is not None:
            served(case.reply)
        decisions, known = distil(case, *words)
        live = [one for one in decisions if one["status"] == "apply"]
        waiting = [one for one in decisions if one["status"] in {"apply", "review"}]
        applied += score(case, live, known)
        all_of_it += score(case, waiting, known)
    return applied, all_of_it


def critical(result):
    return [one for one in result.violations if one.startswith(("secret", "injection"))]


def test_by_the_rules(distil, capfd):
    """Without a model hardly anything wrong applies, and what waits holds most of what was said."""
    applied, with_review = scored(distil, "--offline")
    with capfd.disabled():
        figures(f"rules: {applied}\nrules, with review: {with_review}")

    assert critical(with_review) == []
    assert applied.precision >= 0.8
    assert with_review.recall >= 0.7
    assert with_review.precision >= 0.6


def test_with_a_models_answers(distil, model_server, monkeypatch, capfd):
    """What a model answers passes the gate where it is true."""
    server = model_server()
    monkeypatch.setenv("OPENAI_API_BASE", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "test")

    def served(reply):
        server.replies[:] = [reply]

    applied, with_review = scored(distil, "--model", "openai/stub", served=served)
    with capfd.disabled():
        figures(f"model: {applied}\nmodel, with review: {with_review}")

    assert critical(with_review) == []
    assert applied.recall >= 0.85
    assert applied.precision >= 0.95
    assert applied.changed >= 0.9 * applied.changes
