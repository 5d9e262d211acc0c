"""The terminal of a conversation: reads what a person types, prints the answer as it comes."""

import sys
from collections.abc import Iterator
from typing import TextIO

from miminions.chat.conversation import Minion
from miminions.errors import ModelError, ModelMissingError
from miminions.visible import visible

LEAVE = {"exit", "quit", "/exit", "/quit"}
HELP = "exit, quit, /exit or Ctrl-D end the chat; Ctrl-C stops an answer; a line ending in \\ goes on."


def converse(
    minion: Minion, *, given: TextIO = sys.stdin, out: TextIO = sys.stdout, talk: TextIO = sys.stderr
) -> int:
    """Hold the conversation until it is left, and return how many questions were asked.

    In a terminal each line is a question; piped input is one question as a whole.
    """
    asked = 0
    for question in _questions(given, talk):
        if question.strip() in LEAVE:
            break
        if question.strip() in {"/help", "help", "?"}:
            print(HELP, file=talk)
        elif question.strip():
            asked += 1
            _answer(minion, question.strip(), out, talk)
    return asked


def _questions(given: TextIO, talk: TextIO) -> Iterator[str]:
    if not given.isatty():
        yield given.read()
        return
    while True:
        try:
            line = input("\n> ")
            while line.endswith("\\"):
                line = line[:-1] + "\n" + input("… ")
        except EOFError:
            print(file=talk)
            return
        except KeyboardInterrupt:
            print("\n(Ctrl-D or exit ends the chat)", file=talk)
            continue
        yield line


def _answer(minion: Minion, question: str, out: TextIO, talk: TextIO) -> None:
    answer = minion.ask(question)
    try:
        for piece in answer:
            out.write(visible(piece))
            out.flush()
        out.write("\n")
    except KeyboardInterrupt:
        print("\n(stopped)", file=talk)
    except (ModelError, ModelMissingError) as problem:
        print(f"\nerror: {visible(str(problem))}\nhint: {visible(problem.hint)}", file=talk)
        if not talk.isatty():
            raise
