"""The rules extractor: sentences, clauses, dates, wording, changes of mind, and whole sessions of several domains."""

import re
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import miminions
from miminions.distiller import by_rules
from miminions.distiller.gate.ground import ground
from miminions.distiller.gate.screen import screen
from miminions.distiller.language import LISTS, cues, languages, read_language
from miminions.distiller.language.dates import resolve
from miminions.distiller.language.sentences import clauses, sentences
from miminions.distiller.values import Candidate, Material
from miminions.errors import SettingError
from miminions.memory.facts import read_facts
from miminions.transcripts import Turn

THURSDAY = datetime(2026, 3, 19, 14, 0, tzinfo=UTC)


def session(text, workspace="shop"):
    """Read a script of lines "U: ..." and "A: ..." as material."""
    roles = {"U": "user", "A": "assistant", "T": "tool"}
    lines = [line for line in text.strip().splitlines() if line.strip()]
    turns = tuple(
        Turn(n, roles[line.strip()[0]], line.strip()[3:], THURSDAY) for n, line in enumerate(lines, 1)
    )
    return Material("s", workspace, turns, 1, len(turns), THURSDAY)


def extracted(text, memory=""):
    """Return what the rules propose for a script, given a memory file's text."""
    candidates = by_rules(session(text), read_facts(memory).facts).candidates
    return tuple(candidate for candidate in candidates if not candidate.dropped)


def one(text, memory="") -> Candidate:
    """Return the only candidate of a script."""
    candidates = extracted(text, memory)
    assert len(candidates) == 1, candidates
    return candidates[0]


def verdicts(text):
    """Return what applies and what waits, as texts."""
    material = session(text)
    judged = [screen(ground(candidate, material)) for candidate in by_rules(material, ()).candidates]
    return tuple([j.candidate.text for j in judged if j.status == status] for status in ("apply", "review"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Use e.g. uv. Not pip.", ["Use e.g. uv.", "Not pip."]),
        ("Keep it for 24 h. Then drop it.", ["Keep it for 24 h.", "Then drop it."]),
        ("Host is a.example... wait no, b.example.", ["Host is a.example... wait no, b.example."]),
        ('She said "no." Fine.', ['She said "no."', "Fine."]),
        ("- first\n- second\n2. third", ["first", "second", "third"]),
        ("Immer am 1. Februar. Nie früher.", ["Immer am 1. Februar.", "Nie früher."]),
        ("終わりです。次へ。", ["終わりです。", "次へ。"]),
        ("", []),
    ],
)
def test_sentences(text, expected):
    """A sentence is a verbatim slice that ends where the person ended it."""
    assert sentences(text) == expected
    assert all(sentence in text for sentence in expected)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("tests use a database, we were bitten once", ["tests use a database", "we were bitten once"]),
        ("never pip, never poetry", ["never pip, never poetry"]),
        ("he reads it (i know, i know)", ["he reads it (i know, i know)"]),
        ("port is 1, wait no, it's 2", ["port is 1, wait no, it's 2"]),
        ("one thing; another", ["one thing", "another"]),
        (
            "anything you do that deletes data, you ask first",
            ["anything you do that deletes data, you ask first"],
        ),
    ],
)
def test_clauses(sentence, expected):
    """A clause begins where a new subject begins; brackets and slips of the tongue stay whole."""
    assert clauses(sentence) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancelled as of today", "cancelled as of 2026-03-19"),
        ("moved yesterday", "moved on 2026-03-18"),
        ("since this morning", "since 2026-03-19"),
        ("since last sunday", "since 2026-03-15"),
        ("by this friday", "by 2026-03-20"),
        ("by next tuesday", "by 2026-03-24"),
        # Two fridays may be meant.
        ("by next friday", "by next friday"),
        ("the tuesday after next", "the tuesday after next"),
        ("switched last month", "switched in 2026-02"),
        ("since last week", "since the week of 2026-03-09"),
        ("since last year", "since 2025"),
        ("seit letztem Monat", "seit 2026-02"),
        ("desde a semana passada", "desde a semana de 2026-03-09"),
        ("until 22 may", "until 2026-05-22"),
        ("until May 22nd.", "until 2026-05-22."),
        ("before 3 January", "before 2026-01-03"),
        ("at the end of april", "at 2026-04-30"),
        ("on 22 May 2024", "on 22 May 2024"),
        ("from 12 to 26 may", "from 12 to 26 may"),
        ("on the last sunday of the month", "on the last sunday of the month"),
        ("bis 3. April", "bis 2026-04-03"),
        ("até 3 de abril", "até 2026-04-03"),
    ],
)
def test_dates(text, expected):
    """A relative date is resolved against the day it was said, when it is certain."""
    assert resolve(text, date(2026, 3, 19)) == expected


@pytest.mark.parametrize(
    ("said", "text", "section", "scope"),
    [
        ("so I use fish for everything, never bash", "I use fish for everything, never bash.", "Preferences", "global"),
        ("please remember that the door code changes in winter", "The door code changes in winter.", "Facts", "workspace"),
        ("From now on we publish on Mondays.", "From now on we publish on Mondays.", "Decisions", "workspace"),
        ("ok let's go with Svelte", "Let's go with Svelte.", "Decisions", "workspace"),
        ("no animations on the landing page, ever", "No animations on the landing page, ever.", "Decisions", "workspace"),
        ("never edit the vendored folder", "Never edit the vendored folder.", "Preferences", "workspace"),
        ("retention: 14 days", "Retention: 14 days.", "Decisions", "workspace"),
        ("the old Hetzner cluster is gone", "The old Hetzner cluster is gone.", "Decisions", "workspace"),
        ("lesson: close the pool before the fork", "Close the pool before the fork.", "Insights", "workspace"),
        ("this repo is the billing service for a small brewery", "The project is the billing service for a small brewery.", "Context", "workspace"),
        ("logs are kept for 30 days at most, always", "Logs are kept for 30 days at most, always.", "Decisions", "workspace"),
        ("Ab sofort wird nur mit Postgres gearbeitet.", "Ab sofort wird nur mit Postgres gearbeitet.", "Decisions", "workspace"),
        ("os textos nunca levam emojis", "Os textos nunca levam emojis.", "Decisions", "workspace"),
    ],
)  # fmt: skip
def test_cues(said, text, section, scope):
    """What a cue marks outright is sure, worded as a sentence, and quotes the person."""
    candidate = one(f"U: {said}\nA: Noted.")

    assert (candidate.text, candidate.section, candidate.scope, candidate.sure) == (
        text,
        section,
        scope,
        True,
    )
    assert candidate.quote in said


@pytest.mark.parametrize(
    "said",
    [
        "what if we never deployed on fridays?",
        "can you always run the linter",
        "from now on i'm never doing demos again lol",
        "I prefer the second one.",
        "only for this release we skip the changelog, always",
        "Tom says we must always use tabs",
        "maybe we should always pin versions",
        "add a test for the parser",
        "I'm trying to understand why it always fails",
        "error: value must be a string",
        '{"retention": "never"}',
        "thanks, that is all for today",
        "im Moment läuft nur ein Knoten, immer nur vorerst",
    ],
)
def test_nothing_durable(said):
    """Questions, tasks, jokes, exceptions, other people's wishes and pasted output do not apply."""
    assert verdicts(f"U: {said}")[0] == []


def test_quotes_are_not_the_persons():
    """What the person quotes teaches nothing."""
    assert (
        extracted(
            'U: translate this: "From now on we always ship on Tuesdays, and never without a signature on paper."'
        )
        == ()
    )


def test_remember_that():
    """The words "remember that" make sure of the sentence before them."""
    candidate = one("U: the gate opens at six. remember that one, i always forget")

    assert candidate.text == "The gate opens at six."
    assert candidate.sure


def test_heading():
    """A list of rules needs no cue in each of them; the heading stands in front."""
    candidates = extracted("U: house style: short sentences. verbs first. no semicolons at all")

    assert [candidate.text for candidate in candidates] == [
        "House style: short sentences.",
        "House style: verbs first.",
        "House style: no semicolons at all.",
    ]
    assert all(candidate.sure for candidate in candidates)


def test_reply_makes_sure():
    """What the assistant takes down is sure, and in its words where the person's cannot stand alone."""
    text = "U: samples 3 and 8 are left out of the analysis\nA: {}"
    assert not any(candidate.sure for candidate in extracted(text.format("Which plot do you mean?")))
    assert extracted(text.format("Noted: samples 3 and 8 are left out."))[0].sure

    leaning = one(
        "U: it must never leave the building, the freezer key\nA: Understood: the freezer key never leaves the building."
    )
    assert leaning.text == "The freezer key never leaves the building."
    assert leaning.quote == "it must never leave the building, the freezer key"


def test_taken_back():
    """What is scrapped, undone or said anew later in the session is not proposed."""
    scrapped = extracted(
        "U: let's go with redis\nA: Going with Redis.\nU: scrap redis. let's use an advisory lock"
    )
    assert [(c.text, c.sure) for c in scrapped] == [("Let's use an advisory lock.", True)]

    assert extracted("U: let's go with blue buttons\nA: Done.\nU: never mind\nA: OK.") == ()

    both = by_rules(
        session("U: let's go with redis\nA: OK.\nU: scrap redis. let's use a lock"), ()
    ).candidates
    assert [bool(candidate.dropped) for candidate in both] == [True, False]

    anew = one("U: backups run daily at 05:30\nA: Set.\nU: backups run daily at 06:00\nA: Set.")
    assert "06:00" in anew.text


def test_taken_back_by_name():
    """Only what is named in full is taken back; "that's not it" takes back nothing."""
    kept = extracted(
        "U: the school closes at noon on fridays from now on\nA: Noted.\nU: this is in all I do, not only the school"
    )
    assert next(c.text for c in kept) == "The school closes at noon on fridays from now on."
    assert (
        len(extracted("U: we always squash commits, that's it\nA: Noted.\nU: that's not what I see\nA: Odd."))
        == 1
    )

    refused = extracted(
        "U: tests always run against staging\nA: Set. Shall I keep the old job?\nU: no no, forget it"
    )
    assert [c.text for c in refused] == ["Tests always run against staging."]


def test_settled_in_the_answer():
    """What the assistant says again of a figure or commits to is settled, in its words; a dismissal settles nothing."""
    corrected_itself = one(
        "A: Copies are kept 7 days.\nU: too few. 30... no wait, make it 60, disk is cheap\nA: Copies are kept 60 days."
    )
    assert (corrected_itself.text, corrected_itself.sure) == ("Copies are kept 60 days.", False)

    chosen = one(
        "A: Two ways: (a) round at the end, (b) keep 6 places.\nU: b. but 8\nA: 8 places, rounded for display."
    )
    assert (chosen.text, chosen.sure) == ("8 places, rounded for display.", True)

    held = one(
        "U: your texts read like ads, say what it is and where from\nA: Plain texts, what it is and where from, from here on."
    )
    assert held.text == "Plain texts, what it is and where from, from here on."

    assert (
        extracted(
            "A: The page says 12 keys are rotated daily.\nU: ignore that, it's spam\nA: The 12 keys stay."
        )
        == ()
    )
    assert (
        extracted(
            "A: Shall I use a borrow?\nU: I see. And what would a copy do with 2 owners?\nA: With 2 owners a copy is free."
        )
        == ()
    )


def test_found_out():
    """What the assistant found by looking is an insight if the person chooses what follows from it."""
    found = extracted(
        "U: totals are off\nT: fx.rs\nA: We round twice, per line and in the sum. Either (a) round at the end, (b) keep 6 places.\nU: b\nA: OK."
    )
    assert ("Insights", False) in {(c.section, c.sure) for c in found}
    assert any("round twice" in c.text for c in found)


def test_slip_of_the_tongue():
    """A sentence that corrects itself keeps its subject and what it ends up with."""
    candidate = one("U: the domain is garden.example... wait no, that was too expensive, it's garden.test")

    assert candidate.text == "The domain is garden.test."
    assert candidate.quote.endswith("it's garden.test")


def test_slip_in_a_part():
    """A slip that begins like a part of its sentence takes that part's place."""
    assert one("U: always use fake timers in there, i mean in all tests that wait").text == (
        "Always use fake timers in all tests that wait."
    )


def test_label_of_a_choice():
    """A label stands for what was offered under it, and for nothing where that is not known."""
    known = "## Decisions\n- Der Worker holt 120 Nachrichten pro Minute aus der Queue.\n"
    offered = "A: **A)** token bucket per key. **B)** sliding window per address. Which one?\n"
    chosen = one(f"{offered}U: A, but 120 requests a minute\nA: Done.", known)
    unknown = extracted("A: A bucket or a window, which one?\nU: A, but 120 requests a minute\nA: OK.", known)

    assert (chosen.op, chosen.text) == ("add", "Token bucket per key (but 120 requests a minute).")
    assert unknown == ()


def test_offer_is_no_fact():
    """An answer to an offer stands under what was offered, which is told as no question."""
    text = "A: Found it. Shall I also raise the batch size of the import to 500?\nU: yes, to 1000\nA: Set to 1000."
    assert one(text).text == "Raise the batch size of the import: set to 1000."
    assert extracted("A: Which limit do I use?\nU: 1000\nA: Set to 1000.") == ()


def test_rule_without_a_heading():
    """A rule that is added to something else in a turn is not put under the turn's heading."""
    text = "U: vite. geht der build? und bitte niemals direkt auf main pushen\nA: Nie direkt auf main. Vite baut."
    assert one(text).text == "Bitte niemals direkt auf main pushen."


def test_telling_turn():
    """What opens a session or tells much at once waits, though the answer says none of it again."""
    stack = "the box is called sotao, debian 12. the lan is 10.20.0.0/24. node 22, fastify, postgres 16"
    assert len(extracted(f"U: {stack}\nA: Thanks. Where do we begin?")) == 3
    assert one("U: we use pnpm, never npm by the way\nA: Noted.").text == "We use pnpm, never npm."


def test_replaces_the_same_subject_only():
    """A change names what it replaces by two words, or by the word that it begins with; else it waits at most."""
    known = "## Decisions\n- Use uv for python, never pip.\n"
    support, tool = "U: we no longer support python 3.10", "U: python now comes from mise, no longer from uv"

    assert (one(support, known).op, one(support, known).sure) == ("add", False)
    assert one(tool, known).op == "replace"


def test_replaces():
    """A change that names one known fact replaces it; a plain one by itself, a partial one after review."""
    memory = "## Decisions\n- Hosting is on Netlify.\n- Backups keep 7 daily and 5 weekly copies on the NAS in the cellar.\n"
    facts = read_facts(memory).facts

    moved = one("U: hosting is now on Cloudflare, netlify is cancelled\nA: Noted.", memory)
    assert (moved.op, moved.target, moved.sure) == ("replace", facts[0].id, True)

    partial = one("U: the NAS is gone\nA: Noted.", memory)
    assert (partial.op, partial.target, partial.sure) == ("replace", facts[1].id, False)
    assert "Backups keep" in partial.reason

    assert one("U: the logo is now green and round\nA: Noted.", memory).op == "add"

    figure = one(
        "A: Copies of the photos?\nU: keep them 60 days\nA: Photos are kept 60 days.",
        "## Facts\n- Photos stay for 7 days.\n",
    )
    assert (figure.op, figure.sure) == ("replace", False)
    of_the_shop = "## Context\n- Shop is the web shop of a farm with four fields.\n"
    assert (
        one("A: Which field?\nU: the fields number 3 and 5\nA: Fields 3 and 5 from May on.", of_the_shop).op
        == "add"
    )


def test_summary():
    """The summary is one line of at most 200 characters: what the session began with, and the words it came back to."""
    text = "U: hi. the importer drops rows with umlauts, find out why\nA: The importer reads latin-1.\nU: fix the importer then\nA: The importer reads UTF-8 now, umlauts survive."
    summary = by_rules(session(text), ()).summary

    assert summary == "The importer drops rows with umlauts, find out why."
    small_talk = "U: Long one, I walk between buildings. The importer drops umlauts.\nA: The importer reads latin-1.\nU: then the importer must read UTF-8\nA: Set."
    assert by_rules(session(small_talk), ()).summary == "The importer drops umlauts."
    back = "U: the build is red again\nA: The linter fails in the parser.\nU: why does the linter read the parser\nA: The linter needs the parser.\nU: move it"
    assert by_rules(session(back), ()).summary == "The build is red again (linter, parser)."
    long = by_rules(session("\n".join(f"U: {'word ' * 50} topic{n % 7}" for n in range(40))), ()).summary
    assert len(long) <= 200
    assert "\n" not in long
    assert by_rules(session("A: hello"), ()).summary == "Nothing was said."


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        ("U: I think we might use Redis. The queue loses jobs.", "The queue loses jobs."),
        ("U: Maybe we move to Kafka some day.", "A session."),
        ("U: Just this once we skip the review.\nU: Port 5544 is for now.", "A session."),
        ("U: Vielleicht nehmen wir Kafka.", "A session."),
    ],
)
def test_summary_states_no_guess(said, summary):
    """What was only thought aloud, or holds for the moment, is not what the history says of a session."""
    assert by_rules(session(said), ()).summary == summary


def test_languages():
    """Each cue file can be read, and names sections that memory has."""
    assert {language.name for language in languages()} == {"de", "en", "pt"}
    sections = {cue.section for cue in cues()}
    assert sections <= {"Preferences", "Decisions", "Facts", "Insights", "Context"}


@pytest.mark.parametrize(
    "text", ["a-" * 9000, "we only, " * 3000, "is not are no " * 3000, "never x y no z, " * 2000]
)
def test_long_lines(text):
    """A line of any length is read in no time, and is no fact."""
    assert all(len(candidate.text) < 500 for candidate in extracted(f"U: {text}"))


SAID = Path(__file__).parent / "cases" / "said"


def cases(language):
    """Return what people say, one turn a case: whether it is worth keeping, the turn, the answer."""
    lines = (SAID / f"{language}.txt").read_text("utf-8").splitlines()
    for line in (line for line in lines if line[:2] in {"+ ", "- "}):
        said, _, answer = line[2:].partition(" | ")
        yield line[0] == "+", said, answer


@pytest.mark.parametrize(("language", "kept"), [("en", 0.85), ("de", 0.9), ("pt", 0.9)])
def test_what_people_say(language, kept):
    """Of what is worth keeping nearly all is proposed, of the rest nearly nothing, and nothing of it applies."""
    found, wrong, wanted = 0, [], 0
    for worth, said, answer in cases(language):
        applied, waiting = verdicts(f"U: {said}\nA: {answer}" if answer else f"U: {said}")
        wanted += worth
        found += worth and bool(applied or waiting)
        wrong += [said] if not worth and (applied or waiting) else []
        assert worth or not applied, (said, applied)
    assert found >= kept * wanted
    assert len(wrong) <= 1, wrong


def exchanges_of(text):
    """Return the blocks of a case file: a script, and the words that what is kept must have."""
    for block in text.split("\n\n")[1:]:
        *script, wanted = block.strip().splitlines()
        yield "\n".join(script), [word.strip() for word in wanted[1:].split("|") if word.strip()]


@pytest.mark.parametrize(
    ("script", "wanted"), list(exchanges_of((SAID / "exchanges.txt").read_text("utf-8"))), ids=str
)
def test_exchanges(script, wanted):
    """An answer, a correction or a finding is kept in words that can stand alone; a mere yes teaches nothing."""
    kept = [text for texts in verdicts(script) for text in texts]

    assert any(all(word in text.casefold() for word in wanted) for text in kept) if wanted else not kept


def test_credentials_are_not_kept():
    """What hands over something to log in with is never proposed, nor does it open the summary."""
    for said in (
        f"we use basic auth on staging, it is parcel / {'vq7-Lumen'}-Otter-88",
        f"the wifi password is always {'Speichen'}-4711-Nabe",
        f"o login nunca muda: rosa e {'Kria!'}vadfugl77",
        "remember that the door code is 4711",
    ):
        extraction = by_rules(session(f"U: {said}\nA: I won't write that down."), ())
        assert extraction.candidates == ()
        assert not any(c.isdigit() for c in extraction.summary)


def lists_in_code():
    """Return the names of the cue lists that the code reads."""
    code = "".join(path.read_text("utf-8") for path in Path(miminions.__file__).parent.rglob("*.py"))
    return frozenset(re.findall(r"(?:listed|opening|_opened)\([\"'](\w+)[\"']", code))


def test_lists():
    """Every list that the code reads is one that a language may have, and the other way round; English has them all."""
    by_table = frozenset({"everywhere", "guess", "passing", "once", "place1", "place2", "place3"})
    assert lists_in_code() - LISTS == frozenset()
    assert LISTS - lists_in_code() - by_table == frozenset()
    for language in languages():
        missing = LISTS - frozenset(language.lists)
        assert missing == frozenset() if language.name == "en" else len(missing) <= 3, (
            language.name,
            missing,
        )
        assert not [p for each in language.lists.values() for p in each if p.endswith(" ")]


def used(file):
    """Read a cue file and compile all of it."""
    language = read_language(file)
    return [language.pattern(name) for name in LISTS], language.cues()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tail = 3", "xx.toml: tail is no list of patterns"),
        ('tial = ["please"]', "xx.toml: nothing reads a list called tial"),
        ('tail = ["please", "(thanks"]', "xx.toml: tail: '(thanks' is no pattern"),
        ('[[cue]]\nsection = "Facts"\nany = ["x"]', "xx.toml: cue 1 has no sure"),
        ('[[cue]]\nsection = "Rules"\nany = ["x"]\nsure = true', "xx.toml: cue 1 has no section 'Rules' of memory"),
        ("tail = [", "xx.toml is no cue file"),
    ],
)  # fmt: skip
def test_bad_language(tmp_path, text, fault):
    """A cue file that cannot be used says where and why."""
    file = tmp_path / "xx.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(SettingError) as caught:
        used(file)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    "piece", ["never ", "no x, ", "we ", "a. ", "is not ", "~!", "((", "only for ", "nie und ", "não é ", "1. ", "- x\n", "Now the x. ", "no wait, "]
)  # fmt: skip
def test_hostile_repeats(piece):
    """Time grows with the text and no faster, whatever is said again and again."""
    for text in (piece * (20_000 // len(piece)), f"never {piece * (60 // len(piece))}. " * 20):
        begun = time.process_time()
        by_rules(session("U: x"), ())
        by_rules(Material("s", "w", (Turn(1, "user", text, THURSDAY),), 1, 1, THURSDAY), ())
        assert time.process_time() - begun < 10


def test_replaces_by_other_values():
    """What gives another figure for the same thing may replace it, and waits."""
    memory = "## Decisions\n- Patient drafts are deleted after 20 days.\n- Labels are printed at night.\n"
    candidate = one(
        "A: Drafts go after 20 days.\nU: no, 14 days\nA: Drafts are deleted after 14 days.", memory
    )

    assert candidate.op == "replace"
    assert not candidate.sure
    assert "20 days" in candidate.reason


THESIS = """
U: good afternoon. my supervisor (Prof. Adeyemi) has moved the submission to 30 june, so a bit more air
A: Good. Do you want to start with the mixed models?
U: yes. all models are fitted in R with lme4, never in SPSS
A: Noted.
U: participants 7, 19 and 33 are excluded from every analysis
A: Understood: participants 7, 19 and 33 are excluded everywhere.
U: why is my plot so tiny in the pdf
A: The device is 4x3 in.
U: could we maybe use bayes factors as well? just thinking aloud
A: brms would do it.
U: the raw files must not leave the share, ethics board
A: Understood.
U: for this figure only make the font bigger please, it goes on the poster
A: Done.
U: I hate passive voice, so tell me when I slip
A: Will do.
"""
SHOP = """
U: Hey, I sell used climbing gear. My husband Piotr does the packing.
A: Happy to help. What do you have?
U: Refunds: we refund within 14 days, but the buyer pays the return shipping. Ropes and harnesses cannot be returned at all.
A: OK.
U: can you answer this customer? "I always expect a discount when something arrives late. From now on please use couriers only."
A: Draft is below.
U: shorter. and don't mention the discount
A: Shorter now.
U: we're switching from parcel lockers to couriers starting in August
A: Noted, couriers from August.
U: what would happen if we sold to the UK?
A: You would need a VAT registration.
U: too much hassle. we sell inside the EU only
A: Fine.
U: (this is Piotr, Kasia is out) please always print two labels
A: I'll wait for Kasia.
U: me again. my key is sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, remember that
A: I will not store it.
"""
INFRA = """
U: terraform plan wants to destroy the gateway, why
A: The subnet id changed in the module upgrade.
U: pin the module back to 5.8 and open a ticket
A: Pinned.
U: our accounts: 4411 is dev, 4422 is staging, 4433 is prod
A: Noted.
U: let's go with a bastion in the dev account
A: Done in the plan.
U: no wait, that makes the auditors nervous. scrap the bastion, we use the session manager
A: Session manager it is.
U: tags owner and cost-center are mandatory on every resource
A: Recorded.
U: jonas wants us to look at pulumi
A: Later.
U: you can apply to dev without asking from now on
A: Understood.
"""


@pytest.mark.parametrize(
    ("text", "learned", "kept_out"),
    [
        (THESIS, ["2026-06-30", "lme4", "7, 19 and 33", "must not leave the share", "passive voice"], ["font", "bayes", "plot"]),
        (SHOP, ["Piotr does the packing", "14 days", "harnesses cannot be returned", "couriers", "inside the EU only"], ["discount", "UK", "labels", "sk-ant"]),
        (INFRA, ["4433 is prod", "session manager", "mandatory on every resource"], ["bastion", "5.8", "pulumi", "without asking"]),
    ],
)  # fmt: skip
def test_whole_sessions(text, learned, kept_out):
    """In sessions of other domains all that applies was meant to last, and what was meant to last applies or waits."""
    applied, waiting = verdicts(text)

    for words in learned:
        assert any(words in fact for fact in (*applied, *waiting)), (words, applied, waiting)
    for words in kept_out:
        assert not any(words in fact for fact in applied), (words, applied)
    assert len(applied) <= len(learned) + 1, applied


def test_another_subject_is_no_change():
    """A sentence that is alike but for what it is about replaces nothing."""
    memory = "## Facts\n- The cache service listens on port 8000. <!-- mm:tc8bhq -->\n"

    (other,) = extracted("U: Remember that the search service listens on port 8001.", memory)
    assert (other.op, other.target) == ("add", None)
    (same,) = extracted("U: Remember that the cache service listens on port 8001.", memory)
    assert (same.op, same.target) == ("replace", "tc8bhq")
