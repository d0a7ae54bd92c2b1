"""Dispatches: from news text to grounded, dated, proposed record entries."""

from __future__ import annotations

from .events import Event, Evidence, Reading
from .reader import read_dispatch

__all__ = ["Event", "Evidence", "Reading", "read_dispatch"]
