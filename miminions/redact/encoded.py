"""Text within text: percent codes and base64 go in; what they say comes out, with the way back."""

import base64
import binascii
from collections.abc import Iterator

from miminions.redact.patterns import BASE64, PERCENT, PERCENT_CODE


def unquoted(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each stretch in percent codes as they say it, and for every character, and the end, where it stood."""
    if "%" not in text:
        return
    for match in PERCENT.finditer(text):
        said, places, end = [], [], match.start()
        for code in PERCENT_CODE.finditer(text, *match.span()):
            said.append(text[end : code.start()])
            said.append(chr(int(code[1], 16)))
            places += range(end, code.start() + 1)
            end = code.end()
        said.append(text[end : match.end()])
        yield "".join(said), [*places, *range(end, match.end() + 1)]


def unpacked(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what each run of base64 says when that is text, and its start and end."""
    for match in BASE64.finditer(text):
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
