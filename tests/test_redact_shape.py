"""What is ruled out before anything is looked for: never a secret, and nearly all that people write."""

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miminions.redact import guard, patterns, prose, redact, suspicious
from miminions.redact.finders import found
from miminions.redact.rules import Rule, rules

LAW = settings(derandomize=True, deadline=None, max_examples=600, suppress_health_check=list(HealthCheck))
FEW = settings(LAW, max_examples=12)

WORDS = [
    "key", "token", "secret", "password", "pass", "pwd", "user", "login", "account", "twilio", "airtable", "api", "pin", "curl", "mysql",
    "docker login", "bearer", "authorization", "senha", "passwort", "konto", "private", "access", "client", "github", "service", "mot de passe",
    "credentials", "kind: Secret\n", "data:", "vault", "SSWS", "-u", "-p", "--token", "--user", "the", "for", "set", "now", "is", "was", "to", "ist", "é", "mit", "and",
]  # fmt: skip
SIGNS = [
    "=", ":", ": ", " = ", "->", "=>", '"', "'", "`", " ", "  ", "\n", "\t", "\u00a0", "/", "//", "://", "@", "%20", "%3A", "- ", "**", "(", ")", ",", ".", "!", "$", "_", "-",
    "\\", "\\n", "?", "&", "<!-- mm:a2bc3d -->", "§", "\u017f", "\u0130",
]  # fmt: skip
VALUES = [
    "Sommer", "hunter", "2024", "x", "Q7", "aB3dE7gH", "9kL2", "abc", "DEF", "12", "größer", "sesame", "AbCdEfGhIjKl", "deadbeef", "4539 ", "5787", "6362", "1486",
    "0123456789", "dXNlcjpwYXNz", "MTIzNDU2Nzg5", "v1", "PostgreSQL", "٣", "#", "AKIA", "ghp", "sk", "a1b2-",
]  # fmt: skip
PIECES = st.lists(st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.sampled_from(VALUES), max_size=14)


def agrees(text: str) -> None:
    """Check that what is ruled out holds nothing, that masking leaves it, and that its lines are ruled out too."""
    if not suspicious(text):
        assert list(found(text)) == []
        assert redact(text) == text
        assert not any(map(suspicious, text.split("\n")))


@LAW
@given(PIECES.map("".join))
def test_what_is_ruled_out_holds_nothing(text):
    """Words of credentials, signs and values in any order are only passed over where no finder has anything."""
    agrees(text)


@LAW
@given(st.text(max_size=80))
def test_any_text_is_ruled_out_rightly(text):
    """So it is for any characters."""
    agrees(text)


def source(rule: Rule) -> str:
    """Return a rule's pattern as hypothesis can follow it: what only guards an edge or a loop is left out."""
    pattern = rule.pattern.replace("<word>", f"(?:{'|'.join(map(re.escape, rule.words))})")
    return re.sub(r"\(\?=[^()]*\)|(?<=[+*?}])\+", "", pattern).replace("(?<=", "(?:")


SHAPES = [(f"{rule.kind} {rule.words[0]}", source(rule)) for rule in rules()] + [
    (pattern.pattern[:24], re.sub(r"(?<=[+*?}])\+", "", pattern.pattern))
    for pattern in (
        patterns.KEY_BEGIN,
        patterns.URL_LOGIN,
        patterns.AUTHORIZATION,
        patterns.AUTHORIZED,
        patterns.CURL_USER,
        patterns.CARD,
        patterns.NAMED,
        patterns.SAID,
        patterns.BESIDE,
        prose._TOLD,
        prose._LOGIN_PAIR,
        prose._PIN,
    )
]


@pytest.mark.parametrize("shape", [shape for _, shape in SHAPES], ids=[name for name, _ in SHAPES])
def test_what_a_rule_finds_is_never_ruled_out(shape):
    """Each rule and pattern gets what it describes, alone and in a sentence; what it finds is suspicious."""

    @FEW
    @given(
        st.from_regex(shape),
        st.sampled_from(["", "see ", "key: ", "\n"]),
        st.sampled_from(["", " there", "\n", '"']),
    )
    def check(said, before, behind):
        agrees(before + said + behind)

    check()


ORDINARY = [
    "The API server keeps sessions in Redis and tokens expire after 30 minutes.",
    "Written in `miminions/redact/finders.py`, see docs/guides/start.md.",
    "On 2026-11-20 at 14:02 build 4711 ran in 3.5s (12% faster).",
    "The docs are at https://example.org/guides/v2/intro and stay.",
    "Use `pytest -q tests/unit` and `git commit -a` for it.",
    "Call `getRowName(id)` before `set_row_name`; PostgreSQL 15 and v2.4.1-rc.1 are fine.",
    "**Deploys** run on Friday: `make deploy`. <!-- mm:a2bc3d -->",
    "007 is an agent. <!-- mm:012345 -->",
    "Das Passwort steht im Tresor; die Datenbank läuft auf Port 5432.",
    "Backups finished 2026-11-20T14:02:11Z on web-01.example.org.",
    "`API_BASE_URL` is set in config/settings.toml; AT&T asked why!",
    "会議は金曜日に変更されました。",
]


@pytest.mark.parametrize("line", ORDINARY)
def test_what_people_write_is_ruled_out(line):
    """Paths, dates, numbers, ids, addresses and code are passed over without a closer look."""
    assert not suspicious(line)


def test_a_file_of_ordinary_lines_is_ruled_out_whole():
    """One question is enough for a whole file; one secret in it is enough to look closely."""
    text = "\n".join(f"- {line} <!-- mm:a2bc3d -->" for line in ORDINARY * 50)
    assert not suspicious(text)
    assert suspicious(text + "\nghp_" + "a1B2" * 9)


def test_the_person_s_own_secrets_are_suspicious():
    """What the environment calls a password is not passed over, though it looks like nothing."""
    guard({"SHOP_DB_PASSWORD": "velvet/" + "Marmot-7"})
    try:
        assert suspicious("we used velvet/" + "Marmot-7 there")
    finally:
        guard({})
    assert not suspicious("we used velvet/" + "Marmot-7 there")


def test_ruling_out_is_far_quicker_than_looking():
    """Clean lines take a tenth of the time of a search at most, and a whole file of them a twentieth."""
    lines = [f"{ORDINARY[0]} {number}" for number in range(400)]
    looking, each, whole = (
        quickest(work)
        for work in (
            lambda: [list(found(line)) for line in lines],
            lambda: [suspicious(line) for line in lines],
            lambda: suspicious("\n".join(lines)),
        )
    )
    assert each < looking / 10
    assert whole < looking / 20


def quickest(work) -> float:
    """Return how many seconds of this process a piece of work takes at best."""
    took = []
    for _ in range(5):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)
