"""Looking again afterwards: what an editor writes late into a displaced file is merged, and nobody waits for that."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from folders import home, workspace

from miminions import afterwards
from miminions.files import lock

PATIENCE = 15.0
WAITS = afterwards.PAUSE


@pytest.fixture
def ws(tmp_path, monkeypatch):
    made = workspace(tmp_path / "shop", "- Ports are 8080.\n")
    monkeypatch.chdir(made.layout.root)
    return made


def command(*words, **more):
    """Run a command in a process of its own, and return its result and how long it took."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "miminions", *words], capture_output=True, text=True, check=False, **more
    )
    return done, time.monotonic() - began


def until(condition):
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def looked(ws):
    """Say whether every displaced file was looked at again."""
    return all(json.loads(path.read_text("utf-8"))["looked"] for path in ws.local.kept.glob("*.json"))


def is_held(ws):
    from miminions.files import try_lock

    with try_lock(ws.local.folder / "afterwards.lock") as free:
        return not free


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced here")
def test_a_late_save_is_merged_without_any_further_command(ws):
    """An editor that still holds the old file writes into it after the command ended; soon MEMORY.md has both."""
    with ws.layout.memory.open("r+", encoding="utf-8") as editor:
        text = editor.read()
        done, took = command("remember", "Deploys run on ECS.")
        assert (done.returncode, done.stderr) == (0, "")
        assert took < WAITS
        editor.seek(0)
        editor.write(text.replace("8080", "9090"))
        editor.truncate()
    until(lambda: "9090" in ws.layout.memory.read_text("utf-8"))
    said = ws.layout.memory.read_text("utf-8")
    assert "Deploys run on ECS." in said
    assert "8080" not in said
    until(lambda: looked(ws) and not is_held(ws))


def test_commands_that_follow_each_other_share_one_process(ws):
    """While one waits no other is started, and it looks at what came since, too."""
    for number in range(3):
        assert command("remember", f"Fact number {number}.")[0].returncode == 0
    until(lambda: is_held(ws) or looked(ws))
    assert not afterwards.start(ws.layout.root, ws.id, home())
    until(lambda: looked(ws) and not is_held(ws))
    assert {fact.text for fact in ws.facts()} >= {f"Fact number {number}." for number in range(3)}


def test_a_command_that_displaced_nothing_starts_nothing(ws):
    """Reading, and writing what is there already, leave no process and no lock behind."""
    before = sorted(path.name for path in ws.local.folder.iterdir())
    assert command("show")[0].returncode == 0
    assert command("remember", "Ports are 8080.", "--dry-run")[0].returncode == 0
    assert not (ws.local.folder / "afterwards.lock").exists()
    assert sorted(path.name for path in ws.local.folder.iterdir()) == before


def test_a_reading_command_leaves_it_to_others(ws):
    """What another program displaced is not a query's business."""
    ws.remember("Deploys run on ECS.")
    time.sleep(0.2)
    assert command("show")[0].returncode == 0
    assert not (ws.local.folder / "afterwards.lock").exists()


def test_nothing_comes_back_when_the_folder_is_gone(ws):
    """It makes no folder anew that somebody removed meanwhile."""
    import shutil

    ws.remember("Deploys run on ECS.")
    assert afterwards.start(ws.layout.root, ws.id, home())
    until(lambda: is_held(ws))
    shutil.rmtree(home().root)
    shutil.rmtree(ws.layout.root)
    time.sleep(WAITS + 1)
    assert not home().root.exists()
    assert not ws.layout.root.exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
def test_the_process_is_nobodys_child_and_silent(ws):
    """It has another session, no terminal, no pipe of ours, and leaves no zombie to the program that started it."""
    ws.remember("Deploys run on ECS.")
    assert afterwards.start(ws.layout.root, ws.id, home())
    found = []

    def running():
        for place in Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes()
            except OSError:
                continue
            if (
                b"miminions.afterwards" in words
                and bytes(ws.layout.root) in words
                and b"/bin/sh" not in words
            ):
                found.append(place)
                return True
        return False

    until(running)
    place = found[0]
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    assert int(fields[1]) != os.getpid()
    assert int(fields[3]) != os.getsid(0)
    assert [str((place / "fd" / number).readlink()) for number in "012"] == ["/dev/null"] * 3
    assert not str((place / "cwd").readlink()).startswith(str(ws.layout.root))
    until(lambda: looked(ws) and not is_held(ws))
    until(lambda: not place.exists())


def test_trouble_is_left_to_the_next_command(ws):
    """Whoever holds the workspace's lock for long is waited for; a damaged record harms nothing."""
    ws.remember("Deploys run on ECS.")
    (ws.local.kept / "damaged.json").write_text('{"looked": false', "utf-8")
    with lock(ws.local.lock):
        assert afterwards.start(ws.layout.root, ws.id, home())
        until(lambda: is_held(ws))
    good = next(path for path in ws.local.kept.glob("*.json") if path.stem != "damaged")
    until(lambda: not good.exists() or json.loads(good.read_text("utf-8"))["looked"])
    until(lambda: not is_held(ws))
