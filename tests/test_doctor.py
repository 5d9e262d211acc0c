"""doctor: each check finds its problem in a real folder, and nothing in one that nearly has it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import surroundings
from folders import add, change, home, personal, reopened, workspace

from miminions.cli import run
from miminions.doctor import examine
from miminions.files import lock
from miminions.journal import new_run, save
from miminions.layout import Layout
from miminions.status import status_of
from miminions.workspace import Workspace
from miminions.workspace.asks import retired_before

TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def ws(tmp_path):
    """A workspace on 2026-05-04 without facts, outside any repository."""
    return workspace(tmp_path / "api")


@pytest.fixture
def repo(tmp_path):
    """The same in a repository with some files."""
    root = tmp_path / "api"
    root.mkdir()
    git(root, "init", "-q")
    files = {
        "src/app.py": "print()\n",
        "docs/guide.md": "# Guide\n",
        ".gitignore": "*.log\nmade/\n",
        "justfile": "alias t := test\n\ntest *words:\n    pytest\n",
        "Makefile": "lint format: src\n\truff\nVERSION := 1\n",
        "package.json": json.dumps(
            {
                "scripts": {"build": "vite"},
                "engines": {"node": ">=20"},
                "dependencies": {"react": "^18.2.0"},
                "devDependencies": {"vitest": "1.x"},
            }
        ),
        "pyproject.toml": '[project]\nrequires-python = ">=3.11,<4"\ndependencies = ["Django>=5,<6"]\n',
        "go.mod": "module x\n\ngo 1.22\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")
    git(root, "add", ".")
    return workspace(root)


def git(folder, *words):
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def found(ws):
    """Return what the checks found, a line each."""
    return "\n".join(f"{one.level}: {one.what} -> {one.mend}" for one in examine(ws))


def history(ws, *lines, day="2026-05-01"):
    with ws.layout.history.open("a", encoding="utf-8") as file:
        file.write("\n".join(["", f"## {day}", *lines, ""]))


def archive(ws, *lines):
    ws.layout.archive.write_text("\n".join(["# Archive", "", "## Facts", *lines, ""]), "utf-8")


def test_a_sound_workspace_is_well(repo, tmp_path):
    """Neither a new one, nor one with facts that are learned, replaced and forgotten, has anything to mend."""
    ws = workspace(tmp_path / "other")
    ws.remember("We deploy on Mondays.", key="deploy")
    ws.remember("We deploy on Tuesdays.", key="deploy")
    ws.forget(ws.remember("The cache is warm.").id)
    ws.remember("The staging login is shared.", private=True)
    assert found(ws) == ""
    repo.remember("The app is `src/app.py`.")
    assert found(repo) == ""


# Facts against each other.


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["- We use tabs.", "- We *use*  tabs. #style"], "said 2 times"),
        (["- Deploys of services run on ECS.", "- The deploys of the services always run on ECS."], "nearly the same"),
        (["- One. <!-- mm:aaaaaa key=k -->", "- Two. <!-- mm:bbbbbb key=k -->"], "2 facts have the key k"),
        (["- One. <!-- mm:aaaaaa -->", "- Two. <!-- mm:aaaaaa -->"], "2 lines have the id aaaaaa"),
        (["- Old. <!-- mm:aaaaaa until=2026-05-03 -->"], "expired 2026-05-03"),
        (["- Old. <!-- mm:aaaaaa until=soon -->"], "until=soon is no day"),
        (["- Bad. <!-- mm:ABC -->"], "has an id that is none: 'ABC'"),
        (["- One. <!-- mm:aaaaaa -->", "  - Under. <!-- mm:bbbbbb -->"], "has an id (bbbbbb) that no fact bears"),
        (["```", "- Hidden.", ""], "opens a code block that nobody closes"),
        ([f"- The token is {TOKEN}"], "holds a secret (github-token)"),
    ],
)  # fmt: skip
def test_a_file_with_a_flaw(ws, lines, words):
    """The flaw is named with what mends it."""
    add(ws, "\n".join(lines))
    assert words in found(ws)
    assert TOKEN not in found(ws)


@pytest.mark.parametrize(
    "lines",
    [
        ["- Port 8080 is for the staging API.", "- Port 8081 is for the staging API."],
        ["- The cache is always warm there.", "- The cache is never warm there."],
        ["- One. <!-- mm:aaaaaa key=k -->", "- Two. <!-- mm:bbbbbb key=kk -->"],
        ["- Last day. <!-- mm:aaaaaa until=2026-05-04 since=2026-05 -->"],
        ["- Marks. <!-- mm:aaaaaa owner=ada importance=0.8 pin -->"],
        ["- Ids look like `<!-- mm:abcdef -->` behind a line.", "", "```", "- A. <!-- mm:bbbbbb -->", "```"],
        ["- No id yet. <!-- mm:until=2027-01-01 -->"],
        ["- One. <!-- mm:aaaaaa --> <!-- theirs -->", "  - Under."],
    ],
)  # fmt: skip
def test_a_file_without_one(ws, lines):
    """What only looks like a flaw is let be."""
    add(ws, "\n".join(lines))
    assert found(ws) == ""


def test_two_versions_of_one_fact(ws):
    """Two live facts that replaced the same one contradict each other, as the ledger and the archive tell."""
    add(ws, "- One. <!-- mm:aaaaaa -->\n- Two. <!-- mm:bbbbbb -->")
    archive(ws, "- Old. <!-- mm:cccccc until=2026-05-01 why=replaced by=aaaaaa -->")
    assert found(ws) == ""
    history(ws, "- 10:00 Theirs. <!-- mm:s=y turns=1-2 +bbbbbb<cccccc#1 -->")
    assert "2 facts replaced cccccc (aaaaaa, bbbbbb)" in found(ws)
    assert "1 in conflict: miminions resolve" in status_of(ws).problems
    change(ws.layout.memory, "- One. <!-- mm:aaaaaa -->\n", "")
    assert "replaced cccccc" not in found(ws)


def test_one_fact_in_the_archives_of_two_writers(ws, monkeypatch):
    """Two writers may retire one fact; each archive is looked at by itself, and gc speaks of the own one alone."""
    change(ws.layout.memory, "share:", "history: per-writer\nshare:")
    monkeypatch.setenv("MIMINIONS_WRITER", "ada")
    ws.layout.archives.mkdir()
    for name in ("ada", "bob"):
        line = "- Two. <!-- mm:bbbbbb until=2020-05-01 why=forgotten -->\n"
        (ws.layout.archives / f"{name}.md").write_text(f"# Archive\n\n{line}", "utf-8")
    assert "have the id" not in found(ws)
    (ws.layout.archives / "ada.md").write_text("# Archive\n", "utf-8")
    assert retired_before(ws.state(), ws.today) == ()


def test_a_live_fact_with_an_archived_copy(ws):
    """The copy is named; another fact in the archive is none."""
    add(ws, "- One. <!-- mm:aaaaaa -->")
    archive(ws, "- Two. <!-- mm:bbbbbb until=2026-05-01 why=forgotten -->")
    assert found(ws) == ""
    archive(ws, "- One. <!-- mm:aaaaaa until=2026-05-01 why=forgotten -->")
    assert "keeps a copy of aaaaaa, which is live" in found(ws)


def test_facts_that_are_nowhere_any_more(ws):
    """They are counted; those that a session itself retired are not among them."""
    history(
        ws, "- 10:00 Talk. <!-- mm:s=x turns=1-2 +aaaaaa#1 +bbbbbb#1 -->", "- 11:00 Back. <!-- mm:-bbbbbb -->"
    )
    assert "1 fact that sessions added is in no file any more (aaaaaa)" in found(ws)


# Files.


def test_merge_conflicts(ws):
    """A whole conflict is for `resolve`, half of one for a hand; a rule of seven signs is neither."""
    add(ws, "Title\n=======\n\n- One.")
    assert found(ws) == ""
    add(ws, "<<<<<<< ours\n- One.\n=======\n- Two.\n>>>>>>> theirs")
    assert "holds a merge conflict -> miminions resolve" in found(ws)
    assert "1 in conflict: miminions resolve" in status_of(ws).problems
    ws.layout.history.write_text("## 2026-05-01\n>>>>>>> theirs\n", "utf-8")
    assert "HISTORY.md:2 holds half of a merge conflict" in found(ws)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("- 10:00 Talk. <!-- mm:s=x -->", "says of no turn that it is covered"),
        ("- 10:00 Talk. <!-- mm:s=x turns=9-2 -->", "says of no turn that it is covered"),
        ("<div>\n- 10:00 Talk. <!-- mm:s=x turns=1-2 -->", "a line of the ledger that is not read"),
        ("- 10:00 By hand, about nothing.", ""),
        ("- 10:00 Took back. <!-- mm:-aaaaaa review=2 mood=good -->", ""),
    ],
)
def test_lines_of_the_ledger(ws, line, words):
    """Those that cannot count are named; a person's own line and unknown words are fine."""
    history(ws, line)
    assert (words in found(ws)) if words else (found(ws) == "")


def test_a_ledger_without_days(ws):
    """A session's line under no heading has no day."""
    ws.layout.history.write_text("# History\n\n- 10:00 Talk. <!-- mm:s=x turns=1-2 -->\n", "utf-8")
    assert "stands under no day" in found(ws)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("share: some", "`share: some` means nothing"),
        ("share: all", ""),
        ("write: never", "`write: never` means nothing"),
        ("history: per-writer", ""),
        ("expire: {Context: ninety}", "`expire: Context: ninety` is no span"),
        ("expire: {Context: 90d, Facts: 1 y}", ""),
        ("expire: 90d", "`expire:` names no sections"),
        ("team: [a", "not valid YAML"),
        ("team: a", ""),
    ],
)
def test_front_matter(ws, line, words):
    """What nobody understands is named with what counts instead; other keys are the owner's."""
    change(ws.layout.memory, "share: insights\n", f"{line}\n")
    assert (words in found(ws)) if words else (found(ws) == "")


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("MEMORY.sync-conflict-20260101-101010-ABCDEFG.md", True),
        ("MEMORY (Ada's conflicted copy 2026-01-01).md", True),
        ("MEMORY.conflict-0a1b2c3d.md", True),
        ("history/bob.sync-conflict-20260101-101010-ABCDEFG.md", True),
        ("conflicts.md", False),
        ("MEMORY.md.bak", False),
    ],
)
def test_copies_that_programs_left(ws, name, left):
    """A file that holds words nobody reads is named; other files in the folder are the owner's."""
    path = ws.layout.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("- Lost.\n", "utf-8")
    assert ("is a copy that a conflict left" in found(ws)) is left


def test_temporaries_of_a_killed_write(ws):
    """An old one is named, one of a write under way is not."""
    from miminions.files import prepare

    hidden = prepare(ws.layout.memory, "new").hidden
    assert found(ws) == ""
    os.utime(hidden, (time.time() - 600, time.time() - 600))
    assert "was left by a write that was killed" in found(ws)


def test_a_late_save_into_a_displaced_file(ws):
    """An editor that held the old file open wrote after it was exchanged."""
    ws.remember("The cache is warm.")
    assert found(ws) == ""
    (late,) = ws.local.kept.glob("*.late")
    late.write_text(late.read_text("utf-8") + "- Late.\n", "utf-8")
    assert "an editor saved an older" in found(ws)


def test_secrets_in_sessions_and_templates(ws):
    """The latest sessions and the templates are searched, too, and the secret itself is not printed."""
    for path in (ws.layout.sessions / "a.jsonl", ws.layout.templates / "chat-system.md"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"nothing\n{TOKEN}\n", "utf-8")
    told = found(ws)
    assert "a.jsonl:2 holds a secret" in told
    assert "chat-system.md:2 holds a secret" in told
    assert TOKEN not in told


def test_the_end_of_a_long_session_is_searched(ws):
    """The latest session comes first, and of a very long one its end."""
    ws.layout.sessions.mkdir()
    (ws.layout.sessions / "a.jsonl").write_text(f"{TOKEN}\n", "utf-8")
    (ws.layout.sessions / "b.jsonl").write_text(f"{TOKEN}\n" + "nothing\n" * 70_000 + f"{TOKEN}\n", "utf-8")
    told = found(ws)
    assert "b.jsonl:70002 holds a secret" in told
    assert told.count("holds a secret") == 1


def test_other_memories_are_examined_too(ws):
    """The overlay's and the person's flaws are named with their files."""
    ws.remember("The staging login is shared.", private=True)
    personal("- One. <!-- mm:aaaaaa key=k -->\n- Two. <!-- mm:bbbbbb key=k -->")
    with ws.local.overlay.memory.open("a", encoding="utf-8") as file:
        file.write("- Old. <!-- mm:aaaaaa until=2020-01-01 -->\n")
    told = found(ws)
    assert f"{home().personal.memory}: 2 facts have the key k" in told
    assert f"{ws.local.overlay.memory}:" in told


# Facts against the repository.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The entry is `src/main.py`.", "names `src/main.py`"),
        ("See src/main.py:12 for it.", "names `src/main.py`"),
        ("It starts with `./run.sh --all`.", "names `./run.sh`"),
        ("Components are in `src/ui/`.", "names `src/ui/`"),
        ("Handlers live in `lib/handlers.py`.", "names `lib/handlers.py`"),
        ("Tests are `tests/**/*.py`.", "names `tests/**/*.py`"),
        ("Guides are `docs/*.rst`.", "names `docs/*.rst`"),
        ("Run `just check` first.", "names `just check`, but justfile has no such recipe"),
        ("Run `make build && make test`.", "names `make build`, but Makefile has no such target"),
        ("Run `npm run deploy` last.", "names `npm run deploy`, but package.json has no such script"),
        ("Run `pnpm test` before pushing.", "names `pnpm test`"),
        ("We are on Python 3.9.", "names Python 3.9, but pyproject.toml says >=3.11,<4"),
        ("Node 18 is what CI has.", "names Node 18, but package.json says >=20"),
        ("The UI is React 17.", "names React 17, but package.json says ^18.2.0"),
        ("Built with Go 1.20.", "names Go 1.20, but go.mod says >=1.22"),
        ("The admin is Django 4.2.", "names Django 4.2"),
    ],
)
def test_a_fact_that_the_project_outlived(repo, text, words):
    """Paths, commands and versions that are gone are noticed, with the command that changes the fact."""
    add(repo, f"- {text}")
    told = found(repo)
    assert words in told
    assert "miminions edit " in told
    assert "problem:" not in told


@pytest.mark.parametrize(
    "text",
    [
        "The app is `src/app.py:10` or `app.py`, tests are `src/app.py::test_x`.",
        "All of `src/`, `docs/…` and `./docs/guide.md` is ours.",
        "Globs such as `src/**/*.py`, `docs/*.md`.",
        "We no longer use `src/old.py`; `src/older.py` was removed.",
        "There is no `setup.py`.",
        "If it grows we would move it to `src/big.py`.",
        "Claude Code reads `settings.json` and `agents/`, uv has `uv.lock`, npm/cli.js is theirs.",
        "See https://example.com/a/b.py, example.com/c.html and git@github.com:a/b.git.",
        "Logs are in `/var/log/app.log`, `~/x/y.toml` and `C:\\x\\y.py`.",
        "Types are `application/json`, branches `feature/login`, images `library/redis`, routes `/v1/users`.",
        "It is and/or, TCP/IP, 24/7, client/server, v1.2/v1.3.",
        "Output goes to `dist/app.js`, `made/x.py` and `debug.log`.",
        "Call `os.path.join` and `asyncio.run`; we like Node.js and socket.io.",
        "Bundles are in `made/x.py`, `made/*.js` and `src/debug.log`.",
        "Ours are `memory/ARCHIVE.md`, `memory/templates/` and `sessions/ID.jsonl`.",
        "Files are called `path/to/file.py`, `src/<name>.py`, `src/{a,b}.py`.",
        "Run `just test`, `just t`, `just --list`.",
        "Run `make lint` and `make format`; make sure it passes.",
        "Run `npm run build`, `npm install`, `yarn add x`, `yarn run vitest`, `npm start`.",
        "In `make -C sub all` the folder counts.",
        "Python 3.12 and Python 3.11 work, Python 3 too.",
        "Node 22, Node.js v20.1, React 18 and React 18.3.1, Django 5.1, vitest 1.6, Go 1.23.",
        "Python 2.7 is no longer supported. We migrated from Node 16 to Node 20.",
        "Node 3 of the cluster is slow; vitest 4 workers are enough.",
        "Redis 6 is what we run.",
    ],
)
def test_a_fact_that_the_project_bears_out(repo, text):
    """What is there, what is elsewhere, what was and what may be gives no finding."""
    add(repo, f"- {text}")
    assert found(repo) == ""


def test_names_that_git_once_had(repo):
    """A name without a folder, or of a folder that is gone, counts where git tracked it once, also after a rename."""
    root = repo.layout.root
    add(repo, "- Look at `settings.toml`, `old/`, `fresh.toml` and old/deep/x.py.")
    (root / "old" / "deep").mkdir(parents=True)
    for name in ("settings.toml", "old/deep/x.py"):
        (root / name).write_text(name, "utf-8")
    git(root, "config", "user.name", "ada")
    git(root, "config", "user.email", "ada@example.com")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    assert found(repo) == ""
    git(root, "mv", "settings.toml", "other.toml")
    git(root, "rm", "-rq", "old")
    git(root, "commit", "-qm", "two")
    told = found(repo)
    assert all(f"names `{name}`" in told for name in ("settings.toml", "old/", "old/deep/x.py"))
    assert "fresh" not in told


def test_every_file_that_speaks_must_contradict(repo):
    """Where one file allows the version and another pins a newer one, the fact can mean the first."""
    (repo.layout.root / ".python-version").write_text("3.12.1\n", "utf-8")
    add(repo, "- Python 3.11 is the least we support.")
    assert found(repo) == ""
    (repo.layout.root / "pyproject.toml").unlink()
    assert "Python 3.11, but .python-version says ==3.12.1" in found(repo)


def test_odd_project_files_say_nothing(repo):
    """Files that are damaged give no ground for a finding."""
    add(repo, "- Python 3.9, Node 16, React 3.1, `npm run x`.")
    for name in ("package.json", "pyproject.toml", "go.mod"):
        (repo.layout.root / name).write_bytes(b"\xff\x00{[[")
    assert found(repo) == ""


def test_files_that_are_not_tracked_are_there(repo):
    """A new file that was not added yet exists, and so does one in a folder further down."""
    root = repo.layout.root
    (root / "sub").mkdir()
    (root / "new.py").write_text("", "utf-8")
    (root / "sub" / "deep.py").write_text("", "utf-8")
    git(root, "add", "sub")
    add(repo, "- Look at `new.py` and `deep.py`.")
    assert found(repo) == ""


def test_personal_facts_are_of_no_project(repo):
    """Neither here nor in the personal workspace are they compared with files."""
    home().root.mkdir(mode=0o700, exist_ok=True)
    personal("- My notes are `notes/all.md`, run `just x`.")
    assert found(repo) == ""
    assert found(Workspace.open(home().root.parent)) == ""


# What surrounds them.


def test_git_without_our_merge_driver(repo):
    """A clone whose attributes name the driver needs it in its settings; `init` mends both."""
    root = repo.layout.root
    git(root, "config", "--remove-section", "merge.miminions")
    assert "does not know the merge driver" in found(repo)
    repo.layout.attributes.write_text("MEMORY.md -merge\n", "utf-8")
    assert "does not say how to merge ARCHIVE.md, archive/*.md, HISTORY.md, history/*.md" in found(repo)
    assert run(["init", str(root)]) == 0
    assert found(repo) == ""


def test_memory_that_git_ignores(repo):
    """An ignored memory is noticed, other ignored files are not."""
    (repo.layout.root / ".gitignore").write_text("memory/\n", "utf-8")
    assert "git ignores" in found(repo)


def test_a_lock_that_is_held(ws):
    """Its file is named as long as somebody holds it."""
    ws.remember("The cache is warm.")
    code = (
        "import sys; from pathlib import Path; from miminions.files import lock\n"
        "with lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(ws.local.lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert f"{ws.local.lock} is held by another process" in found(ws)
        holder.communicate()
    with lock(ws.local.lock):
        pass
    assert found(ws) == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_home_that_others_can_open(ws):
    """The command that closes it is named."""
    home().root.chmod(0o755)
    assert f"mode 0755) -> chmod 700 '{home().root}'" in found(ws)
    home().root.chmod(0o700)
    assert found(ws) == ""


def test_runs_that_wait_or_were_broken_off(ws):
    """Both are named with the command that goes on; a young open run may be under way."""
    young = new_run(ws.local, "distill", ws.now(), session="young")
    save(ws.local, young)
    assert found(ws) == ""
    for status, session in (("waiting", "a"), ("open", "b")):
        one = new_run(ws.local, "distill", reopened(ws.layout.root, day="2026-05-01").now(), session=session)
        path = ws.local.journal / f"{one.id}.json"
        save(ws.local, one)
        record = json.loads(path.read_text("utf-8")) | {
            "status": status,
            "what": "it belongs to the branch x",
        }
        path.write_text(json.dumps(record), "utf-8")
    told = found(ws)
    assert "the plan of session a waits: it belongs to the branch x" in told
    assert "the run of session b is unfinished since 2026-05-01 -> miminions distill --pending" in told
    status = status_of(ws)
    plans = " ".join(status.plans)
    assert "the plan of session a waits: it belongs to the branch x" in plans
    assert "the run of session b is unfinished" in plans
    assert "young" not in plans
    assert "session" not in " ".join(status.problems)


def test_damaged_records(ws):
    """A record that nobody can read is named."""
    ws.remember("The cache is warm.")
    (record,) = ws.local.journal.glob("*.json")
    record.write_text("{", "utf-8")
    assert f"{record} is damaged" in found(ws)


def test_memory_that_came_with_a_clone(ws, tmp_path):
    """It is not trusted, and still examined."""
    (tmp_path / "clone" / "memory").mkdir(parents=True)
    text = ws.layout.memory.read_text("utf-8").replace("workspace: ", "workspace: x")
    (tmp_path / "clone" / "memory" / "MEMORY.md").write_text(f"{text}- Old. <!-- mm:aaaaaa until=2020-01-01 -->\n", "utf-8")  # fmt: skip
    told = found(reopened(tmp_path / "clone"))
    assert "is not trusted on this machine" in told
    assert "expired 2020-01-01" in told


# Whatever the files hold.


def _odd():
    yield from sorted(surroundings.files())
    yield from (f"mixture {seed}" for seed in range(40))
    yield from ("zeros", "bytes", "long")


@pytest.mark.parametrize("name", list(_odd()))
def test_no_file_stops_the_checks(repo, name):
    """Every kept file, every mixture and odd bytes are examined in all three places, without an error."""
    special = {
        "zeros": b"\0" * 999,
        "bytes": bytes(range(256)) * 4,
        "long": b"- `" + b"a/" * 30_000 + b".py` " * 99,
    }
    if name in special:
        content = special[name]
    else:
        text = (
            surroundings.mixture(int(name.split()[1]))
            if name.startswith("mixture")
            else surroundings.files()[name]
        )
        content = text.encode("utf-8", "surrogateescape" if name in surroundings.files() else "surrogatepass")
    folder = Layout(repo.layout.root)
    for path in (folder.memory, folder.archive, folder.history):
        path.write_bytes(content)
        assert all(finding.what and finding.mend for finding in examine(repo))


@pytest.mark.parametrize("name", ["MEMORY.md", "HISTORY.md", "ARCHIVE.md"])
def test_a_folder_in_a_files_place_is_a_finding(ws, name):
    """What cannot be read is said, and the other checks go on."""
    path = ws.layout.folder / name
    path.unlink(missing_ok=True)
    path.mkdir()
    personal("- Old. <!-- mm:aaaaaa until=2020-01-01 -->")
    told = found(reopened(ws.layout.root)) if name != "MEMORY.md" else found(ws)
    assert str(path) in told
    assert "expired 2020-01-01" in told


def test_looking_changes_no_file(repo, tmp_path):
    """Neither in a workspace nor where there is none, not even the home is made."""
    repo.remember("The cache is warm.")

    def files():
        roots = (tmp_path, home().root)
        return {
            path: path.stat().st_mtime_ns
            for root in roots
            for path in root.rglob("*")
            if ".git" not in path.parts
        }

    before = files()
    examine(repo)
    assert files() == before
    nowhere = tmp_path / "nowhere"
    assert examine(Workspace.open(tmp_path, home=nowhere)) == ()
    assert not nowhere.exists()


def test_a_thousand_facts_take_less_than_a_second(repo):
    """Also when each of them names files and commands, and the history is long."""
    add(repo, "\n".join(f"- Service {n} is `src/app.py`, port {n}, `just test`, docs/guide.md. <!-- mm:{n:06d} -->" for n in range(1000)))  # fmt: skip
    history(repo, *(f"- 09:00 Talk {n}. <!-- mm:s=x{n} turns=1-2 +{n:06d}#1 -->" for n in range(1000)))
    start = time.perf_counter()
    told = found(repo)
    assert told == ""
    assert time.perf_counter() - start < 3


def test_the_command(ws, capfd):
    """Problems come first, each with its mend; the exit code says whether there are any, and notices are none."""
    where = ["-w", str(ws.layout.root)]
    add(ws, "- Old. <!-- mm:aaaaaa until=2020-01-01 -->")
    assert run(["doctor", *where]) == 0
    assert "  mend: miminions forget aaaaaa" in capfd.readouterr().out
    add(ws, "- One. <!-- mm:bbbbbb key=k -->\n- Two. <!-- mm:cccccc key=k -->")
    assert run(["doctor", "--json", *where]) == 16
    findings = json.loads(capfd.readouterr().out)["findings"]
    assert [finding["level"] for finding in findings] == ["problem", "notice"]
    assert Path(findings[0]["what"].partition(": ")[0]) == ws.layout.memory


def test_a_model_without_its_client(ws, monkeypatch, tmp_path):
    """An agent client that was chosen and is not installed is a problem."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MIMINIONS_MODEL", "agent:codex")

    assert any("Codex is not installed here" in one.what for one in examine(reopened(ws.layout.root)))
