"""Small transcripts for tests, written record by record."""

import json
from datetime import UTC, datetime, timedelta

SESSION = "20260320T140233123456Z_1a2b3c4d"
START = datetime(2026, 3, 20, 14, 2, 33, tzinfo=UTC)

TALK = (
    ("user", "The login test is flaky again, can you look at tests/test_login.py?"),
    ("assistant", "It sleeps 200 ms; I would wait for the cookie."),
    ("tool", "2 failed, 8 passed in 14.02s"),
    ("user", "Do that. And never push straight to main, always open a pull request."),
    ("assistant", "Understood: a pull request for every change."),
    ("user", "We decided to move deploys from Heroku to AWS ECS."),
    ("assistant", "Noted."),
    ("user", "From now on releases go out on Tuesdays, not on Fridays."),
    ("assistant", "Tuesdays it is."),
)


def records(turns=TALK, session=SESSION, start=START):
    """Return turns as records of our own format."""
    return [
        {
            "timestamp": (start + timedelta(seconds=60 * number)).isoformat(),
            "session_id": session,
            "role": role,
            "content": text,
        }
        for number, (role, text) in enumerate(turns)
    ]


def write_session(folder, turns=TALK, session=SESSION, start=START):
    """Write a transcript into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{session}.jsonl"
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records(turns, session, start))
    path.write_text("".join(lines), "utf-8")
    return path
