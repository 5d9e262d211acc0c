"""resolve: what merges by fact, what is chosen, that nothing is lost, and git's own merges from end to end."""

import contextlib
import functools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from branches import ATTRIBUTES, DRIVER, FILES, Repository, base_texts, edits, program
from folders import workspace
from hypothesis import event, given
from hypothesis import strategies as st
from test_disputes import HEAD, OLD, TWO, entry, state_of
from test_laws import FACTS, LAW, NASTY, PLAIN

from miminions.cli import run
from miminions.distiller.reconcile.match import Known, match
from miminions.distiller.values import Candidate, Judged, Keep
from miminions.errors import ConflictError, MemoryFileError, NotFoundError, UsageError
from miminions.markdown import find_hunks
from miminions.markdown.hunks import masked
from miminions.memory.changes import apply_changes, skeleton
from miminions.memory.disputes import disputes, hunk_name, marked_ids
from miminions.memory.edits import label_bare
from miminions.memory.facts import read_facts
from miminions.memory.folder import Texts, read_folder
from miminions.memory.history import read_history
from miminions.memory.ids import normalise
from miminions.memory.merge import merge, union
from miminions.memory.resolve import resolution
from miminions.memory.settle import merged, settle, united
from miminions.memory.upsert import Wish

__all__ = ["program"]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = "2026-11-20"


def hunk(ours, theirs, base=None, end="\n"):
    middle = "" if base is None else f"||||||| base\n{base}"
    return f"<<<<<<< HEAD\n{ours}{middle}=======\n{theirs}>>>>>>> b\n".replace("\n", end)


def settled(state, choice=None, *names):
    """Settle a folder with one answer for all that is left, again and again, as the command does."""
    answers = {}
    while True:
        found = resolution(state, answers, NOW)
        new = [one for one in found.left if one.name not in answers and (not names or one.name in names)]
        if not new or choice is None:
            return found
        answers |= {one.name: choice for one in new}


A, B, C = (f"- {word}. <!-- mm:{word[0].lower() * 6} -->\n" for word in ("Apple", "Banana", "Cherry"))
A2, A3 = A.replace("Apple", "Apple pie"), A.replace("Apple", "Apple tart")
MERGES = {
    "additions of both": (hunk(A, B), [A, B]),
    "a fact that both have": (hunk(A + B, B + C), [A, B, C]),
    "with what was before": (hunk(A2 + B, A + C, A), [A2, B, C]),
    "deleted and left": (hunk(B, A + C, A), [B, C]),
    "two fields": (
        hunk(A2, A.replace(" -->", " pin -->"), A),
        [A2.replace(" -->", " pin -->")],
    ),
    "nested": (hunk(hunk(A, B), C), [A, B, C]),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("case", MERGES)
def test_what_needs_no_answer(case, end):
    """Sides that go together by fact are merged, and no byte around them changes."""
    marked, lines = MERGES[case]
    before, after = HEAD + "Free  text \n\n- Zebra. <!-- mm:zzzzzz -->\n", "## Other\n* Odd  item\n\n\n"
    text = (before + marked + after).replace("\r\n", "\n").replace("\n", end)
    result = merged(text)

    assert result.startswith(before.replace("\n", end))
    assert result.endswith(after.replace("\n", end))
    middle = result[len(before.replace("\n", end)) : -len(after.replace("\n", end))]
    assert sorted(middle.split(end)) == sorted("".join(lines).replace("\n", end).split(end))


def test_what_is_archived_does_not_come_back():
    """A fact of one side that stands in the archive as it is was replaced by the other side."""
    archive = "# Archive\n\n## Facts\n" + A.replace(" -->", " until=2026-11-20 why=replaced by=bbbbbb -->")
    result = merged(HEAD + hunk(B, A + C), read_facts(archive))

    assert [fact.id for fact in read_facts(result).facts] == ["bbbbbb", "cccccc"]


def test_ledgers_are_united():
    """Of a conflict in a ledger every line of both sides stays, once, in order of time."""
    lines = [f"- 1{n}:00 Worked. <!-- mm:s=s{n} turns=1-2 -->\n" for n in range(4)]
    text = "# History\n\n## 2026-11-20\n" + lines[0] + hunk(lines[1] + lines[3], lines[2] + lines[3])

    assert united(text) == "# History\n\n## 2026-11-20\n" + "".join(lines)


CHOICES = {
    "ours": (["Apple pie."], ["Apple tart."]),
    "theirs": (["Apple tart."], ["Apple pie."]),
    "both": (["Apple pie.", "Apple tart."], []),
}
FORMS = {"between markers": hunk(A2, A3, A), "on two lines": A2 + A3, "without a base": hunk(A2, A3)}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("choice", CHOICES)
def test_one_fact_in_two_texts(tmp_path, choice, form, end):
    """The chosen version keeps the id, the other goes to the archive under its own, replaced by it; both may stay."""
    kept, lost = CHOICES[choice]
    folder = tmp_path / "memory"
    folder.mkdir()
    (folder / "MEMORY.md").write_bytes((HEAD + B + FORMS[form] + C).replace("\n", end).encode())
    state = state_of(tmp_path)
    state.layout.memory.write_bytes((HEAD + B + FORMS[form] + C).replace("\n", end).encode())
    state = read_folder(state.layout)
    asked = settled(state)
    found = settled(state, choice)
    memory, archive = read_facts(found.texts.memory), read_facts(found.texts.archive)

    assert [one.kind for one in asked.left] == ["id" if form == "on two lines" else "hunk"]
    assert found.left == ()
    assert [fact.text for fact in memory.facts] == ["Banana.", *kept, "Cherry."]
    assert memory.facts[1].id == "aaaaaa"
    assert len({fact.id for fact in memory.facts}) == len(memory.facts)
    assert [(f.text, f.marks["why"], f.marks["by"]) for f in archive.facts] == [
        (text, "replaced", "aaaaaa") for text in lost
    ]
    assert end == "\n" or "\n" not in found.texts.memory.replace("\r\n", "")


def test_deleted_and_edited(tmp_path):
    """Where one side deleted what the other edited, the edit is kept, or goes to the archive as forgotten."""
    state = state_of(tmp_path, memory=hunk("", A2, A) + B)
    ours, theirs = settled(state, "ours"), settled(state, "theirs")

    assert [fact.text for fact in read_facts(ours.texts.memory).facts] == ["Banana."]
    assert [(f.id, f.marks["why"]) for f in read_facts(ours.texts.archive).facts] == [("aaaaaa", "forgotten")]
    assert [fact.text for fact in read_facts(theirs.texts.memory).facts] == ["Apple pie.", "Banana."]
    assert theirs.texts.archive == ""


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("choice", ["ours", "theirs", "both"])
def test_one_key_on_two_facts(tmp_path, choice, marked):
    """The key stays on the fact that is chosen, and on the first where both are kept."""
    one, other = (line.replace(" -->", " key=k -->") for line in (A, B))
    state = state_of(tmp_path, memory=(hunk(one, other) if marked else one + C + other))
    found = settled(state, choice)
    memory, archive = read_facts(found.texts.memory), read_facts(found.texts.archive)
    wanted = {"ours": ["aaaaaa"], "theirs": ["bbbbbb"], "both": ["aaaaaa", "bbbbbb"]}[choice]

    assert found.left == ()
    assert [fact.id for fact in memory.facts if fact.id != "cccccc"] == wanted
    assert [fact.id for fact in memory.facts if fact.key == "k"] == wanted[:1]
    assert {fact.id: fact.marks["by"] for fact in archive.facts} == dict.fromkeys(
        {"aaaaaa", "bbbbbb"} - set(wanted), wanted[0]
    )


REPLACED = {
    "lines of the archive": {
        "archive": OLD + OLD.splitlines(keepends=True)[-1].replace("by=aaaaaa", "by=bbbbbb")
    },
    "markers in the archive": {
        "archive": "# Archive\n\n## Facts\n"
        + hunk(OLD.splitlines(keepends=True)[-1], OLD.splitlines(keepends=True)[-1].replace("=aaa", "=bbb").replace("bbbaaa", "bbbbbb"))
    },
    "archive and ledger": {"archive": OLD, "history": entry("y", "+bbbbbb<cccccc#4")},
    "two ledgers": {
        "history": entry("x", "+aaaaaa<cccccc#3"),
        "ada": entry("y", "+bbbbbb<cccccc#4", "11:00"),
    },
}  # fmt: skip


@pytest.mark.parametrize("files", REPLACED.values(), ids=REPLACED)
@pytest.mark.parametrize("choice", ["ours", "theirs", "both"])
def test_two_facts_for_one(tmp_path, choice, files):
    """Of two facts that replaced one, one replaces the other, or both stand and the ledger says so; one is asked for."""
    state = state_of(tmp_path, memory=TWO, **files)
    asked, found = settled(state), settled(state, choice)
    live = [fact.id for fact in read_facts(found.texts.memory).facts]
    archive = read_facts(found.texts.archive)

    assert [one.name for one in asked.left] == ["replaced cccccc"]
    assert found.left == ()
    assert live == {"ours": ["aaaaaa"], "theirs": ["bbbbbb"], "both": ["aaaaaa", "bbbbbb"]}[choice]
    assert {"aaaaaa", "bbbbbb"} <= {*live, *(fact.id for fact in archive.facts)}
    assert sum(fact.text == "Old." for fact in archive.facts) == ("archive" in files)


def test_lines_that_are_no_facts(tmp_path):
    """Prose in two versions is settled by choosing; front matter keeps one of them also where both are asked for."""
    state = state_of(tmp_path, memory=hunk("We said this.\n", "We said that.\n", "We say this.\n"))
    head = HEAD.replace("share: all\n", hunk("share: none\n", "share: insights\n"))
    front = apply_changes(Texts(head, "", ""), ())

    assert settled(state, "theirs").texts.memory == HEAD + "We said that.\n"
    assert settled(state, "both").texts.memory == HEAD + "We said this.\nWe said that.\n"
    name = next(iter(disputes(_with(state, front.memory)))).name
    assert settle(front, {name: "both"}, DAY, frozenset()).texts.memory == HEAD.replace(" all", " none")


def _with(state, memory):
    return replace(state, memory=replace(state.memory, text=memory), facts=read_facts(memory))


def _everything(*texts):
    """Return what the facts of files say, conflicts included."""
    said = set()
    for text in texts:
        hunks = find_hunks(text)
        for side in ("ours", "theirs"):
            whole = text
            for one in reversed(hunks):
                whole = whole[: one.start] + getattr(one, side) + whole[one.end :]
            said |= (
                {normalise(fact.text) for fact in read_facts(whole).facts}
                if "<<<<<<<" not in whole
                else _everything(whole)
            )
    return said


def _met(seed, style):
    """Return a memory folder's files as a merge of two random branches leaves them, and all three versions."""
    chance = random.Random(seed)  # noqa: S311
    texts = base_texts(chance, 8, 3)
    base = dict(zip(FILES, (texts.memory, texts.archive, skeleton("HISTORY.md")), strict=True))
    versions = base, edits(chance, base, "ada"), edits(chance, base, "bob")
    if style == "driver":
        files = {name: merge(*(version[name] for version in versions)).text for name in FILES[:2]}
        return versions, {**files, "HISTORY.md": union(*(version["HISTORY.md"] for version in versions))}
    return versions, {
        name: _git_merge(*(version[name] for version in versions), style=style) for name in FILES
    }


def _superseded(base, *sides):
    """Return the facts that one side edited or deleted while the other left them as they were."""
    before, *after = ({f.id: f.text for f in read_facts(v["MEMORY.md"]).facts} for v in (base, *sides))
    return {one: text for one, text in before.items() if [side.get(one) for side in after].count(text) == 1}


def _git_merge(base, ours, theirs, *, style):
    """Merge as git does: by lines."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in "oba"]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_text(text, "utf-8")
        flags = {"merge": [], "diff3": ["--diff3"], "union": ["--union"]}[style]
        command = ["git", "merge-file", "-p", *flags, *map(str, paths)]
        return subprocess.run(command, capture_output=True, check=False).stdout.decode()


@pytest.mark.parametrize("style", ["driver", "merge", "diff3", "union"])
@pytest.mark.parametrize("choice", ["ours", "theirs", "both"])
def test_random_merges(tmp_path, choice, style):
    """After resolve nothing is marked or disputed, no fact is lost, ids are unique, and once more changes nothing."""
    disputed = 0
    for seed in range(40):
        versions, files = _met(seed, style)
        folder = tmp_path / str(seed)
        folder.mkdir()
        state = state_of(folder)
        for name, path in (
            ("MEMORY.md", state.layout.memory),
            ("ARCHIVE.md", state.layout.archive),
            ("HISTORY.md", state.layout.history),
        ):
            path.write_text(files[name], "utf-8")
        state = read_folder(state.layout)
        disputed += bool(disputes(state))
        found = settled(state, choice)
        texts = (found.texts.memory, found.texts.archive)
        ids = [one for text in texts for one in re.findall(r"mm:([0-9a-z]{6})\b", text)]

        assert found.left == (), seed
        assert "<<<<<<<" not in "".join([*texts, found.texts.history])
        words, gone = _everything(files["MEMORY.md"], files["ARCHIVE.md"]), _superseded(*versions)
        assert words - _everything(*texts) <= set(map(normalise, gone.values())), seed
        assert marked_ids((files["MEMORY.md"],), base=False) - set(ids) <= set(gone), seed
        assert sorted(
            entry.session for entry in read_history(found.texts.history).entries if entry.session
        ) == [
            "s-ada",
            "s-bob",
        ]
        for text, path in zip(
            (*texts, found.texts.history),
            (state.layout.memory, state.layout.archive, state.layout.history),
            strict=True,
        ):
            path.write_text(text, "utf-8")
        again = resolution(read_folder(state.layout), {}, NOW)
        assert (again.changes, again.left) == ((), ()), seed
    assert disputed > 3


@pytest.fixture(params=["plain", "driver", "union"])
def way(request):
    """Name the way that git merges: by lines, by the driver, or with the lines of both sides."""
    return request.param


@pytest.mark.parametrize("choice", ["--ours", "--theirs"])
def test_a_merge_of_git_is_settled_from_the_command_line(  # noqa: PLR0917  # pytest gives its fixtures so
    tmp_path, monkeypatch, capsys, program, way, choice
):
    """`git merge`, resolve, add, commit: with the driver, without, and where git united the lines of both sides."""
    root = tmp_path / "w"
    repository = Repository(root, driver=way == "driver", program=program)
    ws = workspace(root)
    attributes = {"plain": "", "driver": ATTRIBUTES, "union": "*.md merge=union\n"}
    (repository.memory / ".gitattributes").write_text(attributes[way], "utf-8")
    if way == "driver":
        repository.git("config", "merge.miminions.driver", DRIVER)
    old = ws.remember("Deploys run on Heroku.", section="Decisions", key="deploy")
    kept = ws.remember("Tests run nightly.", section="Decisions")
    ws.remember("Nothing else.", section="Insights")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "base")
    repository.git("branch", "theirs")
    for branch, host in (("theirs", "Fly"), ("main", "ECS")):
        repository.git("checkout", "-q", branch)
        ws.remember(f"Deploys run on {host}.", replaces=old.id)
        ws.edit(kept.id, Wish(f"Tests run on {host}."))
        repository.git("add", "-A")
        repository.git("commit", "-q", "-m", branch)
    clean = repository.git("merge", "-q", "-m", "merged", "theirs", check=False) == 0
    monkeypatch.chdir(root)
    sure = {fact.text for fact in ws.facts(own=True) if not fact.disputed}

    assert clean == (way == "union")
    assert sure == {"Nothing else."}
    assert run(["resolve", "--check"]) == ConflictError.exit_code
    assert run(["resolve"]) == ConflictError.exit_code
    assert run(["resolve", choice]) == 0
    assert ("git add memory/" in capsys.readouterr().out) == (not clean)
    assert run(["resolve", "--check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"settled": [], "disputes": []}
    repository.git("add", "memory")
    repository.git("commit", "-q", "--allow-empty", "-m", "settled")
    host, other = ("ECS", "Fly") if choice == "--ours" else ("Fly", "ECS")
    assert {fact.text for fact in ws.facts(own=True)} == {
        f"Deploys run on {host}.",
        f"Tests run on {host}.",
        "Nothing else.",
    }
    assert {f"Deploys run on {other}.", f"Tests run on {other}."} <= {
        fact.text for fact in ws.facts(own=True, include=("retired",))
    }
    assert ws.get(key="deploy").text == f"Deploys run on {host}."


@pytest.fixture
def marked(tmp_path, monkeypatch):
    """Make a workspace with two conflicts between markers, and stand in it."""
    ws = workspace(tmp_path / "w", hunk(A2, A3, A) + C + hunk(B, B.replace("Banana", "Banjo"), ""))
    monkeypatch.chdir(ws.layout.root)
    return ws


def test_one_dispute_is_settled_by_its_id(marked, capsys):
    """With an id only its dispute is settled, the rest is listed, and an id that is in none is refused."""
    assert run(["resolve", "--theirs", "bbbbbb"]) == ConflictError.exit_code
    text = marked.layout.memory.read_text("utf-8")
    assert [one.ours for one in find_hunks(text)] == [A2]
    assert "Banjo" in text
    assert "settled MEMORY.md" in capsys.readouterr().out
    assert run(["resolve", "--theirs", "cccccc"]) == NotFoundError.exit_code
    assert run(["resolve", "--theirs", "--ours"]) == UsageError.exit_code


def test_check_and_dry_run_write_nothing(marked, capsys):
    """What only looks leaves the files as they are; a dry run shows the difference."""
    before = marked.layout.memory.read_bytes()
    archive = marked.layout.archive.exists()

    assert run(["resolve", "--check"]) == ConflictError.exit_code
    assert run(["resolve", "--dry-run", "--ours"]) == 0
    assert "+- Apple tart." in capsys.readouterr().out
    assert marked.layout.memory.read_bytes() == before
    assert marked.layout.archive.exists() == archive


def test_resolve_can_be_taken_back(marked):
    """Undo brings the conflict back whole, as nobody has written since."""
    before = marked.layout.memory.read_bytes()
    assert run(["resolve", "--ours"]) == 0
    assert not marked.disputes()
    undone = marked.undo()

    assert len(undone.back) == 2
    assert marked.layout.memory.read_bytes() == before
    assert len(marked.disputes()) == 2


def add_to(path, text):
    path.write_text(f"{path.read_text('utf-8')}\n{text}", "utf-8")


def test_the_private_overlay_and_the_person(tmp_path, monkeypatch):
    """The overlay's disputes are settled with the workspace's own, the person's with `-w personal`."""
    ws = workspace(tmp_path / "w")
    ws.remember("Mine alone.", private=True)
    ws.person_workspace().remember("I like tea.", section="Preferences")
    for layout in (ws.local.overlay, ws.home.personal):
        add_to(layout.memory, hunk(A2, A3, A))
    monkeypatch.chdir(ws.layout.root)

    assert "Apple pie." not in ws.context(prompts=False).text
    assert run(["resolve", "--ours"]) == 0
    assert "<<<<" not in ws.local.overlay.memory.read_text("utf-8")
    assert "<<<<" in ws.home.personal.memory.read_text("utf-8")
    assert run(["resolve", "--ours", "-w", "personal"]) == 0
    assert "<<<<" not in ws.home.personal.memory.read_text("utf-8")


def test_every_writers_history_is_united(tmp_path, monkeypatch):
    """Conflicts in the histories of other writers are united, too."""
    ws = workspace(tmp_path / "w")
    ws.layout.histories.mkdir()
    lines = [f"- 1{n}:00 Worked. <!-- mm:s=s{n} turns=1-2 -->\n" for n in range(2)]
    (ws.layout.histories / "ada.md").write_text("## 2026-11-20\n" + hunk(*lines), "utf-8")
    monkeypatch.chdir(ws.layout.root)

    assert run(["resolve", "--check"]) == ConflictError.exit_code
    assert run(["resolve"]) == 0
    assert (ws.layout.histories / "ada.md").read_text("utf-8") == "## 2026-11-20\n" + "".join(lines)


def test_a_disputed_fact_is_no_target(tmp_path):
    """A session that would replace a disputed fact waits in review; what one says again is known."""
    two = "- Deploys run on Heroku. <!-- mm:aaaaaa -->\n- Deploys run on Fly. <!-- mm:aaaaaa -->\n"
    ws = workspace(tmp_path / "w", two + hunk(B, C))
    known = Known(ws.state(), (ws.overlay(),), "s")

    def decided(text, op="add", target=None):
        candidate = Candidate(text, "Facts", "workspace", text, 1, op, target)
        return match(Judged(candidate, "apply"), known, frozenset())

    changed = decided("Deploys run on Lambda.", "replace", "aaaaaa")
    assert changed.judged.status == "review"
    assert isinstance(decided("Deploys run on Fly."), Keep)
    assert isinstance(decided("Cherry."), Keep)


SIDES = st.lists(
    st.sampled_from(["- Left. <!-- mm:aaaaaa -->", "- Right. <!-- mm:aaaaaa -->", "- Bare.", "Words.", "", "## Facts",
                     "- Keyed. <!-- mm:bbbbbb key=k -->", "- Key. <!-- mm:cccccc key=k -->", "  - nested"]),
    max_size=3,
).map(lambda lines: "".join(f"{line}\n" for line in lines))  # fmt: skip
HUNKS = st.builds(hunk, SIDES, SIDES, st.one_of(st.none(), SIDES)).map(lambda text: text.removesuffix("\n"))


@LAW
@given(st.data(), st.sampled_from(["ours", "theirs", "both"]))
def test_settling_any_text(data, choice):
    """Whatever stands around conflicts stays, settling twice is settling once, and a choice leaves no marker."""
    lines = st.one_of(st.sampled_from([*PLAIN, *FACTS, *NASTY]), HUNKS)
    text = "".join(f"{line}\n" for line in data.draw(st.lists(lines, max_size=8)))
    text = label_bare(text.replace("\r", "").replace("\x00", ""))
    hunks = find_hunks(text)
    names = {hunk_name(one): choice for one in find_hunks(merged(text))}
    try:
        plain = settle(Texts(text, "", ""), {}, DAY, frozenset()).texts
        chosen = settle(Texts(text, "", ""), names, DAY, frozenset()).texts
    except MemoryFileError:
        event("refused")
        return

    assert settle(plain, {}, DAY, frozenset()).texts == plain
    assert bool(find_hunks(chosen.memory)) <= bool("<<<<<<<" in "".join(NASTY))
    assert hunks or plain.memory.count("\n") <= text.count("\n")
    if not hunks:
        return
    outside, memory, archive = map(_bare, (masked(text, hunks), chosen.memory, chosen.archive))
    assert all(line in memory or line in archive for line in outside.split("\n"))


def _bare(text):
    """Return a text without spaces and our comments: a line that bears the id of a conflict may get another."""
    return re.sub(r"<!--mm:.*?-->", "", text.replace(" ", ""))


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_each_version_is_shown_with_its_own_past(tmp_path):
    """Asked in a terminal, one sees of each version which commit wrote it, also the one that is being merged."""
    ws = workspace(tmp_path / "w", A)
    git = functools.partial(_git, ws.layout.root)
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ada")
    git("config", "user.email", "ada@example.org")
    memory = ws.layout.memory
    for branch, line, message in (("main", A, "base"), ("topic", A3, "theirs"), ("main", A2, "ours")):
        if branch == "topic" or message == "ours":
            git("checkout", "-q", *(["-b"] if branch == "topic" else []), branch)
        memory.write_text(memory.read_text("utf-8").replace(A, line), "utf-8")
        git("add", "memory")
        git("commit", "-qm", f"wrote {message}")
    git("merge", "-q", "topic", check=False)
    assert "<<<<<<<" in memory.read_text("utf-8")

    said = _in_a_terminal(["resolve"], ws.layout.root, b"s\n")

    ours, theirs = said.split("  ours (HEAD)")[1].split("  theirs (topic)")
    assert "wrote ours" in ours
    assert "wrote theirs" in theirs
    assert "wrote base" not in said
    assert "wrote theirs" not in ours


def _git(folder, *words, check=True):
    subprocess.run(["git", *words], cwd=folder, check=check, capture_output=True)


def _in_a_terminal(words, folder, typed):
    """Run a command in a pseudo-terminal, and return what it showed."""
    ours, theirs = os.openpty()
    os.write(ours, typed)
    with subprocess.Popen(
        [sys.executable, "-m", "miminions", *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        shown = b""
        # Linux ends the reading with an error when the other side is closed.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
    os.close(ours)
    return shown.decode("utf-8").replace("\r\n", "\n")
