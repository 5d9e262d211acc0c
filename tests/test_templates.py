"""The templates: found in the first folder that has them, filled completely or not at all."""

from string import Template as Pattern

import pytest

from miminions.errors import TemplateError
from miminions.templates import SHIPPED, Template, find


def template(folder, text):
    """Write a template into a folder and find it there."""
    folder.mkdir(exist_ok=True)
    (folder / "a.md").write_text(text, "utf-8")
    return find("a.md", (folder,))


def test_the_first_folder_wins(tmp_path):
    """The first folder that has a template gives it; the shipped ones come last."""
    template(tmp_path / "one", "one")
    template(tmp_path / "two", "two")
    folders = (tmp_path / "none", tmp_path / "two", tmp_path / "one")

    assert find("a.md", folders).text == "two"
    assert find("MEMORY.md", folders).path == SHIPPED / "MEMORY.md"


@pytest.mark.parametrize("name", ["none.md", "", ".", "..", "../MEMORY.md", "/etc/passwd", "a\0b"])
def test_a_missing_template(tmp_path, name):
    """A name without a template, or one that leads elsewhere, is an error that says where the shipped ones are."""
    (tmp_path / "MEMORY.md").write_text("secret", "utf-8")
    (tmp_path / "folder").mkdir()

    with pytest.raises(TemplateError) as caught:
        find(name, (tmp_path / "folder",))
    assert str(SHIPPED) in caught.value.hint


def test_fill(tmp_path):
    """Values stand where their names stood; a value's own marks are text, and `$$` is a dollar sign."""
    found = template(tmp_path, "$name costs $$5, ${name}s cost more")

    assert found.fill(name="$x", other="") == "$x costs $5, $xs cost more"


def test_fill_names_what_is_missing(tmp_path):
    """A name that nobody gives is named, with those there are."""
    with pytest.raises(TemplateError, match=r"asks for \$b, \$c") as caught:
        template(tmp_path, "$a $c $b").fill(a="1", z="2")

    assert caught.value.hint == "there are: $a, $z"


@pytest.mark.parametrize("text", ["costs $5", "a $ b", "${a", "$"])
def test_a_lone_dollar(tmp_path, text):
    """A dollar sign that is neither a name's nor doubled is an error, never left as it is."""
    with pytest.raises(TemplateError, match="lone"):
        template(tmp_path, text).fill(a="1")


def test_the_digest_follows_the_text(tmp_path):
    """Two templates of the same text have one digest, others another."""
    one, two = Template("a", tmp_path, "x"), Template("b", tmp_path / "b", "x")

    assert one.digest == two.digest != Template("a", tmp_path, "y").digest


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.md")), ids=lambda path: path.name)
def test_the_shipped_ones_can_be_filled(path):
    """Every shipped template has its dollar signs in order."""
    assert Pattern(path.read_text("utf-8")).is_valid()
