"""The errors detente raises, and the exit status each one becomes on the command line."""

from __future__ import annotations


class DetenteError(Exception):
    """Base of every error raised on purpose; `exit_status` is what the command line returns."""

    exit_status = 3


class InputError(DetenteError):
    """Something given to detente is wrong.

    The message is one sentence that names the file (if any), the field and the value,
    and says how to mend it.
    """

    exit_status = 2


class ComputationError(DetenteError):
    """A computation could not deliver a certified result; the message names the cause."""
