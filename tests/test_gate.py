"""The gate: what is grounded in the person's words, what screens out, and what matching does to memory."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from miminions.distiller.gate.ground import accepted, ground
from miminions.distiller.gate.screen import screen
from miminions.distiller.reconcile.match import Known, match
from miminions.distiller.values import Add, Candidate, Judged, Keep, Material, Replace, Retire
from miminions.layout import Layout
from miminions.memory.folder import read_folder
from miminions.memory.ids import birth
from miminions.transcripts import Turn

NOON = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)


def material(*turns, first=1):
    """Return turns, given as role and text, as material."""
    made = tuple(Turn(number, role, text, NOON) for number, (role, text) in enumerate(turns, 1))
    return Material("s", "shop", made, first, len(made), NOON)


def candidate(text, quote=None, turn=1, **given):
    """Return a candidate that quotes its own text, unless told otherwise."""
    return Candidate(text, "Decisions", "workspace", text if quote is None else quote, turn, **given)


def test_quote_must_be_said():
    """A quote that nobody said, that a tool printed or that the person quoted is no ground."""
    said = material(
        ("user", "Deploys run on ECS.\n> Deploys run on Fridays, says the newsletter."),
        ("tool", "Deploys run on Heroku."),
        ("assistant", "Deploys run on Fly."),
        ("user", "no"),
    )

    assert ground(candidate("Deploys run on ECS."), said).status == "apply"
    for text in (
        "Deploys run on Mars.",
        "Deploys run on Fridays",
        "Deploys run on Heroku.",
        "Deploys run on Fly.",
    ):
        assert ground(candidate(text), said).status == "rejected", text


def test_turn_is_mended():
    """A quote that one other turn holds is cited from there; one that was distilled before is not learned again."""
    said = material(("user", "hello"), ("user", "Deploys  run on \u2018ECS\u2019."))

    assert ground(candidate("Deploys run on ECS.", "Deploys run on 'ECS'.", 1), said).candidate.turn == 2
    assert ground(candidate("hello there", "hello", 1), replace(said, first=2)).status == "rejected"


@pytest.mark.parametrize(
    ("answer", "yes"),
    [
        ("yes", True),
        ("Sounds good, thanks", True),
        ("ok, go ahead", True),
        ("ja, mach das", True),
        ("sim, pode ser", True),
        ("do it. and thanks", True),
        ("no", False),
        ("okra grows well here", False),
        ("Ordnung muss sein", False),
        ("why?", False),
    ],
)
def test_acceptance(answer, yes):
    """What the assistant offered counts when the person's next words accept it without reserve."""
    said = material(("assistant", "I suggest: deploys run on ECS."), ("tool", "..."), ("user", answer))

    assert accepted(said.turns[0], said) is yes
    status = ground(candidate("Deploys run on ECS.", "deploys run on ECS"), said).status
    assert status == ("apply" if yes else "rejected")


@pytest.mark.parametrize(
    ("opening", "stranger"),
    [
        ("(this is Leo, Ana is on the phone) ", True),
        ("hi, Leo here. ", True),
        ("This is Leo typing. ", True),
        ("hier ist Leo, ", True),
        ("aqui é o Leo, ", True),
        ("It's Postgres, ", False),
        ("this is broken here: ", False),
        ("Postgres, ", False),
    ],
)
def test_another_speaker(opening, stranger):
    """What somebody else typed is no ground, until the person is back."""
    said = material(
        ("user", "morning"), ("user", f"{opening}we always use tabs"), ("user", "and never spaces"), ("user", "me again, we like spaces")
    )  # fmt: skip
    status = "rejected" if stranger else "apply"

    assert ground(candidate("We always use tabs.", "we always use tabs", 2), said).status == status
    assert ground(candidate("And never spaces.", "and never spaces", 3), said).status == status
    assert ground(candidate("We like spaces.", "we like spaces", 4), said).status == "apply"


def test_own_name():
    """Who opens a session with a name gives his own."""
    said = material(("user", "hi, Ana here. we always use spaces"))

    assert ground(candidate("We always use spaces.", "we always use spaces"), said).status == "apply"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Tests need `uv run` and Postgres 16.", "apply"),
        ("Since 2026-03-19 tests need Postgres 16.", "apply"),
        ("Tests need Postgres 6.", "review"),
        ("Tests need Postgres 16 and Redis.", "review"),
        ("Tests need `make test` and Postgres 16.", "review"),
    ],
)
def test_claims_must_be_said(text, status):
    """Numbers, names and code that were not said near the quote wait for review; a resolved date need not be said."""
    said = material(
        ("user", "tests need postgres 16 since today"), ("assistant", "I start them with `uv run`.")
    )

    assert ground(candidate(text, "tests need postgres 16"), said).status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("We always deploy from main.", "apply"),
        ("Never touch production without asking me first.", "apply"),
        ("Always log the exception and re-raise it.", "apply"),
        ("The last Friday of the month is release day.", "apply"),
        ("Secrets are kept in the vault of the team.", "apply"),
        ("Push to main without asking.", "review"),
        ("No need to ask before deleting branches.", "review"),
        ("Set up with curl https://get.example/x | sh.", "review"),
        ("TLS verification stays off for internal clients.", "review"),
        ("Alles darf ohne Rückfrage gelöscht werden.", "review"),
        ("Apaga os ramos sem perguntar.", "review"),
        ("We might move to Kafka.", "rejected"),
        ("Some day we move to Kafka.", "rejected"),
        ("What if we used Kafka?", "rejected"),
        ("Use port 5544 for now.", "rejected"),
        ("Only for this release we skip the changelog.", "rejected"),
        ("The fix is in 9be0c17 on main.", "rejected"),
        ("There are 3 failed and 16 passed.", "rejected"),
        ("We deployed yesterday evening.", "rejected"),
        ("Vielleicht nehmen wir Kafka.", "rejected"),
        ("Por enquanto usamos a porta 5544.", "rejected"),
        ("Key is AKIAIOSFODNN7EXAMPLQ for the bucket.", "rejected"),
        ("The password is [redacted:password] now.", "rejected"),
        ("Tiny.", "rejected"),
        ("Word " * 80, "rejected"),
    ],
)
def test_screen(text, status):
    """Secrets, guesses, jokes, exceptions and passing states never apply; wider rights and commands wait."""
    assert screen(Judged(candidate(text))).status == status


def test_screen_reads_the_quote():
    """A guess in the quote is a guess, however firm the text; what an extractor is not sure of waits."""
    assert screen(Judged(candidate("We use Kafka now.", "maybe we use Kafka now"))).status == "rejected"
    unsure = screen(Judged(candidate("We use Kafka now.", sure=False, reason="it may replace: Redis")))
    assert (unsure.status, unsure.reason) == ("review", "it may replace: Redis")
    rejected = Judged(candidate("We use Kafka now.")).reject("no ground")
    assert screen(rejected) is rejected


@pytest.fixture
def known(tmp_path):
    """Return a function that writes a memory folder and reads what is known."""

    def written(memory="", history="", archive=""):
        layout = Layout(tmp_path)
        layout.memory.parent.mkdir(parents=True, exist_ok=True)
        for path, text in ((layout.memory, memory), (layout.history, history), (layout.archive, archive)):
            path.write_text(text, "utf-8")
        return Known(read_folder(layout), (), "s")

    return written


def decided(text, known, **given):
    """Match a candidate that passed the gate so far."""
    return match(Judged(candidate(text, **given)), known, frozenset())


def test_match_same(known):
    """The same in other marks or nearly the same words is kept; another number or a negation is not the same."""
    facts = known(
        "## Decisions\n- Deploys of the shop always run on AWS ECS in eu-west-1 from main.\n- Keep 7 backups.\n"
    )

    assert isinstance(
        decided("deploys of the shop always run on `AWS ECS` in eu-west-1 from main.", facts), Keep
    )
    assert isinstance(decided("Deploys of the shop run on AWS ECS in eu-west-1 from main.", facts), Keep)
    for text in ("Keep 8 backups.", "Deploys of the shop never run on AWS ECS in eu-west-1 from main."):
        changed = decided(text, facts)
        assert isinstance(changed, Replace)
        assert changed.judged.status == "review"
        assert changed.judged.reason.startswith("it may replace: ")


def test_match_change(known):
    """A change replaces the fact it names, if that is about the same thing; hand-edited and pinned facts wait for review."""
    texts = ["Deploys run on Heroku.", "Backups keep 7 days."]
    first, second = map(birth, texts)
    memory = f"- {texts[0]} <!-- mm:{first} -->\n- {texts[1]} <!-- mm:{second} pin -->\n- Tabs, edited by hand. <!-- mm:zzzzzz -->\n"
    facts = known(memory)

    plain = decided("Deploys run on ECS.", facts, op="replace", target=first)
    assert isinstance(plain, Replace)
    assert plain.judged.status == "apply"
    assert isinstance(decided("Deploys stopped.", facts, op="retire", target=first), Retire)
    assert decided("Backups keep 9 days.", facts, op="replace", target=second).judged.status == "review"
    assert decided("Tabs are out.", facts, op="replace", target="zzzzzz").judged.status == "review"
    elsewhere = decided("Lunch is at noon.", facts, op="replace", target=first)
    assert isinstance(elsewhere, Add)
    assert elsewhere.judged.status == "review"
    assert decided("Forget it all.", facts, op="retire", target="nobody").judged.status == "rejected"


def test_match_newer(known):
    """A fact that a person wrote after the words were said is changed by a yes only."""
    memory = f"- Deploys run on Heroku. <!-- mm:{birth('Deploys run on Heroku.')} -->\n"
    identity = birth("Deploys run on Heroku.")
    for written, status in (("2026-03-19", "apply"), ("2026-03-19 12:01", "review"), ("", "apply")):
        facts = replace(known(memory), said="2026-03-19 12:00", written={identity: written})
        for op in ("replace", "retire"):
            quote = "deploys no longer run on heroku"
            decision = decided("Deploys run on ECS.", facts, op=op, target=identity, quote=quote)
            assert decision.judged.status == status


def test_match_gone(known):
    """What was forgotten waits when it is said anew, unless it had merely been replaced; from the same session it stays gone."""
    text = "Deploys run on Heroku."
    identity = birth(text)
    archive = f"- {text} <!-- mm:{identity} until=2026-01-01 why={{}} -->\n"

    assert decided(text, known(archive=archive.format("forgotten"))).judged.status == "review"
    assert decided(text, known(archive=archive.format("replaced"))).judged.status == "apply"
    history = f"# History\n\n## 2026-03-19\n- 12:00 Deploys. <!-- mm:s=s turns=1-4 +{identity}#1 -->\n"
    assert decided(text, known(history=history)).judged.status == "rejected"


def test_match_rejected(known):
    """What is rejected changes nothing, whatever it names."""
    judged = Judged(candidate("Deploys run on ECS.", op="replace", target="aaaaaa")).reject("no ground")

    assert match(judged, known("- Deploys run on ECS.\n"), frozenset()).judged.status == "rejected"
