"""Every error a reader can meet: what happened, what to do next, and the exit code of its class."""


class MiminionsError(Exception):
    """Base of all errors of this package; `hint` says what the reader can do next.

    The command line prints `error: <message>` and `hint: <hint>` on stderr and ends with `exit_code`.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint
        # A traceback shows it, too.
        self.add_note(f"hint: {hint}")


class UsageError(MiminionsError):
    """The call itself is wrong: an option, an argument, a value."""

    exit_code = 2


class WorkspaceMissingError(MiminionsError):
    """There is no workspace here, or none of that name."""

    exit_code = 3


class NotTrustedError(MiminionsError):
    """The workspace came with a clone and was not trusted on this machine yet."""

    exit_code = 4


class NotFoundError(MiminionsError):
    """No fact, session or template answers to that name."""

    exit_code = 5


class ChangedError(MiminionsError):
    """A file changed between reading and writing it."""

    exit_code = 6


class FileError(MiminionsError):
    """The file system refused: unreadable, read-only, full, not a file."""

    exit_code = 7


class TranscriptError(MiminionsError):
    """A transcript holds nothing that can be read."""

    exit_code = 8


class SettingError(MiminionsError):
    """A setting has no such name or no such value."""

    exit_code = 9


class ModelError(MiminionsError):
    """The model could not be reached, refused, or answered nonsense."""

    exit_code = 10


class ReplyCutError(ModelError):
    """The model's reply ended before it was complete, also when it was given more room."""

    exit_code = 10


class ContextTooLongError(ModelError):
    """What the model was asked is longer than it reads at once."""

    exit_code = 10


class ShapeRefusedError(ModelError):
    """The model's server does not take the shape of answer that was asked for."""

    exit_code = 10


class ModelMissingError(MiminionsError):
    """No model was chosen, or its key is missing."""

    exit_code = 11


class BudgetError(MiminionsError):
    """What a run or a day may cost is reached: no call was made, and nothing is lost."""

    exit_code = 19


class EmbedderError(MiminionsError):
    """Texts cannot be turned into vectors: the embedder is not installed, not reachable, or answered nonsense."""

    exit_code = 20


class SourceError(MiminionsError):
    """A document cannot be added: another kind, too large, broken, encrypted, without text."""

    exit_code = 21


class IndexFileError(MiminionsError):
    """The index cannot be read or written, even after a rebuild."""

    exit_code = 12


class TemplateError(MiminionsError):
    """A template is missing, or asks for a value that nobody gives."""

    exit_code = 13


class MemoryFileError(MiminionsError):
    """A memory file cannot be changed safely as it stands."""

    exit_code = 14


class UnhealthyError(MiminionsError):
    """`doctor` found a problem."""

    exit_code = 16


class NotErasedError(MiminionsError):
    """What was to be erased still stands somewhere."""

    exit_code = 18


class ConflictError(MiminionsError):
    """Two things claim one name: a key, an id."""

    exit_code = 15
