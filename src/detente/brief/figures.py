"""Figures as text: rates, changes, probabilities."""

from __future__ import annotations

import math


def figure(value: float | None) -> str:
    """A rate with at most one decimal; empty for None."""
    if value is None:
        return ""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def signed(value: float, digits: int) -> str:
    """A change with its sign; a value that rounds to zero has none."""
    if not math.isfinite(value):
        return "n/a"
    text = f"{value:+.{digits}f}"
    return text.lstrip("+-") if float(text) == 0 else text.replace("-", "\u2212")


def sign(value: float) -> str:
    """The class of a change, for its colour."""
    return "fall" if value < -5e-4 else "rise" if value > 5e-4 else ""


def percent(value: float | None) -> str:
    """A probability as a percentage."""
    return "" if value is None else f"{100 * value:.0f}%"
