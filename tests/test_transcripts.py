"""The transcripts room: every agent's records become turns, and one bad line never stops a file."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from miminions.errors import FileError, TranscriptError
from miminions.transcripts import Turn, read_transcript
from miminions.transcripts.discover import agent_sessions
from miminions.transcripts.own import extent, new_session, write_turn
from miminions.transcripts.turns import as_time

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def line(record: object) -> bytes:
    """Write a record as one line of JSON."""
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def ours(role: str, content: str, **more: object) -> dict[str, object]:
    """Make a record of our own."""
    return {
        "timestamp": "2026-11-20T12:00:00+00:00",
        "session_id": "s1",
        "role": role,
        "content": content,
        **more,
    }


class Claude:
    """Makes records in the shape of Claude Code's, each the child of the one before unless told otherwise."""

    def __init__(self) -> None:
        self.records: list[dict[str, object]] = []
        self.last: str | None = None

    def add(self, kind: str, **more: object) -> str:
        """Add a record and return its uuid."""
        uuid = f"u{len(self.records) + 1}"
        record = {
            "parentUuid": self.last,
            "uuid": uuid,
            "type": kind,
            "sessionId": "c1",
            "cwd": "/home/ada/shop",
        }
        self.records.append({**record, "isSidechain": False, "timestamp": "2026-11-20T12:00:00.000Z", **more})
        self.last = str(self.records[-1]["uuid"])
        return self.last

    def user(self, content: object, **more: object) -> str:
        """Add a user's message."""
        return self.add("user", message={"role": "user", "content": content}, **more)

    def assistant(self, content: object, message_id: str | None = None, **more: object) -> str:
        """Add an assistant's message."""
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        message = {"id": message_id, "role": "assistant", "model": "claude", "content": blocks}
        return self.add("assistant", message=message, **more)

    def read(self, folder: Path, name: str = "c1.jsonl"):
        """Write the records to a file and read that."""
        path = folder / name
        path.write_bytes(b"".join(map(line, self.records)))
        return read_transcript(path)


def said(transcript) -> list[tuple[int, str, str]]:
    """Return number, role and text of each turn."""
    return [(turn.number, turn.role, turn.text) for turn in transcript.turns]


# Our own.


def test_our_own(tmp_path):
    """Our own records are turns, with their places as numbers and their times."""
    path = tmp_path / "s1.jsonl"
    path.write_bytes(
        b"".join(map(line, [ours("user", "Hello."), ours("assistant", "Hi."), ours("tool", "ok")]))
    )
    transcript = read_transcript(path)

    assert said(transcript) == [(1, "user", "Hello."), (2, "assistant", "Hi."), (3, "tool", "ok")]
    assert (transcript.format, transcript.session, transcript.folder) == ("miminions", "s1", None)
    assert (transcript.records, transcript.skipped, transcript.started) == (3, 0, NOON)
    assert transcript.turn(2) == Turn(2, "assistant", "Hi.", NOON)
    assert transcript.turn(9) is None


def test_what_was_injected_is_not_the_persons(tmp_path):
    """A record that a context builder, a memory or a recall made is `system`, whatever role it bears."""
    path = tmp_path / "s1.jsonl"
    marks = ["context_builder", "memory", "recall", "person", ["memory"], {}]
    records = [ours("user", "x", meta={"source": mark}) for mark in marks]
    path.write_bytes(
        b"".join(map(line, [*records, ours("developer", "x"), ours("user", "x", meta="memory")]))
    )

    roles = ["system"] * 3 + ["user"] * 3 + ["system", "user"]
    assert [turn.role for turn in read_transcript(path).turns] == roles


def test_writing_a_turn(tmp_path):
    """A written turn comes back with its time; secrets and private spans are never written."""
    path = tmp_path / "sessions" / "s1.jsonl"
    when = NOON.astimezone(datetime.strptime("+0200", "%z").tzinfo)
    key = "sk-ant-" + "api03-" + "aB3dE7gH9kL2mN5p" * 2
    write_turn(path, "s1", "user", f"A é\nwith {key}<private>, not this</private>.", now=when, meta={"a": 1})

    assert said(read_transcript(path)) == [(1, "user", "A é\nwith [redacted:anthropic-key].")]
    assert read_transcript(path).started == NOON
    assert b"private" not in path.read_bytes()
    assert json.loads(path.read_bytes())["meta"] == {"a": 1}
    assert extent(path) == ("s1", 1)


def test_a_torn_end_swallows_nothing(tmp_path):
    """A turn written behind a torn line is a line of its own."""
    path = tmp_path / "s1.jsonl"
    path.write_bytes(line(ours("user", "One.")) + b'{"role": "us')
    write_turn(path, "s1", "user", "Two.", now=NOON)
    transcript = read_transcript(path)

    assert said(transcript) == [(1, "user", "One."), (3, "user", "Two.")]
    assert transcript.skipped == 1


def test_half_a_character_can_be_written_and_read(tmp_path):
    """Half a character, from a terminal or from JSON, becomes a mark that every file can hold."""
    path = tmp_path / "s1.jsonl"
    write_turn(path, "s1", "user", "a\ud800b", now=NOON)
    with path.open("ab") as file:
        file.write(b'{"role": "user", "content": "\\ud800", "session_id": "\\udfff"}\n')

    for turn in read_transcript(path).turns:
        turn.text.encode()
    assert said(read_transcript(path))[0] == (1, "user", "a\ufffdb")


def test_session_names():
    """A new session is named by its moment in UTC and a token."""
    moment = datetime(2026, 11, 20, 16, 2, 33, 123456, tzinfo=UTC)

    assert new_session(moment, "1a2b3c4d") == "20261120T160233123456Z_1a2b3c4d"
    assert new_session(moment) != new_session(moment)


# Claude Code's.


def test_a_conversation(tmp_path):
    """Prompts are the person's, answers the assistant's, and what a tool gave back is the tool's."""
    claude = Claude()
    claude.user("Where do we deploy?")
    claude.assistant(
        [{"type": "thinking", "thinking": "hm"}, {"type": "tool_use", "id": "t", "name": "Bash", "input": {}}]
    )
    claude.user(
        [{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "ecs.tf"}]}]
    )
    claude.assistant("On ECS.")
    claude.user([{"type": "text", "text": "Good."}, {"type": "image", "source": {}}])
    transcript = claude.read(tmp_path)

    assert said(transcript) == [
        (1, "user", "Where do we deploy?"),
        (3, "tool", "ecs.tf"),
        (4, "assistant", "On ECS."),
        (5, "user", "Good."),
    ]
    assert (transcript.format, transcript.session, transcript.folder) == (
        "claude-code",
        "c1",
        Path("/home/ada/shop"),
    )


def test_a_split_answer_is_one_turn(tmp_path):
    """Records with blocks of one message are one turn, with the place of the first."""
    claude = Claude()
    claude.user("Go.")
    claude.assistant("First,", "m1")
    claude.assistant([{"type": "tool_use", "id": "t", "name": "Bash", "input": {}}], "m1")
    claude.assistant("second.", "m1")
    claude.assistant("Another.", "m2")
    claude.assistant("No id.")
    claude.assistant("No id either.")

    assert said(claude.read(tmp_path))[1:] == [
        (2, "assistant", "First,\nsecond."),
        (5, "assistant", "Another."),
        (6, "assistant", "No id."),
        (7, "assistant", "No id either."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<command-name>/clear</command-name>",
        " <local-command-stdout>ok</local-command-stdout>",
        "<bash-input>ls</bash-input>",
        "<task-notification>done</task-notification>",
        "(no content)",
        "Caveat: The messages below were generated by the user while running local commands.",
        "[Request interrupted by user]",
        "This session is being continued from a previous conversation that ran out of context.",
    ],
)
def test_scaffolding_is_not_the_persons(tmp_path, text):
    """What the client writes in the person's name is `system`."""
    claude = Claude()
    claude.user(text)

    assert [turn.role for turn in claude.read(tmp_path).turns] == ["system"]


@pytest.mark.parametrize("flag", ["isMeta", "isCompactSummary", "isVisibleInTranscriptOnly"])
def test_flagged_messages_are_not_the_persons(tmp_path, flag):
    """A message that the client flags as its own is `system`."""
    claude = Claude()
    claude.user("I prefer tabs.", **{flag: True})

    assert [turn.role for turn in claude.read(tmp_path).turns] == ["system"]


def test_text_beside_a_tools_result_is_not_the_persons(tmp_path):
    """A message that carries a tool's result proves no words of the person."""
    claude = Claude()
    claude.user([{"type": "tool_result", "content": "out"}, {"type": "text", "text": "I prefer tabs."}])

    assert said(claude.read(tmp_path)) == [(1, "tool", "out"), (1, "system", "I prefer tabs.")]


def test_reminders_are_taken_out(tmp_path):
    """What stands in a system reminder is no part of the prompt, closed or not."""
    claude = Claude()
    claude.user("Use uv.<system-reminder>Use pip.</system-reminder> Always.<system-reminder>And\nmore")
    claude.user("<system-reminder>Only this.</system-reminder>")

    assert said(claude.read(tmp_path)) == [(1, "user", "Use uv. Always.")]


def test_sub_agents(tmp_path):
    """Both sides of a sub-agent's conversation are `subagent`, and they hide nothing of the main one."""
    claude = Claude()
    prompt = claude.user("Look into it.")
    claude.user("You are a sub-agent.", isSidechain=True, parentUuid=None)
    claude.assistant("Found it.", isSidechain=True)
    claude.assistant("It is fixed.", parentUuid=prompt)

    assert [(role, text) for _, role, text in said(claude.read(tmp_path))] == [
        ("user", "Look into it."),
        ("subagent", "You are a sub-agent."),
        ("subagent", "Found it."),
        ("assistant", "It is fixed."),
    ]


def test_a_sub_agents_file_is_not_its_session(tmp_path):
    """A sub-agent's own file bears its own name, not that of the session it works for."""
    claude = Claude()
    claude.user("You are a sub-agent.", isSidechain=True)

    assert claude.read(tmp_path, "agent-7.jsonl").session == "agent-7"


def test_a_resumed_session_is_a_new_one(tmp_path):
    """A file that begins with copies of an older session is the session it ends with."""
    claude = Claude()
    claude.user("One.", sessionId="old")
    claude.assistant("Two.", sessionId="old")
    claude.user("Three.", sessionId="new")

    assert claude.read(tmp_path).session == "new"


def test_a_rewound_branch_is_dead(tmp_path):
    """What the person took back is not read, and still counts in the numbers."""
    claude = Claude()
    claude.user("We use Heroku.")
    answer = claude.assistant("Noted.")
    claude.user("Use MySQL.")
    claude.assistant("MySQL it is.")
    claude.user("Use Postgres.", parentUuid=answer)
    claude.assistant("Postgres it is.")

    assert [(number, text) for number, _, text in said(claude.read(tmp_path))] == [
        (1, "We use Heroku."),
        (2, "Noted."),
        (5, "Use Postgres."),
        (6, "Postgres it is."),
    ]


def test_a_rewound_branch_without_an_answer(tmp_path):
    """A prompt that waits for its answer is already the living branch."""
    claude = Claude()
    first = claude.user("Hello.")
    claude.user("Use MySQL.")
    claude.assistant("MySQL it is.")
    claude.user("Use Postgres.", parentUuid=first)

    assert [text for _, _, text in said(claude.read(tmp_path))] == ["Hello.", "Use Postgres."]


def test_a_rewound_first_prompt(tmp_path):
    """A first prompt that was taken back leaves nothing of its branch."""
    claude = Claude()
    claude.user("Use MySQL.")
    claude.assistant("MySQL it is.")
    claude.user("Use Postgres.", parentUuid=None)
    claude.assistant("Postgres it is.")

    assert [number for number, _, _ in said(claude.read(tmp_path))] == [3, 4]


def test_records_without_parents_are_all_alive(tmp_path):
    """Records that name no parent at all, or always none, follow one another."""
    for parent in ({"parentUuid": None}, {"parentUuid": "elsewhere"}, {}):
        claude = Claude()
        for number in range(3):
            claude.user(f"Prompt {number}.")
            claude.assistant(f"Answer {number}.")
        for record in claude.records:
            del record["parentUuid"]
            record.update(parent)

        assert len(claude.read(tmp_path).turns) == 6


def test_compaction_breaks_no_chain(tmp_path):
    """Behind a compact boundary the conversation goes on, and what came before it is still there."""
    claude = Claude()
    claude.user("We use ECS.")
    last = claude.assistant("Noted.")
    claude.add(
        "system", subtype="compact_boundary", parentUuid=None, logicalParentUuid=last, content="Compacted"
    )
    claude.user("This session is being continued.", isCompactSummary=True)
    claude.user("Go on.")
    claude.assistant("On we go.")
    transcript = claude.read(tmp_path)

    assert [(number, role) for number, role, _ in said(transcript)] == [
        (1, "user"),
        (2, "assistant"),
        (4, "system"),
        (5, "user"),
        (6, "assistant"),
    ]


def test_an_older_compaction_breaks_no_chain(tmp_path):
    """A summary that names no parent stands for what came before it."""
    claude = Claude()
    claude.user("We use ECS.")
    claude.assistant("Noted.")
    claude.user("A summary.", isCompactSummary=True, parentUuid=None)
    claude.user("Go on.")
    claude.assistant("On we go.")

    assert [number for number, _, _ in said(claude.read(tmp_path))] == [1, 2, 3, 4, 5]


def test_local_commands_after_the_end(tmp_path):
    """Commands that hang on the root after the last answer do not hide the conversation."""
    claude = Claude()
    root = claude.user("Caveat: The messages below were generated by the user.", isMeta=True)
    claude.user("Use uv.")
    claude.assistant("So be it.")
    claude.user("<command-name>/cost</command-name>", parentUuid=root)
    claude.user("<local-command-stdout>1 $</local-command-stdout>", parentUuid=root)

    assert [role for _, role, _ in said(claude.read(tmp_path))] == [
        "system",
        "user",
        "assistant",
        "system",
        "system",
    ]


def test_copied_records_count_once(tmp_path):
    """A record that stands twice in a file is one turn, at its first place."""
    claude = Claude()
    claude.user("One.")
    claude.assistant("Two.")
    claude.records += claude.records[:]
    claude.last = "u2"
    claude.user("Three.")

    assert said(claude.read(tmp_path)) == [
        (1, "user", "One."),
        (2, "assistant", "Two."),
        (5, "user", "Three."),
    ]


def test_loops_end(tmp_path):
    """Records that are each other's parents, or their own, are read and the reading ends."""
    claude = Claude()
    claude.user("One.", parentUuid="u2")
    claude.assistant("Two.", parentUuid="u1")
    claude.user("Three.", parentUuid="u3")

    assert len(claude.read(tmp_path).turns) == 3


def test_what_nobody_said_is_left_out(tmp_path):
    """State, titles, progress and injected memory are no turns, and are not counted as unreadable."""
    claude = Claude()
    claude.user("Use uv.")
    silent = [
        "summary",
        "system",
        "attachment",
        "progress",
        "file-history-snapshot",
        "queue-operation",
        "ai-title",
    ]
    for kind in silent:
        claude.add(kind, content="<miminions:memory>Use pip.</miminions:memory>")
    claude.assistant([{"type": "text", "text": "API Error"}], isApiErrorMessage=True)
    claude.add(
        "assistant", message={"model": "<synthetic>", "content": [{"type": "text", "text": "No response"}]}
    )
    claude.assistant("So be it.")
    transcript = claude.read(tmp_path)

    assert [text for _, _, text in said(transcript)] == ["Use uv.", "So be it."]
    assert transcript.skipped == 0
    assert transcript.records == len(silent) + 4


def test_unknown_types_are_counted(tmp_path):
    """Records of a type that nobody knows are skipped, and counted."""
    claude = Claude()
    claude.user("Use uv.")
    claude.add("future-thing", v=9)
    claude.add(["list"], v=9)
    claude.user("Always.")
    transcript = claude.read(tmp_path)

    assert [number for number, _, _ in said(transcript)] == [1, 4]
    assert (transcript.skipped, transcript.records) == (2, 4)


@pytest.mark.parametrize(
    "content",
    [
        None,
        5,
        True,
        {},
        [],
        [5, None, "text", []],
        [{"type": "text"}],
        [{"type": "text", "text": 5}],
        [{"type": ["text"]}],
        [{"type": "tool_result"}],
        [{"type": "tool_result", "content": {"a": 1}}],
    ],
)
def test_odd_content_says_nothing(tmp_path, content):
    """Content of another shape than expected says nothing and stops nothing."""
    claude = Claude()
    claude.user(content)
    claude.user("Use uv.")

    assert [text for _, _, text in said(claude.read(tmp_path))] == ["Use uv."]


@pytest.mark.parametrize(
    "name", ["uuid", "parentUuid", "sessionId", "cwd", "timestamp", "isSidechain", "logicalParentUuid"]
)
@pytest.mark.parametrize("value", [None, 5, [], {}, ["x"], {"a": 1}, "\ud800", "a\0b", ""])
def test_odd_fields(tmp_path, name, value):
    """A field of any shape stops no file."""
    claude = Claude()
    claude.user("Use uv.")
    claude.user("Always.", **{name: value})

    assert claude.read(tmp_path).turns


def test_a_stray_record_does_not_decide(tmp_path):
    """A file is of the format that most of its records have."""
    claude = Claude()
    claude.user("One.")
    claude.user("Two.")
    claude.records.insert(0, ours("user", "Stray."))
    transcript = claude.read(tmp_path)

    assert [text for _, _, text in said(transcript)] == ["One.", "Two."]
    assert transcript.skipped == 1


# Lines.

LINES = [line(ours("user", "One.")), line(ours("assistant", "Zwei é😀.")), line(ours("user", "Three."))]


@pytest.mark.parametrize("size", range(len(LINES[1])))
def test_a_torn_last_line(tmp_path, size):
    """A last line that is still being written does not count, wherever it ends."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES[0] + LINES[1][:size])
    transcript = read_transcript(path)
    whole = size == len(LINES[1]) - 1

    assert [turn.text for turn in transcript.turns] == ["One.", "Zwei é😀."][: 1 + whole]
    assert (transcript.records, transcript.skipped) == (1 + whole, 0)


@pytest.mark.parametrize(
    "end", [b"\r\n", b"\r", b"\n\n", b" \t\n", b"\x00\n", b"\n\xef\xbb\xbf\n", b"\r\r\n\n"]
)
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n", b"\x00" * 5000])
def test_line_ends_and_blanks(tmp_path, start, end):
    """Every kind of line end parts records; byte order marks, blanks and NULs between them do not count."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(start + b"".join(part.replace(b"\n", end) for part in LINES))

    assert [turn.number for turn in read_transcript(path).turns] == [1, 2, 3]


@pytest.mark.parametrize(
    "bad",
    [
        b"5",
        b"null",
        b'"text"',
        b"[]",
        b"{",
        b"not json",
        b"{'a': 1}",
        b'{"role": "user", "content": "\xff',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"n": ' + b"9" * 5000 + b"}",
        b"\x1f\x8b\x08",
        b"{}",
        b'{"role": ["user"], "content": "x"}',
        b'{"role": "user", "content": ["x"]}',
        b'{"role": "king", "content": "x"}',
        b'{"type": {}, "message": {}}',
    ],
    ids=lambda bad: bad[:12].decode("ascii", "replace"),
)
def test_a_bad_line_is_counted_and_passed(tmp_path, bad):
    """A line that nobody can read is counted, keeps its number, and stops nothing."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES[0] + bad + b"\n" + LINES[2])
    transcript = read_transcript(path)

    assert [turn.number for turn in transcript.turns] == [1, 3]
    assert (transcript.records, transcript.skipped) == (3, 1)


def test_invalid_utf8_is_marked(tmp_path):
    """A byte that is no UTF-8 becomes a mark in the text."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES[0].replace(b"One", b"O\xffe"))

    assert said(read_transcript(path)) == [(1, "user", "O\ufffde.")]


def test_line_ends_within_a_text(tmp_path):
    """A Unicode line separator within a text is no line end."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(line(ours("user", "a\u2028b\x85c\x0cd")))

    assert [turn.text for turn in read_transcript(path).turns] == ["a\u2028b\x85c\x0cd"]


def test_an_overlong_line(tmp_path):
    """A line of 20 MB is passed over in a moment, one of 10 MB is read."""
    path = tmp_path / "a.jsonl"
    long, longer = line(ours("tool", "x" * 10_000_000)), line(ours("tool", "x" * 20_000_000))
    path.write_bytes(LINES[0] + long + longer + LINES[2])
    began = time.perf_counter()
    transcript = read_transcript(path)

    assert [(turn.number, len(turn.text)) for turn in transcript.turns] == [(1, 4), (2, 10_000_000), (4, 6)]
    assert transcript.skipped == 1
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\x00" * 100, b'{"torn'])
def test_an_empty_file(tmp_path, content):
    """A file without a record has no turns, and is no error."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    transcript = read_transcript(path)

    assert (transcript.turns, transcript.records, transcript.session) == ((), 0, "a")


@pytest.mark.parametrize(
    "content", [b"# Notes\n", b"5\n", b'{"a": 1}\n{"b": 2}\n', b"PK\x03\x04\n\xff\xfe\n"]
)
def test_another_format(tmp_path, content):
    """A file of nobody's format is an error that says which ones can be read."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)

    with pytest.raises(TranscriptError, match="no record of a known format") as caught:
        read_transcript(path)
    assert "Claude Code" in caught.value.hint


def test_no_file(tmp_path):
    """A transcript that is not there, or is a folder, is an error of files."""
    for path in (tmp_path / "none.jsonl", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(FileError, match="cannot read"):
            read_transcript(path)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20T12:00:00.000+00:00", NOON),
        ("2026-11-20T14:00:00+02:00", NOON),
        ("2026-11-20T12:00:00", NOON),
        ("yesterday", None),
        ("", None),
        (5, None),
        (None, None),
        ("0001-01-01T00:00:00+23:59", None),
    ],
)
def test_times(text, moment):
    """A time is ISO, with the offset it states, in UTC without one; anything else is none."""
    assert as_time(text) == moment
    stated = timedelta(hours=2 if text and "+02" in str(text) else 0)
    assert moment is None or as_time(text).utcoffset() == stated


# What agents keep on this machine.


def test_agent_sessions(tmp_path):
    """Sessions are counted by the working directory in their records, never by the name of their folder."""
    root = tmp_path / "shop"
    root.mkdir()
    claude = Path.home() / ".claude" / "projects" / "-any-name"
    codex = Path.home() / ".codex" / "sessions" / "2026" / "11" / "20"
    for folder in (claude, codex):
        folder.mkdir(parents=True)
    for name, cwd in (
        ("a", root),
        ("b", root / "src"),
        ("c", tmp_path),
        ("d", f"{root}-other"),
        ("agent-e", root),
    ):
        (claude / f"{name}.jsonl").write_bytes(
            b"broken\n" + line({"type": "summary"}) + line({"cwd": str(cwd)})
        )
    (claude / "empty.jsonl").write_bytes(b"")
    (codex / "rollout-1.jsonl").write_bytes(line({"type": "session_meta", "payload": {"cwd": str(root)}}))
    (codex / "rollout-2.jsonl").write_bytes(line({"payload": []}) + line([]) + line({"cwd": 5}))

    assert agent_sessions(root) == {"Claude Code": 2, "Codex": 1}
    assert agent_sessions(root, {"CLAUDE_CONFIG_DIR": str(tmp_path), "CODEX_HOME": ""}) == {
        "Claude Code": 0,
        "Codex": 1,
    }


def test_no_agents(tmp_path):
    """Without any agent on the machine there are no sessions."""
    assert agent_sessions(tmp_path) == {"Claude Code": 0, "Codex": 0}
