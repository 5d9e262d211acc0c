"""Text within text: percent codes and base64 go in; what they say comes out, with the way back."""

import base64
import binascii
import re
from collections.abc import Iterator

# Text in percent codes; base64 of some length.
_PERCENT_BEFORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~+/=&;:-"
_PERCENT_BEHIND = re.compile(r"[\w.~%+/=&;:-]{6,4000}")
_PERCENT_CODE = re.compile(r"%([0-9A-Fa-f]{2})")
_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{20,}+={0,2}|(?<![A-Za-z0-9+/_-])[A-Za-z0-9_-]{20,}+={0,2}"
)


def unquoted(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each stretch in percent codes as they say it, and for every character, and the end, where it stood."""
    for start, end in _in_codes(text):
        said: list[str] = []
        places: list[int] = []
        place = start
        for code in _PERCENT_CODE.finditer(text, start, end):
            said += text[place : code.start()], chr(int(code[1], 16))
            places += range(place, code.start() + 1)
            place = code.end()
        yield "".join(said) + text[place:end], [*places, *range(place, end + 1)]


def _in_codes(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    while code := _PERCENT_CODE.search(text, end):
        head = text[max(end, code.start() - 400) : code.start()]
        tail = _PERCENT_BEHIND.match(text, code.end())
        end = tail.end() if tail else code.end()
        if tail:
            yield code.start() - len(head) + len(head.rstrip(_PERCENT_BEFORE)), end


def unpacked(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what each run of base64 says when that is text, and its start and end."""
    for match in _BASE64.finditer(text):
        if _is_text(match[0][:12]) and (said := _decoded(match[0])):
            yield said, *match.span()


def _is_text(head: str) -> bool:
    """Tell by its first twelve letters whether base64 holds text; nearly all that only looks like it does not."""
    return bool(_decoded(head))


def _decoded(run: str) -> str:
    run = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        said = base64.b64decode(run + "=" * (-len(run) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return said if said.isprintable() or all(char.isprintable() or char in "\r\n\t" for char in said) else ""
