"""The one base of errors that a user can mend: a sentence, never a traceback."""


class InputError(Exception):
    """Bad input. ``str(error)`` is one sentence: which file or key, and what would be right.

    Every part derives its own (``RulesError``, ``FootageError``, ``ModelError``); the command
    line prints the sentence and exits with code 2, the API answers 422 with it.
    """
