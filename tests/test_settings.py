"""The settings: each from the place that has the last word, and a file that keeps its comments."""

import stat

import pytest

from miminions.errors import SettingError
from miminions.settings import SETTINGS, load, set_person, tighter

CONFIG = """\
# My settings.
model = "openai/gpt-5-mini"  # cheap
"model.timeout" = 30

[context]
# Less is more.
budget = 2000 # tokens
history = 1
"""


@pytest.fixture
def config(tmp_path):
    """Give the path of a config.toml that says something."""
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    return path


def values(path, environment=None, flags=None):
    """Return every setting in effect and its source."""
    return {name: (v.value, v.source) for name, v in load(path, environment or {}, flags).values.items()}


def test_defaults(tmp_path):
    """Without anything else the defaults hold."""
    assert values(tmp_path / "none.toml") == {s.name: (s.default, "default") for s in SETTINGS}


def test_the_last_word(config):
    """A flag beats the environment, the environment beats config.toml, and that beats the default."""
    environment = {"MIMINIONS_MODEL": "ollama/tiny", "MIMINIONS_CONTEXT_BUDGET": "500", "HOME": "/"}
    found = values(config, environment, {"model": "none/at-all", "workspace": None})

    assert found["model"] == ("none/at-all", "flag")
    assert found["context.budget"] == (500, "MIMINIONS_CONTEXT_BUDGET")
    assert found["model.timeout"] == (30, "config.toml")
    assert found["workspace"] == ("", "default")


def test_tables_and_dotted_names_are_the_same(tmp_path):
    """A table, a dotted key and a quoted key set the same."""
    for number, text in enumerate(("[model]\ntimeout = 7\n", "model.timeout = 7\n", '"model.timeout" = 7\n')):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, "utf-8")

        assert load(path, {}).number("model.timeout") == 7


def test_a_model_and_its_timeout_side_by_side(config):
    """`model` and `model.timeout` can both be set in one file."""
    settings = load(config, {})

    assert (settings.text("model"), settings.number("model.timeout")) == ("openai/gpt-5-mini", 30)


def test_an_empty_variable(tmp_path):
    """An empty variable is no value, except where empty is one."""
    path = tmp_path / "config.toml"
    path.write_text('model = "a/b"\nshare = "none"\n', "utf-8")
    found = values(path, {"MIMINIONS_MODEL": "", "MIMINIONS_SHARE": "", "MIMINIONS_CONTEXT_BUDGET": ""})

    assert found["model"] == ("", "MIMINIONS_MODEL")
    assert found["share"] == ("none", "config.toml")
    assert found["context.budget"][1] == "default"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('share = "insigths"', "share = 'insigths' (config.toml) is not possible"),
        ('shares = "all"', "no setting is called 'shares' (config.toml)"),
        ("[context]\nbugdet = 5", "no setting is called 'context.bugdet' (config.toml)"),
        ('"context.budget" = "many"', "context.budget = 'many' (config.toml) is not a number"),
        ('"context.budget" = -1', "context.budget = -1 (config.toml) is not a number"),
        ('"context.budget" = 1.5', "context.budget = 1.5 (config.toml) is not a number"),
        ('"context.budget" = true', "context.budget = True (config.toml) is not a number"),
        ('model = ["a/b"]', "model = ['a/b'] (config.toml) is not a text"),
        ("model = 5", "model = 5 (config.toml) is not a text"),
        ("model = a/b", "config.toml is not valid TOML"),
        ('model = "a/b"\nmodel.timeout = 5', "config.toml is not valid TOML"),
    ],
)
def test_mistakes_in_the_file(tmp_path, text, says):
    """A name or value that does not exist is named with its place, and the hint says what exists."""
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(SettingError) as caught:
        load(path, {})
    assert says in str(caught.value)
    assert caught.value.hint


def test_the_hint_of_a_typo(tmp_path):
    """A mistyped share is answered with the words there are."""
    with pytest.raises(SettingError) as caught:
        load(tmp_path / "none", {"MIMINIONS_SHARE": "insight"})

    assert "MIMINIONS_SHARE" in str(caught.value)
    assert caught.value.hint == "use one of: none, insights, all"


def test_mistaken_flags(tmp_path):
    """A flag's name and value are checked, too."""
    for flags in ({"budget": 5}, {"context.budget": "x"}):
        with pytest.raises(SettingError, match="flag"):
            load(tmp_path / "none", {}, flags)


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("model", "ollama/tiny", 'model = "openai/gpt-5-mini"  # cheap', 'model = "ollama/tiny"  # cheap'),
        ("model.timeout", "5", '"model.timeout" = 30', '"model.timeout" = 5'),
        ("context.budget", "5", "budget = 2000 # tokens", "budget = 5 # tokens"),
        ("share", "none", "30\n", '30\n\nshare = "none"\n'),
        ("model", None, 'model = "openai/gpt-5-mini"  # cheap\n', ""),
        ("model.timeout", None, '"model.timeout" = 30\n', ""),
        ("context.history", None, "history = 1\n", ""),
        ("workspace", None, "", ""),
    ],
)
def test_set_changes_one_line(config, name, value, old, new):
    """Setting changes the setting's own line, in a table too, and no other byte."""
    set_person(config, name, value)

    expected = CONFIG.replace(old, new).replace('\n\nshare = "none"\n\n', '\n\nshare = "none"\n')
    assert config.read_text("utf-8") == expected
    given = load(config, {}).values[name]
    assert str(given.value) == value if value else given.source == "default"


@pytest.mark.parametrize("end", ["", "\n"])
def test_set_adds_a_line(tmp_path, end):
    """A new setting goes below the others, with or without a final line end."""
    path = tmp_path / "config.toml"
    path.write_text(f'model = "a/b"{end}', "utf-8")
    set_person(path, "context.budget", "5")

    assert path.read_text("utf-8") == 'model = "a/b"\n"context.budget" = 5\n'


def test_set_makes_the_file(tmp_path):
    """The first setting makes the file, and its folder, for the person alone."""
    path = tmp_path / "home" / "config.toml"
    set_person(path, "model", 'odd "name" \\ é')

    assert load(path, {}).text("model") == 'odd "name" \\ é'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        'model = """\nshare = "all"\n"""\n',
        "model = '''\na'''\n",
        'model = "a\\u2028b"\n# a\u2028share = 1\n',
    ],
)
def test_set_never_breaks_a_text(tmp_path, text):
    """What only looks like a setting stays; where that cannot be, nothing is written."""
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    before = load(path, {}).text("model")
    try:
        set_person(path, "share", "none")
    except SettingError as problem:
        assert "by hand" in problem.hint  # noqa: PT017
        assert path.read_text("utf-8") == text
    else:
        assert load(path, {}).text("share") == "none"
    assert load(path, {}).text("model") == before


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_set_keeps_marks_and_line_ends(tmp_path, newline):
    """A byte order mark and the other lines' ends stay."""
    path = tmp_path / "config.toml"
    path.write_bytes(f'\ufeffmodel = "a/b"{newline}share = "all"{newline}'.encode())
    set_person(path, "model", "c/d")

    assert path.read_bytes() == f'\ufeffmodel = "c/d"{newline}share = "all"{newline}'.encode()


def test_set_refuses_mistakes(config):
    """A name or value that does not exist is not written."""
    for name, value in (("modell", "x"), ("share", "insight"), ("context.budget", "x")):
        with pytest.raises(SettingError):
            set_person(config, name, value)

    assert config.read_text("utf-8") == CONFIG


def test_tighter():
    """Of two shares the tighter counts."""
    assert [tighter("all", "none"), tighter("insights", "all"), tighter("all", "all")] == [
        "none",
        "insights",
        "all",
    ]
