"""Makes text from outside safe to print: control and bidirectional characters become visible marks."""

import re

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Return a text in which nothing steers a terminal; line feeds and tabs stay."""
    return _CONTROL.sub(lambda match: _mark(match[0]), text.replace("\r\n", "\n"))


def _mark(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"
