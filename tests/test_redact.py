"""What is a secret, what is not, and that masking is quick and final."""

import time

import pytest

from miminions.redact import Secret, find, has_secret, redact, without_private

# Strings are put together at run time, so that no scanner takes this file for a leak.
MIXED = "aB3dE7gH" + "9kL2mN5p"
LONG = MIXED + "Qr8sT4uV" + "1wX6yZ0b"
HEX = "9c4e17d2" * 4

TOKENS = {
    "aws-key": "AKIA" + "Q7M2" * 4,
    "github-token": "ghp_" + "a1B2" * 9,
    "gitlab-token": "glpat-" + LONG,
    "slack-token": "xoxb-" + "1234567890-" + LONG,
    "stripe-key": "sk_live_" + LONG,
    "anthropic-key": "sk-ant-" + "api03-" + LONG,
    "openai-key": "sk-proj-" + LONG,
    "google-key": "AIza" + "Sy" + LONG + MIXED,
    "huggingface-token": "hf_" + LONG + MIXED,
    "npm-token": "npm_" + LONG + MIXED,
    "pypi-token": "pypi-" + LONG + LONG,
    "sendgrid-key": "SG." + MIXED + "abcd." + LONG,
    "twilio-key": "SK" + HEX,
    "digitalocean-token": "dop_v1_" + HEX * 2,
    "vault-token": "hvs." + LONG,
    "jwt": "eyJ" + "hbGciOi9" + ".eyJ" + MIXED + "." + LONG,
    "model-key": "gsk_" + LONG,
}


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_of_a_known_provider_is_masked_wherever_it_stands(kind):
    """A provider's prefix is enough; the words around it stay."""
    text = f"We put {TOKENS[kind]} there, see (`{TOKENS[kind]}`)."
    assert redact(text) == f"We put [redacted:{kind}] there, see (`[redacted:{kind}]`)."


SAID = [
    ("password = {}", "hunter2xyz9"),
    ("the staging password is {}, keep it", "hunter2xyz9"),
    ("password for the box is now {}.", "tr0ub4dor&3x"),
    ('"password": "{}"', "correct-horse"),
    ("POSTGRES_PASSWORD={}", "sesame"),
    ("export PAYMENTS_SECRET={}", LONG),
    ("API_KEY: {}", MIXED),
    ('{{"token": "{}"}}', HEX),
    ("config['api_key'] = '{}'", MIXED),
    ("--token {}", MIXED),
    ("the access token {} expires soon", MIXED),
    ("X-Api-Key: {}", HEX),
    ("AccountKey={};", LONG + LONG + "=="),
    ("Authorization: Bearer {}", LONG),
    ("curl -H 'authorization: Basic {}'", "dXNlcjpwYXNz" + "MTIz"),
    ("curl -u ada:{} https://api.example.org", "s3same!"),
    ("postgresql://ada:{}@db.example.org/app", "hV7-open"),
    ("redis://:{}@cache:6379", "sesame"),
    ("SENTRY_DSN=https://{}@o1.ingest.example.org/4", HEX),
    ("the signing secret, base64:\n\n{}", LONG + MIXED + "/x9Qa"),
    ("card {} please", "4539 " + "5787 6362 1486"),
    ("{}", LONG + "0aQ7Zt0YcX9" + "="),
]


@pytest.mark.parametrize(("frame", "value"), SAID, ids=[frame for frame, _ in SAID])
def test_a_value_given_as_a_secret_is_masked(frame, value):
    """What is assigned, sent or said to be a secret goes; nothing else does."""
    text = frame.format(value)
    masked = redact(text)
    assert value not in masked
    before, after = frame.format("\0").split("\0")
    assert masked.startswith(before)
    assert masked.endswith(after)
    assert "[redacted:" in masked


def test_a_private_key_block_goes_whole_even_when_it_was_cut():
    """A key block is masked with its lines; a cut one as far as its body reaches."""
    head, body = "-----BEGIN " + "RSA PRIVATE KEY-----\n", (LONG * 2 + "\n") * 4
    whole = f"before\n{head}{body}-----END " + "RSA PRIVATE KEY-----\nafter"
    assert redact(whole) == "before\n[redacted:private-key]\nafter"
    assert redact(f"{head}{body}\n[cut]") == "[redacted:private-key]\n\n[cut]"


@pytest.mark.parametrize(
    "text",
    [
        "# Decisions\n\n- Deploys run on ECS, no longer on Heroku. <!-- mm:p2m4xa until=2027-01-01 -->",
        "The restic password must exist on paper in the fire safe.",
        "Passwords are stored as argon2id hashes; tokens expire after 3600s.",
        "The password is base64-encoded and at least 12characters long.",
        "password: required, token: string, secret: optional",
        "api_key = <your-key> and API_KEY=${API_KEY} and token: $TOKEN",
        "export OPENAI_API_KEY=xxxxxxxxxxxxxxxxxxxx  # then PASSWORD=changeme",
        'token = os.environ["SERVICE_TOKEN_2"]; secret = settings.secret_key_v2',
        "password = get_password2(user)",
        "ghp_" + "x" * 36,
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "Fixed in commit " + HEX + "9c4e17d2, see sha256:" + HEX * 2,
        "The token parser is in miminions/token2/parser_v3.py, key file ~/.ssh/id_ed25519.pub",
        "ssh-ed25519 AAAA" + "C3NzaC1lZDI1NTE5AAAAI" + LONG + " the deploy key",
        "Session 20261120T140233123456Z_1a2b3c4d used max_tokens=4096 and gpt-4o-2024-08-06.",
        "https://user:password@example.org and https://example.org/a@b:c",
        "Call +351 912 345 678 before 2026-11-20 14:02; order 1234 5678 9012 3456.",
        "The secret of i18n-friendly k8s-secrets-store is monkey: patience.",
        "Use a Bearer token. The basic authentication-scheme is fine.",
        "Look for '-----BEGIN " + "PRIVATE KEY-----' in the file.",
    ],
)
def test_ordinary_text_is_left_alone(text):
    """Prose, paths, hashes, ids, references and placeholders are not secrets."""
    assert redact(text) == text
    assert not has_secret(text)


def test_find_names_kind_and_place_without_overlap():
    """A token that is also an assigned value is found once."""
    token = TOKENS["github-token"]
    text = f"GITHUB_TOKEN={token} and {token}"
    assert find(text) == (
        Secret("github-token", 13, 13 + len(token)),
        Secret("github-token", len(text) - len(token), len(text)),
    )


def test_masking_twice_is_masking_once():
    """A masked text holds no secret any more."""
    text = "\n".join([*TOKENS.values(), *(frame.format(value) for frame, value in SAID)])
    once = redact(text)
    assert redact(once) == once
    assert not has_secret(once)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "token=a1",
        "token ",
        'password="',
        "_key ",
        "sk-",
        "eyJ-",
        "-----BEGIN PRIVATE KEY-----",
        "4111 ",
        "://a:",
        "aB3-",
        "password is ",
        "<private>",
    ],
)
def test_a_hostile_line_costs_linear_time(unit):
    """A line built to make patterns backtrack is searched in a fraction of a second."""
    line = (unit * 20_000)[:20_000]
    start = time.process_time()
    find(line)
    without_private(line)
    assert time.process_time() - start < 0.5


def test_private_spans_are_removed():
    """What stands between private tags goes, in any case, nested, and to the end when never closed."""
    assert without_private("a <private>b</private> c") == "a  c"
    assert without_private("a <PRIVATE>b\nc</Private>d") == "a d"
    assert without_private("a <private>b<private>c</private>d</private>e") == "a e"
    assert without_private("a <private>b") == "a "
    assert without_private("a </private> b") == "a </private> b"
    assert without_private("nothing private") == "nothing private"
