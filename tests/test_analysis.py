"""What a question asks for: its words in all their forms, names that machines gave, and the days it means."""

import pytest

from miminions.index.analysis import analyse, length, traits
from miminions.index.analysis.traits import AMOUNT, ASKS, TIME, sought
from miminions.index.analysis.words import LIMIT

DAY = "2026-11-20"  # a Friday


def words(text):
    """Return the words of a question, as a list."""
    return [word.text for word in analyse(text, DAY).words]


def forms(text):
    """Return the forms of a question's only word."""
    (word,) = analyse(text, DAY).words
    return set(word.forms)


def spans(text, day=DAY):
    """Return the days that a question names: first, last, and whether they come back each year."""
    return [(*moment.days, moment.yearly) for moment in analyse(text, day).moments]


def test_what_only_asks_is_no_word():
    """The words of a question are what it is about, each once."""
    assert words("What is it that we do with this? Didn't you tell us?") == []
    assert words("Where do we deploy, and why deploy there?") == ["deploy"]
    assert words("") == words("?! \U0001f680 __") == []


def test_a_question_has_an_end():
    """Of a text of thousands of words the first ones count."""
    asked = analyse(" ".join(f"word{number}" for number in range(5000)), DAY)
    assert len(asked.words) == LIMIT
    assert len(asked.phrases) <= 16


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("went", "go"), ("children", "kid"), ("buying", "bought"), ("writes", "written"), ("decision", "decide"),
        ("colours", "color"), ("organise", "organize"), ("organizing", "organising"), ("photos", "photographer"),
    ],
)  # fmt: skip
def test_forms_that_no_stemmer_joins(text, other):
    """Irregular forms, near relations and two countries' spellings are one word; what a stemmer does is left to it."""
    assert other in forms(text)


def test_an_identifier_is_sought_in_parts_and_whole():
    """Parts of a path are words; the whole is a phrase, so that who writes all of it gets that file first."""
    asked = analyse("why does src/main.py fail with E_CONN_RESET?", DAY)
    assert {"src", "main", "py", "conn", "reset"} <= {word.text for word in asked.words}
    assert {"src/main.py": ("src main py",), "e_conn_reset": ("e conn reset",)}.items() <= {
        phrase.text: phrase.forms for phrase in asked.phrases
    }.items()


@pytest.mark.parametrize(
    ("text", "form"), [("v2.3.1", "v2 3 1"), ("10.0.0.7", "10 0 0 7"), ("18:30", "18 30")]
)
def test_numbers_that_mean_something_together_stay_together(text, form):
    """The digits of a version, an address or a time say nothing each on its own."""
    assert [(word.text, word.forms) for word in analyse(f"is it {text}?", DAY).words] == [(text, (form,))]


def test_a_script_without_spaces():
    """A sentence of Chinese or Japanese is sought by pairs of letters, wherever they stand in a text."""
    assert [(word.text, word.forms) for word in analyse("東京都", DAY).words] == [
        ("東京", ("東 京",)),
        ("京都", ("京 都",)),
    ]
    assert words("in 東京 now") == ["東京"]
    assert words("ECSに行く") == ["ecs", "に行", "行く"]
    assert words("猫") == ["猫"]
    assert words("ที่ดิน") == ["ที่ดิ", "ดิน"]
    assert len(analyse("数" * 20_000, DAY).words) <= LIMIT


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("\uff21\uff30\uff29\uff12", "api2"),
        ("ｶﾞｲﾄﾞ", "ガイ"),
        ("ﬁle", "file"),
        ("كِتَاب", "كتاب"),
        ("كـتـاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("cafe\u0301", "café"),
        ("हिन्दी", "हिन्दी"),
        ("✈\ufe0f now", None),
        ("m²", "m²"),
    ],
)
def test_letters_are_sought_in_their_usual_form(written, usual):
    """Width, ligatures, points and the way accents are encoded make no difference; marks belong to their letters."""
    assert words(written)[:1] == ([usual] if usual else [])


@pytest.mark.parametrize(
    ("text", "first", "last", "yearly"),
    [
        ("2023-05-27", "2023-05-27", "2023-05-27", False),
        ("on 27 May, 2023", "2023-05-27", "2023-05-27", False),
        ("on May 27th, 2023", "2023-05-27", "2023-05-27", False),
        ("the 27th of May", "2000-05-27", "2000-05-27", True),
        ("in May 2023", "2023-05-01", "2023-05-31", False),
        ("in february 2024", "2024-02-01", "2024-02-29", False),
        ("in May", "2000-05-01", "2000-05-31", True),
        ("last May", "2026-05-01", "2026-05-31", False),
        ("last December", "2025-12-01", "2025-12-31", False),
        ("next March", "2027-03-01", "2027-03-31", False),
        ("in summer 2023", "2023-06-01", "2023-08-31", False),
        ("last winter", "2025-12-01", "2026-02-28", False),
        ("during 2022", "2022-01-01", "2022-12-31", False),
        ("early June 2023", "2023-06-01", "2023-06-10", False),
        ("at the end of 2022", "2022-08-31", "2022-12-31", False),
        ("the last two weeks of August 2023", "2023-08-18", "2023-08-31", False),
        ("the first week of October", "2000-10-01", "2000-10-07", True),
        ("yesterday", "2026-11-19", "2026-11-19", False),
        ("last Friday", "2026-11-13", "2026-11-13", False),
        ("this Friday", "2026-11-20", "2026-11-20", False),
        ("next Friday", "2026-11-27", "2026-11-27", False),
        ("last week", "2026-11-09", "2026-11-15", False),
        ("last weekend", "2026-11-14", "2026-11-15", False),
        ("this month", "2026-11-01", "2026-11-30", False),
        ("last month", "2026-10-01", "2026-10-31", False),
        ("last year", "2025-01-01", "2025-12-31", False),
        ("two days ago", "2026-11-18", "2026-11-18", False),
        ("a couple of weeks ago", "2026-11-03", "2026-11-09", False),
        ("in the past 3 days", "2026-11-17", "2026-11-20", False),
    ],
)
def test_when_a_question_means(text, first, last, yearly):
    """Dates and phrases of time are spans of days, relative ones from the day of the question."""
    assert spans(f"what did we decide {text}?") == [(first, last, yearly)]


@pytest.mark.parametrize(
    "text",
    ["May I march on?", "Will prices fall back?", "port 2077", "version 2.3.1", "Feb 30", "the 45th of nothing",
     "9999 years ago", "in the spring cleaning of march"],
)  # fmt: skip
def test_what_is_no_time(text):
    """Everyday words and numbers are no dates, and no text is too odd."""
    assert all(first <= last for first, last, _ in spans(text))
    if text not in {"Feb 30", "in the spring cleaning of march"}:
        assert spans(text) == []


@pytest.mark.parametrize("day", ["", "soon", "0001-01-01", "2026-13-01"])
def test_without_a_day_only_dates_are_understood(day):
    """What is relative to a day that nobody knows is no moment."""
    assert spans("yesterday, two weeks ago, last May and in June 2023", day)[-1] == (
        "2023-06-01",
        "2023-06-30",
        False,
    )
    assert len(spans("yesterday or last month", day)) == 0


def test_how_far_a_day_is_off():
    """A moment tells days before and after it; one without a year is near in any."""
    (may,), (month,) = analyse("in May 2023", DAY).moments, analyse("in January", DAY).moments
    assert [may.distance(day) for day in ("2023-05-09", "2023-04-28", "2023-06-03", "never")] == [
        0,
        -3,
        3,
        None,
    ]
    assert [month.distance(day) for day in ("2019-01-31", "2024-02-02", "2024-12-30")] == [0, 2, -2]


def test_words_that_name_days_are_known():
    """A date's words are marked, so that they can be left out where days are compared instead."""
    asked = analyse("what did Anna say in May 2023 about the may pole?", DAY)
    assert asked.dated == {"2023"}
    assert analyse("what happened two weeks ago?", DAY).dated == {"two", "weeks", "ago"}


def test_what_a_text_shows():
    """A turn shows whether it asks, names a time or an amount; a question shows which of these its answer has."""
    assert traits("Shall we?") == ASKS
    assert traits("I went there yesterday.") == TIME
    assert traits("It took 45 runs.") == traits("It took three runs.") == AMOUNT
    assert traits("") == traits("Fine.") == 0
    assert length("") == 1
    assert sought(("when", "did", "we")) == TIME
    assert sought(("how", "long", "is", "it")) == TIME | AMOUNT
    assert sought(("how", "many")) == AMOUNT
    assert sought(("where",)) == sought(()) == 0
