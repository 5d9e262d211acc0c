"""Facts as people ask for them: other words, slips, other languages, and silence where nothing is needed."""

import pytest

from miminions.index import SqliteIndex, needed
from miminions.index.analysis import analyse
from miminions.index.hits import Query
from miminions.index.rank import rank_facts
from miminions.index.rank.facts import SMALL
from miminions.index.rank.prompt import Reading, parted
from miminions.index.rows import Row, Source

DAY = "2026-06-01"
FACTS = {
    "deploy": ("Procedures", "Deploy to production: `make ship`, wait for the smoke test, then announce it in the channel."),
    "freeze": ("Context", "Nothing is deployed from 2026-06-03 to 2026-06-10; only Ines can lift the freeze."),
    "owner": ("People", "Ines owns the payment service, ask her before 16:00."),
    "encoding": ("Insights", "Umlauts of the tariff feed were broken because it is ISO-8859-1 although its header says UTF-8."),
    "port": ("Facts", "The local database listens on port 5544."),
    "commits": ("Preferences", "Commit subjects begin with the ticket, such as `KX-12: Reject empty rows`."),
    "money": ("Decisions", "Money is an integer of cents; floats are never used for amounts."),
    "table": ("Procedures", "A new table needs a migration, an owner in `schema.yaml` and a row in the privacy register."),
    "slow": ("Insights", "The order list was slow for big customers because it counted all rows; the count is gone."),
    "generated": ("Decisions", "Files in `client/api/` are generated from the schema and not edited by hand."),
    "flags": ("Decisions", "Feature flags live in the table `flags`; each has an end date."),
    "logs": ("Facts", "Logs are kept for 21 days, audit logs for seven years."),
    "leave": ("Context", "Tomek is on parental leave until 2026-09-30; Ines stands in for him."),
    "coffee": ("Facts", "The key of the storage room hangs behind the coffee machine."),
}  # fmt: skip


@pytest.fixture
def index(tmp_path):
    return indexed(tmp_path)


def indexed(folder, more=()):
    rows = [
        Row("fact", name, text, section, line=n) for n, (name, (section, text)) in enumerate(FACTS.items())
    ]
    source = Source("w", "shop", "MEMORY.md", f"{len(more)}", lambda: [*rows, *more])
    found = SqliteIndex(folder / "index.db")
    found.sync([source])
    return found


def search(index, text, limit=10):
    return index.search(Query(text, DAY, ("fact",), limit))


def pushed(index, prompt):
    return {hit.id for hit in needed(prompt, index.search(Query(prompt, DAY, ("fact",), prompt=True)))}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how do we deploy to production?", "deploy"),
        ("which port has the local db", "port"),
        ("how do we ship a release", "deploy"),
        ("who is responsible for payments?", "owner"),
        ("wer ist für die Zahlung zuständig?", "owner"),
        ("how long do we keep the logs", "logs"),
        ("where is the key of the storage room", "coffee"),
        ("umlauts in the tarif feed", "encoding"),
        ("is Tomek here in july", "leave"),
        ("can i fix a typo in client/api/orders.ts", "generated"),
        ("feature toggles", "flags"),
        ("why was the order list so slow", "slow"),
    ],
)  # fmt: skip
def test_a_question_finds_its_fact(index, question, wanted):
    """By the same words, by words of the same matter, by slips and other languages, among the first two."""
    assert wanted in [hit.id for hit in search(index, question)][:2]


@pytest.mark.parametrize(
    "text", ["zebra quartz xylophone", "qqq www", "🙂", "the of and", "", "' OR 1=1 --", "\x00"]
)
def test_nonsense_gets_nothing(index, text):
    """What has nothing in common with any fact has no answer."""
    assert search(index, text) == ()


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("deploy it to production tonight", {"deploy"}),
        ("the tariff feed shows garbage for ü again, why?", {"encoding"}),
        ("who owns the payment service?", {"owner"}),
        ("on which port does our local database listen?", {"port"}),
    ],
)
def test_a_prompt_gets_what_it_needs(index, prompt, wanted):
    """The fact is there, and not half of the memory with it."""
    found = pushed(index, prompt)

    assert wanted <= found
    assert len(found) <= 4


@pytest.mark.parametrize(
    "prompt",
    [
        "continue",
        "yes, do it",
        "thanks, that looks good!",
        "what is the difference between an integer and a float in python?",
        "how do i squash my last three commits into one",
        "write a python script that counts the rows of a csv file, standard library only",
        "rename the variable `rows` to `orders` in list.py",
        'fix the grammar: "The customers was told that the order list were slow and that the feed is broken."',
    ],
)
def test_a_prompt_that_needs_nothing_gets_nothing(index, prompt):
    """Although it says words of the memory."""
    assert pushed(index, prompt) == set()


def test_scores_are_chances(index):
    """A score lies between 0 and 1, the best first, and says why."""
    hits = search(index, "which port has the local database")

    assert all(0 < hit.score < 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].why.startswith("words: database, local, port")


def test_a_large_memory_is_not_looked_at_as_a_whole(tmp_path):
    """Among thousands of rows the best words select, and the same fact comes first."""
    rows = [
        Row("fact", f"n{n}", f"Shelf {n} of the archive holds minutes {n}.", "Facts", line=n)
        for n in range(SMALL)
    ]
    found = search(indexed(tmp_path, rows), "which port has the local database")

    assert found[0].id == "port"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("where is app/rates/zones.py explained", "path"),
        ("what changed in v1.2.3", "version"),
        ("PH-2304", "ticket"),
        ("do we write C++", "cpp"),
        ("drawer 7", "seven"),
        ("max_retry_count", "option"),
        ("\u8fd4\u54c1\u306f\u3044\u3064\u307e\u3067", "japanese"),
        ("\u9000\u6b3e\u9700\u8981\u591a\u4e45", "chinese"),
    ],
)
@pytest.mark.parametrize("others", [0, SMALL])
def test_what_is_written_exactly_comes_first(tmp_path, question, wanted, others):
    """Identifiers, paths, versions and numbers in memories of any size; scripts without spaces in a small one."""
    if others and not question.isascii():
        return
    texts = {
        "path": "Zones of the rates are explained at the top of `app/rates/zones.py`.",
        "other": "The rates of `app/rates/weights.py` are explained to new colleagues.",
        "version": "Since v1.2.3 the exporter writes no header.",
        "older": "In v1.3.2 the exporter changed its header.",
        "ticket": "The rounding of PH-2304 stays as it is.",
        "tickets": "PH-2305 is a rounding, too.",
        "cpp": "The kernel is C++, nothing else.",
        "c": "The driver is C and we write it by hand.",
        "six": "Spare keys lie in drawer 6 of the cabinet on floor 7.",
        "seven": "Spare keys lie in drawer 7 of the cabinet on floor 6.",
        "option": "`max_retry_count` is 4 for the mail queue.",
        "options": "The count of a retry has no max.",
        "japanese": "\u8fd4\u54c1\u306f\u5546\u54c1\u5230\u7740\u5f8c\u4e8c\u9031\u9593\u307e\u3067\u53d7\u3051\u4ed8\u3051\u308b\u3002",
        "chinese": "\u9000\u6b3e\u9700\u8981\u4e94\u4e2a\u5de5\u4f5c\u65e5\u3002",
    }
    rows = [Row("fact", name, text, "Facts", line=100 + n) for n, (name, text) in enumerate(texts.items())]
    rows += [
        Row("fact", f"o{n}", f"Shelf {n} holds the papers of year {n}.", "Facts", line=200 + n)
        for n in range(others)
    ]

    assert search(indexed(tmp_path, rows), question)[0].id == wanted


def test_other_words_are_found_in_a_large_memory(tmp_path):
    """Rows that share no word with the question are candidates by words of the same matter."""
    rows = [
        Row("fact", f"n{n}", f"Shelf {n} of the archive holds minutes {n}.", "Facts", line=n)
        for n in range(SMALL)
    ]
    found = search(indexed(tmp_path, rows), "who gets an invoice")
    rows += [Row("fact", "bills", "Billing is done by Jonna in Turku.", "Facts", line=900)]

    assert not found
    assert search(indexed(tmp_path, rows), "who gets an invoice")[0].id == "bills"


def test_what_was_replaced_finds_what_replaced_it(tmp_path):
    """A retired row lends its score to its heir, and is no answer itself."""
    rows = [
        Row("fact", "new", "Everything runs on ECS.", "Decisions", line=50),
        Row(
            "fact", "old", "Everything runs on Heroku.", "Decisions", line=51, state="retired", heirs=("new",)
        ),
    ]
    hits = search(indexed(tmp_path, rows), "heroku")

    assert [hit.id for hit in hits] == ["new"]
    assert hits[0].why == "replaced old"


def test_a_retired_row_without_heirs_lends_nothing(tmp_path):
    """What was only retired stays gone."""
    rows = [Row("fact", "old", "Everything runs on Heroku.", "Decisions", line=51, state="retired")]

    assert search(indexed(tmp_path, rows), "heroku") == ()


@pytest.mark.parametrize("others", [0, SMALL])
def test_links_are_followed_one_step(tmp_path, others):
    """What a good answer links to, by id, key or its first words, comes with it; what that links to does not."""
    rows = [
        Row("fact", "gull", "The zeppelin docks at [[gull tower]] only.", "Facts", line=50, links=("gull tower",)),
        Row("fact", "tower", "Gull tower needs a permit, see [[permits]].", "Facts", line=51, links=("permits",)),
        Row("fact", "permit", "Jonna writes them.", "Facts", line=52, key="permits"),
        Row("fact", "crew", "Ropes lie ready, as for [[zep]].", "Facts", line=53, links=("zep",)),
        Row("fact", "zeps", "The zeppelin carries nine.", "Facts", line=54, key="zep"),
    ]  # fmt: skip
    rows += [
        Row("fact", f"o{n}", f"Shelf {n} holds the papers of year {n}.", "Facts", line=200 + n)
        for n in range(others)
    ]
    hits = {hit.id: hit for hit in search(indexed(tmp_path, rows), "zeppelin")}

    assert hits["tower"].why == "linked with gull"
    assert hits["tower"].score < hits["gull"].score
    assert "permit" not in hits
    if not others:
        assert hits["crew"].why == "linked with zeps"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Row("fact", "a", "The gate opens at nine.", pin=True, line=60), Row("fact", "b", "The gate opens at ten.", line=50)),
        (Row("fact", "a", "The gate opens at nine.", line=60),
         Row("fact", "b", "The gate opens at ten.", line=50, session="s1", turn=3)),
        (Row("fact", "a", "The gate opens at nine.", date="2026-05-02", line=60),
         Row("fact", "b", "The gate opens at ten.", date="2025-05-02", line=50)),
        (Row("fact", "a", "The gate opens at nine.", line=60),
         Row("history", "b", "The gate opens at ten.", line=50)),
    ],
)  # fmt: skip
def test_between_equals(tmp_path, better, worse):
    """What is pinned, was written by hand, is newer or is a fact comes first, wherever it stands."""
    index = indexed(tmp_path, [worse, better])
    hits = index.search(Query("when does the gate open", DAY, ("fact", "history"), 5))

    assert [hit.id for hit in hits][:2] == ["a", "b"]


def test_the_day_never_beats_the_words(tmp_path):
    """A newer row that has less of the question comes after an older one that has more."""
    rows = [
        Row("fact", "old", "The north gate opens at ten.", date="2020-01-01", line=50),
        Row("fact", "new", "The gate opens at nine.", date="2026-05-31", line=51),
    ]

    assert search(indexed(tmp_path, rows), "when does the north gate open")[0].id == "old"


def test_what_says_the_same_again_goes_back(tmp_path):
    """Of rows that say the same one stands in front; those that differ in a number are not the same."""
    rows = [
        Row("fact", "one", "The gate of the harbour opens at nine every morning.", line=50),
        Row("fact", "two", "The gate of our harbour opens every morning at nine.", line=51),
        Row("fact", "three", "Ask Jonna about the gate.", line=52),
        Row("fact", "four", "Harbour gate 4 opens to the east.", line=53),
        Row("fact", "five", "Harbour gate 5 opens to the east.", line=54),
    ]
    index = indexed(tmp_path, rows)
    places = [hit.id for hit in search(index, "gate of the harbour opens when")]
    scores = {hit.id: hit.score for hit in search(index, "harbour gate")}

    assert places.index("four") < max(places.index("one"), places.index("two"))
    assert scores["four"] == scores["five"]


class Rows:
    """A shelf of a few rows in memory."""

    def __init__(self, stored):
        self.stored = stored

    def size(self):
        """Return how many rows there are."""
        return len(self.stored), 10.0

    def some(self, limit):
        """Return keys."""
        return list(self.stored)[:limit]

    def replaced(self, words, limit):
        """Nothing was replaced."""
        return []

    def rows(self, keys):
        """Return rows by key."""
        return {key: self.stored[key] for key in keys}


def test_nearness_finds_what_shares_no_word(index):
    """With an embedder's cosines a fact in other words comes first."""
    from miminions.index.rank.shelf import Stored

    rows = {n: Stored(n, Row("fact", name, text, section, line=n), "w", "shop", "MEMORY.md")
            for n, (name, (section, text)) in enumerate(FACTS.items())}  # fmt: skip
    names = list(FACTS)
    near = {n: 0.55 if name == "coffee" else 0.05 for n, name in enumerate(names)}
    question = analyse("jura brews nothing", DAY)

    assert names[rank_facts(question, Rows(rows), 5, near)[0].key] == "coffee"
    assert "coffee" not in [names[one.key] for one in rank_facts(question, Rows(rows), 5)][:1]


@pytest.mark.parametrize(
    ("prompt", "own", "pasted"),
    [
        ("fix this\n\n```\nx = 1\n```\nplease", "fix this\n\nplease", "x = 1"),
        ('why?\nTraceback (most recent call last):\n  File "a.py", line 1', "why?", "Traceback"),
        ("plain words\nof two lines", "plain words\nof two lines", ""),
        (f'shorter: "{"many words " * 8}"', "shorter: ", "many words"),
    ],
)
def test_what_was_pasted_is_told_from_what_is_asked(prompt, own, pasted):
    """Code, traces and long quotations are material."""
    text, material = parted(prompt)

    assert text.strip().startswith(own.strip())
    assert pasted in material
    assert bool(pasted) == bool(material.strip())


@pytest.mark.parametrize(
    "prompt", ["x" * 100_000, "a b " * 30_000, '"' * 5_000, "\n" * 9_000, "`" * 999, "ß" * 5_000]
)
def test_any_prompt_is_read(prompt):
    """Long and odd prompts are read without a fault."""
    assert isinstance(Reading(prompt).weights, dict)


TYPED = {
    "rest": "No GraphQL: REST only, with problem documents.",
    "rate": "The staging API allows 100 requests a minute per key.",
    "request": "Never push straight to main, always open a pull request.",
    "kept": "Backups are kept for 35 days in the bucket shop-backups.",
    "begins": "The nightly backup starts at 02:30.",
    "stripe": "The Stripe account belongs to Kofi.",
    "scripts": "Ada owns the deploy scripts.",
    "bug": "PH-2304: the checkout bug in Safari.",
    "closed": "PH-2340 was closed.",
    "postgres": "Postgres is at 15.4.",
    "packing": "Der Lieferant der Verpackung ist Nordpack.",
    "bills": "Die Rechnungen gehen an den Kunden.",
}


@pytest.fixture
def typed(tmp_path):
    rows = [Row("fact", name, text, section="Facts", line=n) for n, (name, text) in enumerate(TYPED.items())]
    found = SqliteIndex(tmp_path / "typed.db")
    found.sync([Source("w", "shop", "MEMORY.md", "1", lambda: rows)])
    return found


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("requests", {"rate", "request"}),
        ("how many requests", {"rate"}),
        ("pull request", {"request"}),
        ("when does the backup run", {"begins"}),
        ("who owns the stripe account", {"stripe"}),
        ("PH-2304", {"bug"}),
        ("ph2304", {"bug"}),
        ("\uff30\uff28\uff0d\uff12\uff13\uff10\uff14", {"bug"}),
        ("v15.4", {"postgres"}),
        ("postgress", {"postgres"}),
        ("wer liefert die Verpackung", {"packing"}),
        ("Verpackungslieferant", {"packing"}),
    ],
)
def test_a_word_itself_comes_before_words_of_its_matter(typed, question, first):
    """Who types a word means that word; then slips, compounds, and what answers such questions."""
    assert search(typed, question)[0].id in first


def test_a_score_says_how_much_of_the_question_was_found(typed):
    """All of it is near 1, one of several words is less than half, and nothing is nothing."""
    assert search(typed, "pull request")[0].score > 0.75
    assert 0 < search(typed, "stripe invoices of the southern branch")[0].score < 0.4
    assert search(typed, "xyzzy plugh") == ()


HAPPENED = [
    Row("history", "", "Moved deploys from Heroku to ECS.", section="History", line=1, date="2026-05-22"),
    Row("history", "", "Fixed the login test.", section="History", line=2, date="2026-04-27"),
    Row("fact", "uv", "We use uv instead of pip since March 2026.", line=3),
    Row("fact", "ecs", "Deploys run on ECS.", line=4, date="2026-05-22"),
    Row("fact", "audit", "The audit begins on 2027-01-11.", line=5, date="2026-05-22"),
]


@pytest.mark.parametrize("others", [0, SMALL + 50])
@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("what happened on 2026-05-22", "Moved deploys from Heroku to ECS."),
        ("2026-04-27", "Fixed the login test."),
        ("last week", "Moved deploys from Heroku to ECS."),
        ("since when do we use uv", "We use uv instead of pip since March 2026."),
        ("what is there in January 2027", "The audit begins on 2027-01-11."),
        ("audit", "The audit begins on 2027-01-11."),
    ],
)
def test_a_time_is_a_time_and_no_word(tmp_path, question, first, others):
    """Dates and phrases of time find what happened then, and facts that name them; the day of the question counts."""
    fillers = [Row("fact", f"g{n}", f"Something else altogether {n}", line=10 + n) for n in range(others)]
    index = SqliteIndex(tmp_path / "dated.db")
    index.sync([Source("w", "shop", "MEMORY.md", "1", lambda: [*HAPPENED, *fillers])])
    assert [hit.text for hit in index.search(Query(question, "2026-05-28", limit=1))] == [first]
