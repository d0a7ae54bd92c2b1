"""The modules of `benchmarks/`, which is no package, for tests."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from conftest import ROOT


def load(name: str) -> ModuleType:
    """The module `benchmarks/NAME.py`, loaded once."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
