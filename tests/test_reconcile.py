"""Reconciling: what a change keeps, what it may take away, and whose memory a text goes to."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from distilling import command, item, make_shop, reply, serve
from sessions import write_session

from miminions.cli import run
from miminions.distiller.confidence import Evidence, confidence
from miminions.distiller.gate.ground import ground
from miminions.distiller.reconcile.clauses import carried
from miminions.distiller.reconcile.limits import capped
from miminions.distiller.reconcile.match import Known, match
from miminions.distiller.reconcile.route import routed
from miminions.distiller.reconcile.twins import with_twins
from miminions.distiller.values import Add, Candidate, Judged, Keep, Material, Replace, Retire
from miminions.layout import Layout, home_of
from miminions.memory.folder import read_folder
from miminions.memory.ids import birth
from miminions.transcripts import Turn
from miminions.workspace.init import make_workspace

NOON = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
FACTS = (
    "Deploys run on Heroku, from main, and only after 18:00.",
    "Backups keep 7 days.",
    "Ana maintains the billing module.",
    "The counter app reads the sailings table.",
)


@pytest.fixture
def known(tmp_path):
    """Return a function that reads what is known from facts."""

    def written(*facts, section="Facts", archive=(), **given):
        layout = Layout(tmp_path)
        layout.memory.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"- {text} <!-- mm:{birth(text)} -->\n" for text in facts)
        layout.memory.write_text(f"## {section}\n{lines}", "utf-8")
        gone = (f"- {text} <!-- mm:{birth(text)} until=2026-01-01 why={why} -->\n" for text, why in archive)
        layout.archive.write_text("".join(gone), "utf-8")
        return Known(read_folder(layout), (), "s", **given)

    return written


def decided(known, text, quote=None, **given):
    one = Candidate(text, "Decisions", "workspace", text if quote is None else quote, 1, **given)
    return match(Judged(one), known, frozenset())


@pytest.mark.parametrize(
    ("old", "new", "quote", "kept"),
    [
        (FACTS[0], "Deploys run on ECS.", "we moved deploys from heroku to ecs", "Deploys run on ECS; from main, and only after 18:00."),
        ("Alerts go to ntfy, never email.", "Alerts go to Telegram.", "send alerts to telegram", "Alerts go to Telegram; never email."),
        ("Images: at most 200 KB a page, served as WebP.", "Images are AVIF only.", "avif it is, drop webp", "Images are AVIF only; Images: at most 200 KB a page."),
        ("The bridge is slow; its MTU must stay at 1440.", "The bridge has MTU 1500.", "the bridge is at 1500 again", "The bridge has MTU 1500."),
        ("Backups keep 7 days.", "Backups keep 9 days.", "keep 9 days", "Backups keep 9 days."),
    ],
)  # fmt: skip
def test_clauses_are_kept(old, new, quote, kept):
    """A clause that neither the quote touches nor the new text says anew is carried over."""
    assert carried(old, new, quote, 320).text == kept


def test_what_would_be_lost_waits(known):
    """Where the kept clauses do not fit, the change waits and says what it would lose."""
    old = f"Deploys run on Heroku, {'from a long list of machines, ' * 9}and after noon."
    facts = known(old)
    decision = decided(
        facts,
        f"Deploys run on {'E' * 150}.",
        "deploys moved away from heroku",
        op="replace",
        target=birth(old),
    )

    assert decision.judged.status == "review"
    assert decision.judged.reason.startswith("it would lose: from a long list of machines")


def test_a_change_takes_no_clause_along(known):
    """The new fact has an id of its own, for the text with the kept clauses."""
    facts = known(*FACTS)
    decision = decided(
        facts, "Deploys run on ECS.", "deploys moved from heroku to ecs", op="replace", target=birth(FACTS[0])
    )

    assert isinstance(decision, Replace)
    assert decision.judged.status == "apply"
    assert decision.judged.candidate.text == "Deploys run on ECS; from main, and only after 18:00."
    assert decision.id == birth(decision.judged.candidate.text)


def test_a_wrong_target(known):
    """A change that names the wrong fact, or none, finds the one it is plainly about; else nothing is replaced."""
    facts = known(*FACTS)
    for target in (birth(FACTS[2]), "nobody", None):
        found = decided(
            facts, "Backups keep 30 days.", "backups keep 30 days now", op="replace", target=target
        )
        assert isinstance(found, Replace), target
        assert found.target.text == FACTS[1]
    lost = decided(facts, "Lunch is at noon.", op="replace", target=birth(FACTS[2]))
    assert isinstance(lost, Add)
    assert lost.judged.status == "review"
    same = decided(facts, "Backups keep 7 days.", op="replace", target=birth(FACTS[2]))
    assert isinstance(same, Keep)


@pytest.mark.parametrize(
    ("quote", "status", "reason"),
    [
        ("forget about the backups", "apply", ""),
        ("backups are cancelled", "apply", ""),
        ("wir machen keine backups mehr", "apply", ""),
        ("backups keep nine days", "review", "the quote takes nothing back, it says something else"),
        ("forget that", "review", "the quote does not name what it takes back"),
    ],
)
def test_retiring_needs_words_that_take_back(known, quote, status, reason):
    """A fact is retired by words that name it and take it back; a contradiction waits."""
    decision = decided(known(*FACTS), FACTS[1], quote, op="retire", target=birth(FACTS[1]))

    assert isinstance(decision, Retire)
    assert (decision.judged.status, decision.judged.reason) == (status, reason)


@pytest.mark.parametrize(("facts", "applied"), [(10, 3), (29, 3), (50, 5)])
def test_a_run_retires_only_so_much(known, facts, applied):
    """One run retires three facts, or a tenth of them."""
    texts = [f"Machine number{n} runs." for n in range(8)]
    every = known(*texts)
    decisions = [
        decided(every, text, f"forget machine number{n}", op="retire", target=birth(text))
        for n, text in enumerate(texts)
    ]
    done = list(capped(decisions, facts))

    assert [d.judged.status for d in done] == ["apply"] * applied + ["review"] * (8 - applied)


@pytest.mark.parametrize(
    ("text", "quote", "target"),
    [
        ("Backups keep 30 days.", "backups keep 30 days", FACTS[1]),
        ("Ben maintains the billing module.", "ben maintains the billing module now instead of ana", FACTS[2]),
        ("The counter app never reads the sailings table.", "the counter app never reads the sailings table", FACTS[3]),
        ("Backups keep 30 days, not 7.", "b but 30", FACTS[1]),
        ("Ben maintains the billing module, reached by phone.", "it is ben, by phone", FACTS[2]),
        ("Ben maintains the search module.", "ben maintains the search module", None),
        ("Audits keep 30 days.", "audits keep 30 days", None),
    ],
)  # fmt: skip
def test_an_unmarked_change_is_proposed(known, text, quote, target):
    """What contradicts a live fact does not stand beside it: it waits as its replacement."""
    decision = decided(known(*FACTS), text, quote)

    if target is None:
        assert isinstance(decision, Add)
        assert decision.judged.status == "apply"
    else:
        assert isinstance(decision, Replace)
        assert (decision.judged.status, decision.judged.reason) == ("review", f"it may replace: {target}")
        assert decision.judged.candidate.op == "replace"


def test_a_plain_change_replaces(known):
    """A new fact takes the place of a live one by itself where it gives another value and is said to change it."""
    decision = decided(known(*FACTS), "Backups keep 30 days.", "backups keep 30 days now instead of a week")

    assert isinstance(decision, Replace)
    assert (decision.judged.status, decision.target.text) == ("apply", FACTS[1])


def test_names_of_persons_tell_no_facts_apart(known):
    """That two facts speak of one person does not make one the other's successor."""
    old = "Ana writes British spelling."
    decision = decided(
        known(old, *FACTS), "Ana wants plots in blue.", "plots in blue please, ana", op="replace", target=birth(old)
    )  # fmt: skip

    assert decision.judged.status == "review"


def test_forgotten_in_other_words(known):
    """What was forgotten or deleted waits when it is said anew, also nearly in the same words."""
    text = "Deploys of the shop always run on AWS ECS in eu-west-1 from main."
    reworded = "Deploys of the shop run on AWS ECS in eu-west-1 from main."
    facts = known(archive=[(text, "forgotten")])

    assert decided(facts, reworded).judged.reason == "it was known before, and forgotten"


def material(workspace, *turns):
    made = tuple(Turn(number, role, text, NOON) for number, (role, text) in enumerate(turns, 1))
    return Material("s", workspace, made, 1, len(made), NOON)


@pytest.mark.parametrize(
    ("text", "quote", "section", "scope"),
    [
        ("Never push to main.", "never push to main", "Preferences", "global"),
        ("Use uv, never pip.", "i use uv, never pip", "Preferences", "global"),
        ("Answers come first, reasons after.", "give me the answer first", "Preferences", "global"),
        ("Keep-alive of a server must outlast that of its proxy.", "keep-alive must be longer", "Insights", "global"),
        ("Scripts are dry runs by default.", "scripts are dry runs, in all my projects", "Decisions", "global"),
        ("Hosting is on Netlify.", "hosting: netlify", "Preferences", "workspace"),
        ("Hosting is on Netlify.", "i want it on netlify", "Decisions", "workspace"),
        ("Ferrywise never deploys on Fridays.", "i never deploy ferrywise on fridays", "Preferences", "workspace"),
        ("Never deploy this project on Fridays.", "never deploy it on fridays", "Preferences", "workspace"),
        ("Never touch src/boats/plan.py.", "never touch src/boats/plan.py", "Preferences", "workspace"),
        ("Never restart gw-2.ferry.example.", "never restart gw-2.ferry.example", "Preferences", "workspace"),
        ("Never call seat_plan twice.", "never call seat_plan twice", "Preferences", "workspace"),
        ("Always tell Marisol before a release.", "always tell marisol before a release", "Preferences", "workspace"),
    ],
)  # fmt: skip
def test_person_or_project(known, text, quote, section, scope):
    """What is the person's own and names nothing of the project goes to the person; in doubt it stays."""
    own = known("Marisol runs the harbour office.", section="Context").own
    said = material(
        "ferrywise-api", ("user", quote), ("tool", "src/boats/plan.py: seat_plan() on gw-2.ferry.example")
    )

    assert routed(Candidate(text, section, "global", quote, 1), said, own, "insights").scope == scope
    assert routed(Candidate(text, section, "global", quote, 1), said, own, "none").scope == "workspace"


def test_reasons_are_stable():
    """A rejection says in one sentence who said it instead."""
    said = material(
        "shop", ("user", "> Deploys run on Mars."), ("tool", "Deploys run on Venus."), ("assistant", "Deploys run on Pluto."), ("user", "why?")
    )  # fmt: skip
    reasons = {
        planet: ground(Candidate(text, "Facts", "workspace", text, 1), said).reason
        for planet in ("Mars", "Venus", "Pluto", "Saturn")
        for text in [f"Deploys run on {planet}."]
    }

    assert reasons == {
        "Mars": "the user only quoted or pasted it",
        "Venus": "only a tool said it",
        "Pluto": "only the assistant said it",
        "Saturn": "the quote is not in what was said",
    }


@pytest.mark.parametrize(
    ("evidence", "sure"),
    [
        (Evidence("said"), 1.0),
        (Evidence("accepted"), 0.8),
        (Evidence("said", by_rules=True), 0.6),
        (Evidence("found"), 0.5),
        (Evidence(), 0.8),
        (Evidence("found", further=2), 0.7),
        (Evidence("said", further=3), 1.0),
        (Evidence("found", reviewed=True), 1.0),
        (Evidence("accepted", doubted=True), 0.4),
    ],
)
def test_confidence_is_computed(evidence, sure):
    """How sure a fact is follows from what it rests on."""
    assert confidence(evidence) == sure


def test_confidence_is_shown(tmp_path, monkeypatch, capfd):
    """`show --json` and `why` tell how sure a fact is; a fact that something waits to replace is half as sure."""
    root = tmp_path / "shop"
    root.mkdir()
    make_workspace(root, home=home_of(dict(os.environ)))
    monkeypatch.chdir(root)

    def session(name, *said):
        path = write_session(root / "sessions", [("user", text) for text in said], session=name)
        assert run(["distill", str(path), "--offline", "--yes"]) == 0
        capfd.readouterr()
        run(["show", "--own", "--json"])
        return {fact["text"]: fact["confidence"] for fact in json.loads(capfd.readouterr().out)["facts"]}

    run(["remember", "Lunch is at noon."])
    rule = "From now on the shop keeps 7 backups of the orders."
    sure = session("20260320T140233123456Z_1a2b3c4d", rule)
    assert sorted(sure.values()) == [0.6, 1.0]
    sure = session("20260321T140233123456Z_1a2b3c4d", rule)
    assert sorted(sure.values()) == [0.7, 1.0]
    sure = session("20260322T140233123456Z_1a2b3c4d", "From now on the shop keeps 9 backups of the orders.")
    assert sorted(sure.values()) == [0.35, 1.0]


def test_a_replacement_takes_twins_along(known):
    """What says the replaced fact in other words goes with it; what says more stays, and what waits takes nothing."""
    old, twin = "Deploys run on Heroku.", "Heroku is what deploys run on."
    here = known(old, twin, "The Heroku bill of the old shop is paid by Ana until the contract ends.")
    change = decided(
        here, "Deploys run on ECS.", "deploys moved from heroku to ecs", op="replace", target=birth(old)
    )

    assert [fact.text for fact in with_twins(change, here).twins] == [twin]
    waiting = replace(change, judged=change.judged.review("asked"))
    assert with_twins(waiting, here) == waiting


def test_twins_are_archived_and_come_back(tmp_path, monkeypatch, capfd, model_server):
    """Twins go to the archive under the id of what replaced them; undo brings all of them back."""
    shop = make_shop(tmp_path)
    monkeypatch.chdir(shop)
    memory = shop / "memory" / "MEMORY.md"
    with memory.open("a", encoding="utf-8") as file:
        file.write("\n## Facts\n- Deploys run on Heroku.\n- Heroku is what deploys run on.\n")
    run(["fmt"])
    capfd.readouterr()
    before = memory.read_bytes()
    serve(model_server(reply(item(op="REPLACE", target="M1"))), monkeypatch)

    code, answer, err = command(
        capfd, "distill", next((shop / "sessions").glob("*.jsonl")), "--model", "openai/stub"
    )
    assert code == 0, err
    decision = answer["sessions"][0]["decisions"][0]
    assert (code, decision["op"], decision["status"]) == (0, "replace", "apply")
    archived = read_folder(Layout(shop)).archived.facts
    assert {fact.marks["by"] for fact in archived} == {decision["id"]}
    assert len(archived) == 2

    assert run(["undo"]) == 0
    assert memory.read_bytes() == before
