"""Finds the JSON objects in what a model wrote: thoughts, fences and prose around them go, a cut object is none."""

import json
import re
from collections.abc import Iterator
from typing import Any

# A longer reply is no answer; it would only take time to read.
MOST_CHARACTERS = 2_000_000
# So many braces that open nothing are looked at before a reply counts as prose.
MOST_STARTS = 20
# An answer is four deep.
DEEPEST = 100
_THOUGHT = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_END_OF_THOUGHT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_OPENS_JSON = re.compile(r"\{\s*(?:[\"']|\Z)")
_MARK = re.compile(r"[\"'{}\[\]]")
_QUOTE = re.compile(r"[\"']")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BEHIND_STRING = re.compile(r"\s*(?:[,:}\]]|\Z)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_CONSTANT = re.compile(r"\b(?:True|False|None)\b")
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}


class Doubled(dict[str, Any]):
    """An object that bears a name twice: nobody knows which of the two is meant."""


def said(text: str) -> str:
    """Return a reply without a byte order mark and without what the model wrote to itself before.

    A thought that does not end leaves nothing. Tags behind the first brace are part of what is quoted.
    """
    plain = text.removeprefix("\ufeff").lstrip()
    while found := _THOUGHT.search(plain, 0, plain.find("{") if "{" in plain else len(plain)):
        end = _END_OF_THOUGHT.search(plain, found.end())
        plain = plain[end.end() :] if end else ""
    if not plain.startswith(("{", "`")):
        ends = list(_END_OF_THOUGHT.finditer(plain))
        plain = plain[ends[-1].end() :] if ends else plain
    return plain


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the outermost JSON objects of a reply in order; nothing from an object that does not end."""
    text = said(text) if len(text) <= MOST_CHARACTERS else ""
    start, starts = text.find("{"), 0
    while start >= 0 and starts < MOST_STARTS:
        starts += 1
        end = _end(text, start)
        if end is None and _OPENS_JSON.match(text, start):
            return
        value = _value(text[start:end]) if end is not None else None
        if isinstance(value, dict):
            yield value
        start = text.find("{", start + 1 if end is None else end)


def _value(text: str) -> Any:
    """Read JSON, mended where it is only written carelessly; None when it is none."""
    for prepared in (str, mended):
        try:
            return json.loads(prepared(text), strict=False, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            continue
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else Doubled(value)


def _end(text: str, start: int) -> int | None:
    """Return the index behind the brace that closes the one at `start`, None when there is none."""
    depth, index = 0, start
    while found := _MARK.search(text, index):
        index = found.end()
        if found[0] in "\"'":
            index = _string_end(text, found.start()) if _is_string(text, found.start()) else index
            continue
        depth += 1 if found[0] in "{[" else -1
        if depth == 0:
            return index
        if depth > DEEPEST:
            return None
    return None


def _is_string(text: str, index: int) -> bool:
    """Tell whether the quote there begins a string: a single one does where a value or a name may stand."""
    return text[index] == '"' or text[max(0, index - 200) : index].rstrip()[-1:] in {"{", "[", ",", ":"}


def _string_end(text: str, start: int) -> int:
    """Return the index behind a string; an apostrophe within single quotes does not end it."""
    if text[start] == '"':
        found = _STRING.match(text, start)
        return found.end() if found else len(text)
    index = start
    while (index := text.find("'", index + 1)) >= 0:
        if text[index - 1] != "\\" and _BEHIND_STRING.match(text, index + 1):
            return index + 1
    return len(text)


def mended(text: str) -> str:
    """Return an object with its commas, quotes, comments and constants as JSON wants them; strings say what they said."""
    pieces, index, plain = [], 0, 0
    while found := _QUOTE.search(text, index):
        index = found.end()
        if _is_string(text, found.start()):
            index = _string_end(text, found.start())
            pieces += [_bare(text[plain : found.start()]), _double_quoted(text[found.start() : index])]
            plain = index
    return "".join([*pieces, _bare(text[plain:])])


def _bare(text: str) -> str:
    """Mend what stands between strings."""
    text = _LAST_COMMA.sub("", _COMMENT.sub("", text))
    return _CONSTANT.sub(lambda found: _CONSTANTS[found[0]], text)


def _double_quoted(string: str) -> str:
    if string[0] == '"':
        return string
    inner = string[1:-1].replace("\\'", "'")
    return '"' + re.sub(r'(?<!\\)"', r'\\"', inner) + '"'
