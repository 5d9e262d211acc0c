"""Documents: files and folders in, passages out; whatever cannot be read is refused and harms nothing."""

import io
import json
import os
import sys
from datetime import UTC, datetime

import pytest
from folders import home, reopened, workspace
from indexed import dump
from pdfs import pdf

from miminions.cli import run
from miminions.documents.adding import MOST_FILES, Adding, add, remove, sources
from miminions.documents.passages import LONG, SHORT, of_markdown, of_pages, of_text
from miminions.documents.pdf import pages_of
from miminions.documents.reading import TEXT_LIMIT, document_of, original
from miminions.documents.stamps import stamps
from miminions.documents.stored import documents, head, keep, passages
from miminions.errors import ConflictError, NotFoundError, SourceError
from miminions.index import DocumentsOrigin, SqliteIndex
from miminions.layout import LocalLayout

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOW = Adding(NOW)
# Built here, so that nobody takes this file for one that holds a key.
TOKEN = "ghp_" + "A1b2C3d4E5f6" * 3
SENTENCES = "".join(f"Sentence number {n} tells of the reactor and of its cooling. " for n in range(60))
posix = pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")


@pytest.fixture
def local(tmp_path):
    return LocalLayout(tmp_path / "local")


def file(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def said(local):
    """Return the texts that can be found, by the name of their source."""
    found = {}
    for one in documents(local):
        found.setdefault(head(one).name, []).extend(passage.text for passage in passages(one))
    return found


def test_markdown_is_cut_at_headings():
    """No passage reaches over a heading; its section is the path of headings above it."""
    found = of_markdown(
        "---\nkey: x\n---\nIntro.\n\n# Pumps\n\nOld ones.\n\n## Big\n\n- one\n- two\n\n```\n# no heading\n```\n\n# Fans\n\nNew."
    )

    assert [(one.section, one.text, one.number) for one in found] == [
        ("", "Intro.", 1),
        ("Pumps", "Old ones.", 2),
        ("Pumps > Big", "- one\n- two\n```\n# no heading\n```", 3),
        ("Fans", "New.", 4),
    ]


def test_comments_and_rules_are_no_passages():
    """What a comment says, or a line of signs, is not found."""
    assert [one.text for one in of_markdown("<!-- draft -->\n\n---\n\nText. <!-- x -->\n")] == ["Text."]


@pytest.mark.parametrize("text", [SENTENCES, "word " * 3000, "x" * 5000, "\n\n".join(["Short one."] * 1)])
def test_passages_have_a_size(text):
    """Long paragraphs are split, at sentences where there are some, and nothing is lost or said twice."""
    found = of_text(text)

    assert all(len(one.text) <= LONG for one in found)
    assert all(len(one.text) >= SHORT for one in found[:-1])
    if text is SENTENCES:
        assert " ".join(one.text for one in found) == text.strip()
        assert all(one.text.endswith(".") for one in found)


def test_short_paragraphs_are_joined():
    """Paragraphs that say little alone stand together in one passage."""
    found = of_text("\n\n".join(f"Paragraph {n} is about {n} pumps." for n in range(40)))

    assert len(found) == 3
    assert found[0].text.startswith("Paragraph 0 is about 0 pumps.\nParagraph 1 is")


def test_pages_lose_their_headers_and_hyphens():
    """A line at the edge of most pages is left out, and words that a line end cut are whole."""
    pages = [f"Pump manual\nChapter {name} explains the reac-\ntor in full.\nPage {n} of 4"
             for n, name in enumerate(("one", "two", "three", "four"), 1)]  # fmt: skip

    found = of_pages(pages)

    assert [(one.page, one.text) for one in found][:2] == [
        (1, "Chapter one explains the reactor in full."),
        (2, "Chapter two explains the reactor in full."),
    ]


def test_add_again_is_a_no_op(tmp_path, local):
    """The same file adds nothing; a changed one takes the place of what was kept; one that was moved is another."""
    path = file(tmp_path, "a.md", "# A\n\nPumps are red.\n")

    assert [one.what for one in add(local, [path], HOW)] == ["added"]
    before = stamps(str(local.sources))
    assert [one.what for one in add(local, [path], HOW)] == ["unchanged"]
    assert stamps(str(local.sources)) == before
    path.write_text("# A\n\nPumps are blue.\n", "utf-8")
    assert [one.state for one in sources(local)] == ["changed"]
    assert [one.what for one in add(local, [path], HOW)] == ["changed"]
    assert stamps(str(local.sources)) != before
    assert said(local) == {"a.md": ["Pumps are blue."]}
    path.unlink()
    assert [one.state for one in sources(local)] == ["gone"]


def test_what_two_documents_say_is_found_once(tmp_path, local):
    """A passage that an earlier document says is left out, and comes back when that one goes."""
    one = file(tmp_path, "one.md", "# A\n\nPumps   are RED.\n\n# B\n\nFans are loud.\n")
    two = file(tmp_path, "two.txt", "Pumps are red.")
    add(local, [one], HOW)
    add(local, [two], Adding(NOW.replace(hour=13)))

    assert said(local) == {"one.md": ["Pumps   are RED.", "Fans are loud."], "two.txt": []}
    before = dict(stamps(str(local.sources)))
    remove(local, "one.md")
    assert said(local) == {"two.txt": ["Pumps are red."]}
    assert all(before[name] != stamp for name, stamp in stamps(str(local.sources)).items())


def test_a_killed_run_is_finished_by_the_next(tmp_path, local):
    """Where a run ended before it compared documents, adding the same again tells them apart."""
    for name in ("a.md", "b.md"):
        read_file = original(file(tmp_path, name, "Pumps are red."))
        keep(local, *document_of(read_file, NOW))
    left = file(local.sources, ".0a1b2c3d.jsonl.mm-0a1b2c3d", "half")
    assert [text for texts in said(local).values() for text in texts] == ["Pumps are red."] * 2

    assert {one.what for one in add(local, [tmp_path / "a.md", tmp_path / "b.md"], HOW)} == {"unchanged"}
    assert not left.exists()
    assert [text for texts in said(local).values() for text in texts] == ["Pumps are red."]


def test_a_folder_is_walked(tmp_path, local):
    """Hidden folders, git's, links out of it, other kinds and folders left out are not read."""
    folder, outside = tmp_path / "docs", file(tmp_path, "outside/secret.md", "Outside.")
    file(folder, "a.md", "Alpha.")
    file(folder, "deep/b.TXT", "Beta.")
    file(folder, "deep/c.py", "Gamma.")
    file(folder, ".git/d.md", "Delta.")
    file(folder, ".e.md", "Epsilon.")
    file(folder, "node_modules/f.md", "Zeta.")
    memory = file(folder, "memory/MEMORY.md", "Eta.").parent
    (folder / "link.md").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent)

    done = add(local, [folder], Adding(NOW, without=frozenset({memory.resolve()})))

    assert [one.what for one in done] == ["added", "added"]
    assert said(local) == {"a.md": ["Alpha."], "b.TXT": ["Beta."]}
    (refused,) = add(local, [memory / "MEMORY.md"], Adding(NOW, without=frozenset({memory.resolve()})))
    assert "memory itself" in refused.reason


def test_a_link_that_is_named_is_followed(tmp_path, local):
    """Who names a link means the file behind it, which is kept once."""
    target = file(tmp_path, "a.md", "Alpha.")
    (tmp_path / "link.md").symlink_to(target)

    done = add(local, [tmp_path / "link.md", target], HOW)

    assert {one.id for one in done} == {done[0].id}
    assert [one.head.source for one in sources(local)] == [str(target.resolve())]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "Grüße"),
        ("Grüße aus Köln".encode("utf-16"), "Grüße aus Köln"),
        ("Grüße aus Köln".encode("utf-16-be"), "Grüße aus Köln"),
        (b"\xff\xfe\x00\x00" + "Grüße".encode("utf-32-le"), "Grüße"),
        ("Grüße „so“".encode("cp1252"), "Grüße „so“"),
        (b"one\rtwo", "one\ntwo"),
    ],
)
def test_encodings(tmp_path, local, content, text):
    """Text is read in whatever common encoding it is."""
    add(local, [file(tmp_path, "a.txt", content)], HOW)

    assert said(local) == {"a.txt": [text]}


def test_an_encoding_can_be_given(tmp_path, local):
    """Others are read where they are named; a wrong name is refused."""
    path = file(tmp_path, "a.txt", "日本語の文書です".encode("shift_jis"))

    assert add(local, [path], Adding(NOW, "utf-8"))[0].what == "refused"
    assert add(local, [path], Adding(NOW, "no-such"))[0].what == "refused"
    add(local, [path], Adding(NOW, "shift_jis"))
    assert said(local) == {"a.txt": ["日本語の文書です"]}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", bytes(range(256)) * 20, "binary"),
        ("a.md", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0text", "binary"),
        ("a.txt", b"", "no text"),
        ("a.md", b"---\nkey: value\n---\n\n<!-- nothing -->\n", "no text"),
        ("a.docx", b"PK", "can be added"),
        ("a.txt", b"x" * (TEXT_LIMIT + 1), "at most 10 MB"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path, local, name, content, reason):
    """A file that cannot be read is refused with a reason, and what was kept before stays, as do the others."""
    path = file(tmp_path, "other.md", "Other.")
    bad = file(tmp_path, name, content)

    done = {one.path: one for one in add(local, [bad, path], HOW)}

    assert reason in done[str(bad)].reason
    assert done[str(bad)].hint
    assert said(local) == {"other.md": ["Other."]}


def test_a_document_that_became_binary_keeps_its_text(tmp_path, local):
    """What was kept of a file stays when the file cannot be read any more."""
    path = file(tmp_path, "a.txt", "Alpha.")
    add(local, [path], HOW)
    path.write_bytes(b"\0\1\2\3" * 100)

    assert add(local, [path], HOW)[0].what == "refused"
    assert said(local) == {"a.txt": ["Alpha."]}


def test_too_many_files(tmp_path, local):
    """A folder with more files than anybody chose is refused as a whole."""
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.txt").touch()

    with pytest.raises(SourceError, match="more than"):
        add(local, [tmp_path], HOW)
    assert documents(local) == ()


def test_secrets_are_masked(tmp_path, local):
    """No secret of a document reaches what is kept of it, and nothing private."""
    add(
        local,
        [file(tmp_path, "a.md", f"# Keys\n\nThe token is {TOKEN}.\n\n<private>Hush.</private> Fine.\n")],
        HOW,
    )

    kept = "".join(one.path.read_text("utf-8") for one in documents(local))
    assert "redacted:" in kept
    assert TOKEN not in kept
    assert "Hush" not in kept
    assert sources(local)[0].head.masked == 1


@posix
def test_only_the_owner_can_read_it(tmp_path, local):
    """The folder has mode 0700, each file 0600."""
    add(local, [file(tmp_path, "a.md", "Alpha.")], HOW)

    assert local.sources.stat().st_mode & 0o777 == 0o700
    assert {one.path.stat().st_mode & 0o777 for one in documents(local)} == {0o600}


def test_damage_harms_one_document_only(tmp_path, local):
    """A damaged file of ours loses its broken lines; one without a head is read anew when it is added again."""
    paths = [
        file(tmp_path, name, f"# A\n\nText of {name}.\n\n# B\n\nMore of {name}.\n")
        for name in ("a.md", "b.md")
    ]
    add(local, paths, HOW)
    one, two = documents(local)
    one.path.write_text(one.path.read_text("utf-8").replace('{"text"', '{"te', 1), "utf-8")
    two.path.write_bytes(b"\xff\xfe{" + b"[" * 5000)

    assert [one.text[:4] for one in passages(one)] == ["More"]
    assert list(passages(two)) == []
    assert head(two) is None
    assert sorted(done.what for done in add(local, paths, HOW)) == ["added", "unchanged"]


def test_remove_by_name_id_path_and_folder(tmp_path, local, monkeypatch):
    """A document goes by any of its names; a name of several is asked about; a folder takes all in it."""
    paths = [file(tmp_path, f"{folder}/a.md", f"Text {folder}.") for folder in ("x", "y", "z")]
    add(local, paths, HOW)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConflictError) as problem:
        remove(local, "a.md")
    assert sources(local)[0].id in problem.value.hint
    assert len(remove(local, sources(local)[0].id)) == 1
    assert len(remove(local, str(paths[1]))) == 1
    assert len(remove(local, "z")) == 1
    with pytest.raises(NotFoundError):
        remove(local, "a.md")


def test_pdf(tmp_path, local):
    """The text of a PDF is found with the number of its page."""
    pytest.importorskip("pypdf")
    path = file(tmp_path, "a.pdf", pdf("The pump is red.\nIt stands still.", "The fan (big) is loud."))

    (done,) = add(local, [path], HOW)

    assert (done.what, done.pages) == ("added", 2)
    (one,) = documents(local)
    assert [(passage.page, passage.text) for passage in passages(one)] == [
        (1, "The pump is red.\nIt stands still."),
        (2, "The fan (big) is loud."),
    ]


def test_pdfs_that_cannot_be_read(tmp_path, local):
    """One that is encrypted, has only pictures or is broken says so, and what helps."""
    pypdf = pytest.importorskip("pypdf")
    whole = pdf("The pump is red.")
    writer, locked = pypdf.PdfWriter(io.BytesIO(whole)), io.BytesIO()
    writer.encrypt("opensesame", algorithm="RC4-128")
    writer.write(locked)
    owned, changing = pypdf.PdfWriter(io.BytesIO(whole)), io.BytesIO()
    owned.encrypt("", "opensesame", algorithm="RC4-128")
    owned.write(changing)
    file(tmp_path, "broken.pdf", b"%PDF-1.4\n" + b"\x00garbage\xff" * 50)
    file(tmp_path, "empty.pdf", b"")
    file(tmp_path, "locked.pdf", locked.getvalue())
    file(tmp_path, "owned.pdf", changing.getvalue())
    file(tmp_path, "picture.pdf", pdf("", ""))

    done = {one.path.rpartition(os.sep)[2]: one for one in add(local, [tmp_path], HOW)}

    assert "damaged" in done["broken.pdf"].reason
    assert "damaged" in done["empty.pdf"].reason
    assert "encrypted" in done["locked.pdf"].reason
    assert "pictures" in done["picture.pdf"].reason
    assert done["owned.pdf"].what == "added"


def test_a_pdf_that_takes_for_ever_is_given_up(tmp_path):
    """Reading a PDF has an end, in time and in length."""
    pytest.importorskip("pypdf")
    path = file(tmp_path, "a.pdf", pdf("The pump is red."))

    with pytest.raises(SourceError, match="longer than"):
        pages_of(path, longest=100, patience=0.001)
    with pytest.raises(SourceError, match="too long"):
        pages_of(path, longest=5)


def test_pdf_without_the_extra(tmp_path, local, monkeypatch):
    """Where the library is missing, the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "pypdf", None)

    (done,) = add(local, [file(tmp_path, "a.pdf", pdf("x"))], HOW)

    assert done.hint.endswith(": pip install 'pypdf>=6.14,<8'")


def test_sources_on_the_command_line(ws, tmp_path):
    """Add, list and remove; a refused file ends with an error after the others were kept."""
    file(ws.folder, "docs/a.md", "# Pumps\n\nThe pump is red.")
    file(ws.folder, "docs/b.txt", b"\0\1\2" * 50)

    code, out, _ = ws("sources", "add", "docs", "--dry-run")
    assert (code, out.count("would be added")) == (21, 1)
    assert ws("sources", "list")[1] == "none yet: `miminions sources add FILE` adds one\n"
    code, out, talk = ws("sources", "add", "docs", "--json")
    assert code == SourceError.exit_code
    assert [one["what"] for one in json.loads(out)["sources"]] == ["added", "refused"]
    assert "1 of 2 files" in talk
    code, out, talk = ws("sources", "add", "docs/b.txt")
    assert (code, out, len(talk.splitlines())) == (SourceError.exit_code, "", 2)
    (one,) = json.loads(ws("sources", "list", "--json")[1])["sources"]
    assert (one["name"], one["passages"], one["state"]) == ("a.md", 1, "same")
    assert "a.md" in ws("sources", "list")[1]
    assert ws("sources", "remove", "nothing")[0] == 5
    assert ws("sources", "remove", "a.md")[0] == 0
    assert json.loads(ws("sources", "list", "--json")[1]) == {"sources": []}
    assert ws("sources", "add", ".")[0] == SourceError.exit_code
    assert [one["name"] for one in json.loads(ws("sources", "list", "--json")[1])["sources"]] == ["a.md"]


def test_a_clone_is_trusted_first(ws):
    """Memory that came with a clone takes no documents before it is trusted."""
    file(ws.folder, "a.md", "Alpha.")
    (home().places).unlink()

    assert ws("sources", "add", "a.md")[0] == 4
    assert not list(home().root.rglob("sources/*"))
    assert ws("trust")[0] == 0
    assert ws("sources", "add", "a.md")[0] == 0


def test_erased_words_leave_documents(tmp_path, monkeypatch, capsys):
    """`forget --erase` takes a fact's words out of what is kept of documents, and names the file they were read from."""
    shop = workspace(tmp_path / "shop", "- The reactor of Ulm is cooled with heavy water.\n")
    monkeypatch.chdir(tmp_path / "shop")
    path = file(
        tmp_path,
        "notes.md",
        "# R\n\nIntro. The **reactor** of Ulm is cooled\nwith heavy water. Fans are loud.\n",
    )
    add(shop.local, [path], HOW)
    fact = reopened(shop.layout.root).facts()[0]

    assert run(["forget", "--erase", fact.id, "--yes"]) == 0

    assert said(shop.local) == {"notes.md": ["Intro. [erased]. Fans are loud."]}
    assert str(path) in capsys.readouterr().out
    assert [one.what for one in add(shop.local, [path], HOW)] == ["unchanged"]


# Finding them.

MANUAL = "# Pumps\n\n## Valves\n\nThe valve pressure is 3 bar.\n\n# Fans\n\nFans are loud at night.\n"


def found(cli, *words):
    """Recall within documents, and return the hits of the JSON."""
    code, out, err = cli("recall", *words, "--in", "sources", "--json")
    assert (code, err) == (0, "")
    return json.loads(out)["hits"]


def test_passages_are_found(ws, tmp_path):
    """A hit says in which document a passage stands, under which headings or on which page, and since when it is kept."""
    manual = file(tmp_path, "manual.md", MANUAL)
    handbook = file(tmp_path, "handbook.pdf", pdf("The boiler is blue.", "The chimney is green."))
    assert ws("sources", "add", str(manual), str(handbook))[0] == 0

    (valve,) = found(ws, "valve pressure")
    listed = {one["name"]: one for one in json.loads(ws("sources", "list", "--json")[1])["sources"]}
    assert (valve["kind"], valve["text"], valve["section"]) == (
        "source",
        "The valve pressure is 3 bar.",
        "manual.md > Pumps > Valves",
    )
    assert (valve["id"], valve["file"], valve["line"]) == (listed["manual.md"]["id"], str(manual), 1)
    assert valve["date"] == listed["manual.md"]["added"][:10]
    (chimney,) = found(ws, "chimney")
    assert (chimney["section"], chimney["line"], chimney["turn"]) == ("handbook.pdf > page 2", 2, 2)
    assert "manual.md > Pumps > Valves" in ws("recall", "valve pressure", "--in", "sources")[1]
    assert json.loads(ws("recall", "valve pressure", "--json")[1])["hits"] == []
    assert len(found(ws, "valve pressure", "--in", "facts,sources")) == 1
    assert json.loads(ws("index", "status", "--json")[1])["indexes"][0]["rows"]["source"] == 4
    assert ws("index", "verify")[0] == 0


def test_passages_can_be_expected(ws):
    """`eval` names a passage by its document and its place in it."""
    file(ws.folder, "docs/manual.md", MANUAL)
    ws("sources", "add", "docs")
    (one,) = json.loads(ws("sources", "list", "--json")[1])["sources"]
    question = {"id": 1, "question": "Are the fans loud at night?", "expect": f"{one['id']}#2"}
    file(ws.folder, "questions.jsonl", json.dumps(question))

    code, out, _ = ws("eval", "questions.jsonl", "--in", "sources", "--json")

    assert (code, json.loads(out)["mrr"]) == (0, 1.0)


def test_the_next_question_sees_what_was_added_and_removed(ws):
    """Documents come, change and go without anybody making the index anew, and it equals one made anew."""
    path = file(ws.folder, "docs/manual.md", MANUAL)
    file(ws.folder, "docs/other.md", "The gate is open.")
    assert found(ws, "valve") == []
    ws("sources", "add", "docs")
    assert len(found(ws, "valve")) == 1
    path.write_text(MANUAL.replace("3 bar", "4 bar"), "utf-8")
    assert [one["text"] for one in found(ws, "valve")] == ["The valve pressure is 3 bar."]
    ws("sources", "add", "docs/manual.md")
    assert [one["text"] for one in found(ws, "valve")] == ["The valve pressure is 4 bar."]
    index = SqliteIndex(reopened(ws.folder).local.index)
    followed = dump(index)
    assert ws("index", "rebuild")[0] == 0
    assert dump(index) == followed
    ws("sources", "remove", "manual.md")
    assert (found(ws, "valve"), len(found(ws, "gate"))) == ([], 1)


def test_only_documents_that_changed_are_read(tmp_path, local):
    """Of a document that is as it was, a sync reads no passage; where none changed, it opens none."""
    manual = file(tmp_path, "manual.md", MANUAL)
    add(local, [manual, file(tmp_path, "other.md", "The gate is open.")], HOW)
    index, origin = SqliteIndex(tmp_path / "index.db"), DocumentsOrigin(local, "one", "one")

    assert index.sync([origin]).read == 2
    assert index.sync([origin]).read == 0
    manual.write_text(MANUAL.replace("3 bar", "4 bar"), "utf-8")
    add(local, [manual], HOW)
    assert index.sync([origin]).read == 1
    assert index.counts() == {"source": 3}
    for one in documents(local):
        one.path.write_text("{}\n", "utf-8")
    index.sync([origin])
    assert index.counts() == {}


def test_nobody_else_finds_them(tmp_path, monkeypatch, capsys):
    """Whatever a workspace shares, its documents are found in it alone; those of the personal memory everywhere."""
    shop, other = (workspace(tmp_path / name, share="all") for name in ("shop", "other"))
    add(shop.local, [file(tmp_path, "manual.md", MANUAL)], HOW)
    mine = reopened(tmp_path).person_workspace()
    add(mine.local, [file(tmp_path, "mine.md", "Valve grease is in the attic.")], HOW)

    def asked(root):
        monkeypatch.chdir(root)
        code = run(["recall", "valve", "--in", "facts,history,sessions,sources", "--everywhere", "--json"])
        out = capsys.readouterr().out
        return {hit["section"].partition(" > ")[0] for hit in json.loads(out)["hits"]} if code == 0 else code

    assert asked(shop.layout.root) == {"manual.md", "mine.md"}
    assert asked(other.layout.root) == {"mine.md"}
    assert b"valve" not in home().global_index.read_bytes().lower()
    home().places.unlink()
    assert asked(shop.layout.root) == 4


def test_erased_words_leave_the_index(tmp_path, monkeypatch):
    """What `forget --erase` takes out of a document is found no more, and in no file of this machine."""
    shop = workspace(tmp_path / "shop", "- The reactor of Ulm is cooled with heavy water.\n")
    monkeypatch.chdir(tmp_path / "shop")
    path = file(tmp_path, "notes.md", "Intro. The reactor of Ulm is cooled with heavy water. Fans are loud.")
    add(shop.local, [path], HOW)
    assert len(shop.recall("reactor", kinds=("source",))) == 1

    assert run(["forget", "--erase", shop.facts()[0].id, "--yes"]) == 0

    shop = reopened(shop.layout.root)
    assert [hit.text for hit in shop.recall("fans", kinds=("source",))] == ["Intro. [erased]. Fans are loud."]
    assert shop.recall("reactor", kinds=("source",)) == ()
    assert not [one for one in home().root.rglob("*") if one.is_file() and b"reactor" in one.read_bytes()]
