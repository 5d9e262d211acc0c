"""The process that reads one PDF: a path and a length in, JSON with pages or a problem out."""

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

# In bytes.
MEMORY = 2 * 1024**3


def main(words: list[str]) -> None:
    """Print what can be read of a PDF as `{"pages": [text, ...]}`, else as `{"problem": reason}`."""
    _bound()
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(_read(words[0], int(words[1]))))


def _read(path: str, longest: int) -> dict[str, Any]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(path)
        # Many need a password only to be changed.
        if reader.is_encrypted and not reader.decrypt(""):
            return {"problem": "encrypted"}
        pages, length = [], 0
        for text in _texts(reader):
            pages.append(text)
            length += len(text)
            if length > longest:
                return {"problem": "long"}
    except (DependencyError, FileNotDecryptedError):
        return {"problem": "encrypted"}
    except Exception:  # noqa: BLE001  # a broken file raises anything
        return {"problem": "broken"}
    if not any(map(str.strip, pages)):
        return {"problem": "no text" if pages else "broken"}
    return {"pages": pages}


def _texts(reader: Any) -> Iterator[str]:
    for page in reader.pages:
        yield page.extract_text()


def _bound() -> None:
    """Take no more memory than a sound file needs, where the system can see to that."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main(sys.argv[1:])
