"""Notes that something was served: one line, one write, and no error ever; imports nothing that a prompt would wait for."""

import os
import time

# In bytes: a larger file takes the place of the one before it.
LIMIT = 1_000_000
LONGEST_PROMPT = 200
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
# Words longer than these are as likely a key as a word.
_LONGEST_WORD = 24
# Where one of these is spoken of, a plain word may be the secret.
_TOLD = (
    "pass", "pwd", "pin", "puk", "secret", "token", "key", "login", "credential", "auth", "kenn", "geheim", "zugang",
    "schl\xfcssel", "senha", "segredo", "chave", "clave", "contrase", "secreto", "mot de",
)  # fmt: skip


def served(
    path: str | os.PathLike[str],
    surface: str,
    given: "list[tuple[str, str]]",
    *,
    prompt: str = "",
    tokens: int = 0,
) -> None:
    """Append to the file of `LocalLayout.usage` that `given`, pairs of kind and id, was served on a surface.

    The prompt holds no secret any more: it comes from `miminions.usage.prompts.masked`, or from `plain`. Nothing given is
    silence, which is noted, too. What cannot be written is not: a missing folder, a full disk, a file of others.
    """
    try:  # noqa: SIM105  # contextlib is one more module to wait for
        _append(os.fspath(path), _line(surface, given, prompt, tokens))
    except Exception:  # noqa: BLE001, S110  # what was served is served; the note of it can be lost
        pass


def plain(prompt: str) -> str:
    """Return what of a prompt's first line can be kept without searching it for secrets: short plain words.

    Nothing is left of one that speaks of secrets, or from where it has something like a tag.
    """
    line = prompt.lstrip()[: 4 * LONGEST_PROMPT].split("\n", 1)[0].split("<", 1)[0]
    said = line.lower()
    if any(word in said for word in _TOLD):
        return ""
    words = [word if _is_plain(word.strip(".,;:!?\"'()")) else "..." for word in line.split()]
    return " ".join(words)[:LONGEST_PROMPT]


def _is_plain(word: str) -> bool:
    return word.isalpha() and len(word) <= _LONGEST_WORD and (word[1:].islower() or len(word) < 6)


def _line(surface: str, given: "list[tuple[str, str]]", prompt: str, tokens: int) -> bytes:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    pairs = ",".join(f"[{_quoted(kind)},{_quoted(identity)}]" for kind, identity in given)
    text = (
        f'{{"at":"{at}","surface":{_quoted(surface)},"prompt":{_quoted(prompt[:LONGEST_PROMPT])},'
        f'"given":[{pairs}],"tokens":{tokens:d}}}\n'
    )
    return text.encode("ascii")


def _quoted(text: str) -> str:
    """Return a string as JSON in ASCII; importing the module for it would take longer than all else here."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if " " <= letter <= "~" and letter not in '"\\':
        return letter
    code = ord(letter)
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _append(path: str, line: bytes) -> None:
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
    if size + len(line) > LIMIT:
        from miminions.usage.rotate import rotate

        rotate(path)
