"""Why a command stops."""

from __future__ import annotations


class CannotRun(Exception):
    """The command cannot do what was asked; the message is one line for the user."""
