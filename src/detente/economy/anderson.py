"""Anderson acceleration of a fixed-point map. It knows nothing of what it solves.

Anderson (1965), Journal of the ACM 12, 547-560; type II, as in Walker and Ni (2011), SIAM Journal
on Numerical Analysis 49, 1715-1735.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Iteration:
    """Where the iteration ended: unknowns, their error, evaluations of the map, success."""

    value: Array
    error: float
    evaluations: int
    converged: bool


def anderson(
    step: Callable[[Array], tuple[Array, float]],
    start: Array,
    *,
    tol: float,
    window: int = 10,
    limit: int = 400,
    patience: int = 60,
    largest: float = 2.0,
) -> Iteration:
    """Solve g(v) = v.

    step(v) returns g(v) - v and its error (what `tol` bounds; not finite: outside the domain).
    window: past steps combined. limit: evaluations. patience: give up after this many without
    the error falling to a half of the best. largest: bound on any component of one move.
    """
    value = start.copy()
    best, best_error = value, np.inf
    moves = np.empty((window, len(value)))  # differences of v + residual
    falls = np.empty((window, len(value)))  # differences of residuals
    gram = np.zeros((window, window))
    used = since = 0
    last: tuple[Array, Array] | None = None
    damping = 1.0
    for count in range(1, limit + 1):
        residual, error = step(value)
        if not np.isfinite(error):
            if last is None or damping < 1e-3:
                return Iteration(best, best_error, count, False)
            # back to the best point with a shorter plain step
            damping *= 0.3
            value, last, used = best + damping * step(best)[0], None, 0
            continue
        if error <= tol:
            return Iteration(value, error, count, True)
        if error < 0.5 * best_error:
            since = 0
        else:
            since += 1
            if since > patience:
                return Iteration(best, best_error, count, False)
        if error < best_error:
            best, best_error = value, error
        elif error > 1e3 * best_error:
            damping = max(0.3 * damping, 0.02)
            value, last, used = best, None, 0
            continue
        if last is not None:
            k = used % window
            falls[k] = residual - last[1]
            moves[k] = value - last[0] + falls[k]
            used += 1
        last = (value, residual)
        n = min(used, window)
        move = damping * residual
        if n:
            k = (used - 1) % window
            row = falls[:n] @ falls[k]
            gram[k, :n] = row
            gram[:n, k] = row
            move = residual - moves[:n].T @ _weights(gram[:n, :n], falls[:n] @ residual)
        size = np.abs(move).max()
        if size > largest:
            move *= largest / size
        value = value + move
    return Iteration(best, best_error, limit, False)


def _weights(gram: Array, right: Array) -> Array:
    scale = 1 / np.sqrt(np.maximum(np.diag(gram), 1e-300))
    scaled = gram * scale[:, None] * scale[None, :]
    scaled[np.diag_indices_from(scaled)] += 1e-14
    return scale * np.linalg.solve(scaled, right * scale)
