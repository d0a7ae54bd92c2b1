"""The answer as a report: what the other packages computed, said and shown."""

from __future__ import annotations

from .build import build_brief
from .model import BranchResult, Brief
from .write import write_brief

__all__ = ["BranchResult", "Brief", "build_brief", "write_brief"]
