"""Trade policy as arrays: what is in force on a date, on a branch, or under a what-if."""

from __future__ import annotations

from .policy import Policy

__all__ = ["Policy"]
