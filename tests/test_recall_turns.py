"""Recall of what was said: by words, by what was said around it, by whom and when."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from miminions.index import Query, Row, Source, SqliteIndex
from miminions.index.analysis import Word, analyse
from miminions.index.rank.turns import addressed_names, rank_turns
from miminions.index.sqlite.shelf import SqliteShelf

DAY = "2026-11-20"
FILLER = ("The weather is mild.", "Lunch was good.", "That sounds nice!", "See you around.", "Thanks a lot.")


def turns(session, *said, day="2026-03-20", speakers=("", "")):
    """Return a session's source: each text is said by the person and the assistant in turn."""
    rows = tuple(
        Row("turn", "", text, role, line=number, session=session, turn=number, date=day, role=role,
            speaker=speakers[(number - 1) % 2])
        for number, text in enumerate(said, 1)
        for role in [("user", "assistant")[(number - 1) % 2]]
    )  # fmt: skip
    return Source("one", "one", f"{session}.jsonl", "1", lambda: rows)


def filler(session, count=12, **more):
    """Return a session in which nothing is said."""
    return turns(session, *(FILLER[number % len(FILLER)] for number in range(count)), **more)


@pytest.fixture
def build(tmp_path):
    """Return a function that makes an index of sources."""

    def built(*sources):
        index = SqliteIndex(tmp_path / "index.db")
        index.sync(sources)
        return index

    return built


def ask(index, text, **more):
    """Return the turns that a question finds, as session#turn."""
    return [f"{hit.session}#{hit.turn}" for hit in hits(index, text, **more)]


def hits(index, text, day=DAY, **more):
    """Return the hits of a question about turns."""
    return index.search(Query(text, day, ("turn",), **more))


def why(index, text, **more):
    """Return why the first hit of a question was found."""
    return hits(index, text, **more)[0].why


def test_an_answer_without_a_word_of_the_question(build):
    """What stands right behind a question that matches is found by it, and before the question itself."""
    index = build(
        turns(
            "a", *FILLER, "Which database do we use for billing?", "PostgreSQL, since the spring.", *FILLER
        ),
        filler("b"),
    )
    assert ask(index, "which database for billing")[:2] == ["a#7", "a#6"]
    assert "neighbours" in why(index, "which database for billing")


def test_neighbours_are_of_one_session(build):
    """The last turn of a session lends nothing to the first of the next."""
    index = build(turns("a", *FILLER, "The billing database is slow?"), turns("b", "PostgreSQL.", *FILLER))
    assert "b#1" not in ask(index, "billing database")


def test_what_is_said_around_decides_between_equals(build):
    """Of two turns that say the same the one counts more around which the rest of the question was said."""
    index = build(
        turns(
            "a", "The staging cluster had an outage.", FILLER[0], FILLER[1], "We fixed it on Monday.", *FILLER
        ),
        turns("b", "The coffee machine was broken.", FILLER[0], FILLER[1], "We fixed it on Monday.", *FILLER),
        filler("c"),
    )
    found = [ref for ref in ask(index, "how was the staging outage fixed") if ref.endswith("#4")]
    assert found[0] == "a#4"


def test_a_speaker_is_asked_about(build):
    """A name that a transcript gives a speaker is no word to look for, but whose turns are looked at first."""
    talk = ("Hello Ada, I bought a bike.", "Hello Tom, I bought a boat.", "Nice, Ada!", "Bye, Tom.")
    index = build(turns("a", *talk, speakers=("Tom", "Ada")), filler("b", speakers=("Tom", "Ada")))
    assert ask(index, "What did Ada buy?")[0] == "a#2"
    assert ask(index, "What did Tom buy?")[0] == "a#1"
    assert "speaker" in why(index, "What did Tom buy?")
    assert {*ask(index, "What did Tom and Ada buy?")[:2]} == {"a#1", "a#2"}
    assert ask(index, "ada")[0].startswith("a#")


@pytest.mark.parametrize("name", ["Magdalena", "magdalena", "Magda", "Magdelena"])
def test_names_as_people_write_them(build, name):
    """A short form with a capital and a slip of the pen name a speaker."""
    talk = ("I bought a bike.", "I bought a boat.", *FILLER)
    index = build(turns("a", *talk, speakers=("Tom", "Magdalena")))
    assert ask(index, f"What did {name} buy?")[0] == "a#2"


def test_names_are_told_to_an_embedder(build):
    """The words that only address are known to whoever asks an embedder."""
    index = build(turns("a", "One.", "Two.", speakers=("Tom", "Ada")))
    with index._reader() as connection:
        shelf = SqliteShelf(connection, "talk", Query("", DAY, ("turn",)))
        assert addressed_names(analyse("What did Ada's brother buy?", DAY), shelf) == {"ada"}


def test_who_asks_in_the_first_person_means_what_he_said(build):
    """A question about me prefers my turns, one about what you told me the assistant's."""
    index = build(
        turns("a", "The retention period is 30 days.", "The retention period is 30 days.", *FILLER),
        filler("b"),
    )
    assert ask(index, "what is my retention period")[0] == "a#1"
    assert ask(index, "which retention period did you suggest")[0] == "a#2"


def test_a_day_that_is_asked_about(build):
    """Of equal turns those of the days asked about come first, and such a day alone is a question."""
    days = ("2026-05-04", "2026-06-10", "2026-11-19")
    index = build(*(turns(day, "We met the auditors.", *FILLER, day=day) for day in days))
    assert ask(index, "when did we meet the auditors in May 2026")[0] == "2026-05-04#1"
    assert ask(index, "the auditors on June 9th, 2026")[0] == "2026-06-10#1"
    assert ask(index, "the auditors in june")[0] == "2026-06-10#1"
    assert ask(index, "what did the auditors say yesterday")[0] == "2026-11-19#1"
    assert {ref.split("#")[0] for ref in ask(index, "what was yesterday?")} == {"2026-11-19"}
    assert "date 2026-05" in why(index, "auditors in May 2026")


def test_a_text_that_names_the_day(build):
    """A turn that speaks of a day is found by it, whenever it was said."""
    index = build(turns("a", *FILLER, "The launch is planned for March 22.", *FILLER), filler("b"))
    assert ask(index, "what about March 22?")[0] == "a#6"


def test_who_asks_when_gets_a_time(build):
    """Of two turns about a matter the one that names a time answers when."""
    index = build(
        turns("a", "I repaired the roof myself.", *FILLER),
        turns("b", "I repaired the roof last week.", *FILLER),
    )
    assert ask(index, "When was the roof repaired?")[0] == "b#1"


def test_a_phrase_counts(build):
    """Words that stand together in question and turn count more than the same words apart."""
    index = build(
        turns("a", "The support of a group of two.", *FILLER),
        turns("b", "Two of the support group met.", *FILLER),
        filler("c"),
    )
    assert ask(index, "the support group")[0] == "b#1"


def test_who_looks_for_words_gets_the_turns_that_have_them(build):
    """Words that are no question find what has them, and not what stands beside it."""
    index = build(turns("a", *FILLER, "Is the billing database slow?", "PostgreSQL.", *FILLER))
    assert ask(index, "billing database") == ["a#6"]
    assert ask(index, "is the billing database slow?")[0] == "a#7"


def test_nonsense_gets_nothing(build):
    """One common word of many that nobody said is no answer."""
    index = build(*(filler(name) for name in "abc"))
    assert ask(index, "quantum chromodynamics lattice gauge good hadron propagator") == []
    assert ask(index, "what is it that we do with this?") == []
    assert ask(index, "\U0001f680") == []


def test_what_a_query_rules_out_is_no_answer(build):
    """A turn of a workspace that is left out is not found, even by what its neighbours say."""
    index = build(turns("a", "Our billing database?", "PostgreSQL."))
    assert ask(index, "billing database") != []
    assert ask(index, "billing database", without=("one",)) == []


def test_meaning_is_weighed_with_words(build):
    """A turn that an embedder finds near is found without a word of the question, and one with words is not lost."""
    index = build(
        turns("a", *FILLER, "We ship with containers.", *FILLER, "Deploys are on Fridays.", *FILLER),
        filler("b"),
    )
    with index._reader() as connection:
        shelf = SqliteShelf(connection, "talk", Query("", DAY, ("turn",)))
        keys = shelf.holding(
            Word("all", ("nice", "lunch", "weather", "see", "thanks", "ship", "deploys")), 100
        )
        ships = shelf.holding(Word("ship", ("ship",)), 1)[0]
        deploys = shelf.holding(Word("deploys", ("deploys",)), 1)[0]
        cosines = dict.fromkeys(keys, 0.1) | {ships: 0.8, deploys: 0.3}
        asked, nothing = analyse("how do deploys work", DAY), analyse("", DAY)
        found = {one.key: one.why for one in rank_turns(asked, shelf, 3, cosines)}
        assert {ships, deploys} <= found.keys()
        assert "meaning" in found[ships]
        assert "words: deploys" in found[deploys]
        assert ships not in {one.key for one in rank_turns(asked, shelf, 3)}
        assert [(one.key, one.why) for one in rank_turns(nothing, shelf, 1, cosines)] == [
            (ships, ("meaning",))
        ]


@pytest.mark.parametrize(
    "changed",
    [
        ("Billing?", "On PostgreSQL now.", *FILLER, "It is slow."),
        ("Billing?", "It is slow.", "On PostgreSQL now.", *FILLER),
        ("On PostgreSQL now.", *FILLER),
        (*FILLER, "Billing?"),
    ],
)
def test_an_index_after_changes_ranks_like_a_new_one(tmp_path, changed):
    """Turns that came, went and changed leave lengths and neighbours as a rebuild has them."""
    kept, gone = turns("a", *FILLER, "Billing runs on PostgreSQL."), turns("b", "Billing is slow.", *FILLER)
    was, now = turns("c", "Billing?", "On PostgreSQL now.", *FILLER), turns("c", *changed)
    now = replace(now, digest="2")
    old, new = SqliteIndex(tmp_path / "old.db"), SqliteIndex(tmp_path / "new.db")
    old.sync([kept, gone, was])
    old.sync([kept, now])
    new.sync([kept, now])
    answers = [
        [(hit.score, hit.why, hit.session, hit.turn) for hit in hits(index, "What does billing run on?")]
        for index in (old, new)
    ]
    assert answers[0] == answers[1]
    assert answers[0]
    assert old.problems([kept, now]) == ()


def test_what_ranks_turns_is_verified(build):
    """A turn whose length or speaker is another than its text and transcript say is damage that is found."""
    index = build(turns("a", *FILLER))
    stamp = index.path.stat().st_mtime_ns
    with closing(sqlite3.connect(index.path)) as connection, connection:
        connection.execute("UPDATE said SET speaker = 'Eve' WHERE place IN (SELECT min(place) FROM said)")
    os.utime(index.path, ns=(stamp, stamp))
    assert index.problems() == ("1 turns are not ranked as they were said",)


def test_the_newer_of_equals(build):
    """Recency decides between turns that answer equally well, and nothing else."""
    index = build(
        *(turns(day, "The key rotates weekly.", *FILLER, day=day) for day in ("2026-01-01", "2026-02-01"))
    )
    with index._reader() as connection:
        shelf = SqliteShelf(connection, "talk", Query("", DAY, ("turn",)))
        best = rank_turns(analyse("key rotates", DAY), shelf, 1)
        assert shelf.rows([best[0].key])[best[0].key].row.date == "2026-02-01"


def test_many_turns_are_asked_in_milliseconds(build):
    """A question with common words reads a part of what holds them."""
    index = build(
        *(turns(f"s{number:03}", *(f"{text} item{number}" for text in FILLER * 8)) for number in range(200))
    )
    begun = datetime.now(UTC)
    assert ask(index, "was lunch good, was the weather mild, and item77?")[0].startswith("s077#")
    assert (datetime.now(UTC) - begun).total_seconds() < 0.5
