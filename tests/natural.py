"""Workspaces full of facts in words as frequent as those of real text, for measuring."""

import json
import random
import re
from collections import Counter
from functools import cache
from itertools import accumulate
from pydoc_data.topics import topics

from miminions.memory.ids import ALPHABET

SECTIONS = ("Preferences", "Decisions", "Facts", "Insights", "Context", "Procedures")
# Of so many facts one session's history line tells.
TOLD = 20
# So many of a hundred words are names that few texts have.
RARE = 4


@cache
def vocabulary():
    """Return the words of the standard library's own documentation, and how often each comes, added up."""
    words = Counter(re.findall(r"[a-z][a-z]+", " ".join(topics.values()).lower()))
    names, counts = zip(*words.most_common(), strict=True)
    return names, tuple(accumulate(counts))


class Writer:
    """Writes sentences, ids and days by one seed."""

    def __init__(self, seed):
        self._random = random.Random(seed)  # noqa: S311

    def sentence(self):
        """Return a sentence of 8 to 22 words."""
        rng = self._random
        names, weights = vocabulary()
        words = rng.choices(names, cum_weights=weights, k=rng.randint(8, 22))
        for place in range(len(words)):
            if rng.random() * 100 < RARE:
                words[place] = f"{words[place][:6]}{rng.choice(names)[:6]}"
        figure = f" in {rng.randrange(2, 900)} ms" if rng.random() * 100 < RARE else ""
        return f"{' '.join(words).capitalize()}{figure}."

    def identity(self):
        """Return an id."""
        return "".join(self._random.choices(ALPHABET, k=6))

    def query(self, sentence, count):
        """Return so many words of a sentence, common ones among them."""
        words = re.findall(r"\w+", sentence.lower())
        return " ".join(self._random.sample(words, min(count, len(words))))


def memory(writer, identity, facts):
    """Return the text of a memory file with so many facts, and that of the history that tells of them."""
    ids = list(dict.fromkeys(writer.identity() for _ in range(facts + 8)))[:facts]
    lines = [f"- {writer.sentence()} <!-- mm:{one} -->" for one in ids]
    text = [f"---\nworkspace: {identity}\nshare: all\n---\n# Memory\n"]
    step = -(-facts // len(SECTIONS))
    for place, section in enumerate(SECTIONS):
        text.append(
            f"\n## {section}\n" + "".join(f"{one}\n" for one in lines[place * step : (place + 1) * step])
        )
    told = ["# History\n"]
    for number, first in enumerate(range(0, facts, TOLD)):
        day = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        added = " ".join(f"+{one}#{turn + 1}" for turn, one in enumerate(ids[first : first + TOLD]))
        session = f"{day.replace('-', '')}T140233123456Z_1a2b3c{number:02x}"
        told.append(
            f"\n## {day}\n- 14:02 {writer.sentence()} <!-- mm:s={session} turns=1-{TOLD} {added} -->\n"
        )
    return "".join(text), "".join(told)


def fill(home, folder, facts, workspaces, seed=1):
    """Make trusted workspaces that share all they know, with so many facts together; return their folders."""
    writer, places, roots = Writer(seed), {}, []
    for number in range(workspaces):
        root, identity = folder / f"ws{number:04}", f"{number:08x}-ws{number:04}"
        (root / "memory").mkdir(parents=True)
        texts = memory(writer, identity, facts // workspaces)
        for name, text in zip(("MEMORY.md", "HISTORY.md"), texts, strict=True):
            (root / "memory" / name).write_text(text, "utf-8")
        places[str(root)] = {"id": identity, "place": str(root), "trusted": True}
        roots.append(root)
    home.root.mkdir(parents=True, exist_ok=True)
    home.places.write_text(json.dumps(places), "utf-8")
    return roots
