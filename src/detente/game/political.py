"""Political weights that explain a government's tariffs: the inverse of its best response.

Ossa (2014), section II.B, picks sector weights under which the optimal MFN tariffs match the
observed noncooperative ones. Weights average 1, so that they say how tariffs differ between
sectors and leave their level to the terms of trade: here both sides are compared as deviations from
their own averages. At the optimal tariffs t of the current weights, with J[s, k] the derivative of
sector k's real income in the MFN tariff of sector s and d the curvature of the objective, weights
that differ by dlam move the optimum by about J dlam / d; a least-squares step moves it towards the
observed tariffs, the optimum is computed anew, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import lsq_linear

from .._text import plain
from ..errors import InputError
from .conflict import Conflict
from .government import Government, Objectives
from .respond import best_response

Array = np.ndarray


@dataclass(frozen=True)
class Inferred:
    """Weights, and how well the tariffs that they make optimal match the observed ones.

    weights: by sector, average 1 over the world's sectors. sectors: of the MFN tariffs; observed
    (cut at `prohibitive`), optimal: rates (fractions). correlation: between the two. rms: root mean
    square gap between their deviations from their averages, rates. rounds: optima computed.
    """

    region: str
    weights: dict[str, float]
    sectors: tuple[str, ...]
    observed: Array
    optimal: Array
    correlation: float
    rms: float
    rounds: int


def infer_weights(
    game: Conflict,
    observed: Array,
    *,
    prohibitive: float = 2.25,
    tol: float = 0.002,
    rounds: int = 12,
) -> Inferred:
    """Weights of the one player of `game`, whose instruments are MFN tariffs by sector.

    observed: rates, one per instrument (fractions). prohibitive: higher ones count as this, as in
        the paper: nothing is imported either way. tol: root mean square gap (rates) at which to
        stop. rounds: optima computed at most, fewer if three bring nothing; the best is kept.
    Raises InputError if the game has other instruments or the tariffs are no rates.
    """
    levers = game.levers.list
    if len(game.players) != 1 or any(i.kind != "tariff" for i in levers):
        raise InputError("Weights are inferred for one player whose instruments are tariffs.")
    observed = np.asarray(observed, float)
    shape = (len(levers),)
    if observed.shape != shape or not (np.isfinite(observed).all() and observed.min() > -1):
        raise InputError(
            f"Observed tariffs of {plain(game.players[0])} must be {len(levers)} finite rates "
            "above -1, one per sector that is imported."
        )
    observed = np.minimum(observed, prohibitive)
    model, sectors, region = game.model, game.world.sectors, game.players[0]
    own, S, n = game.governments[0], len(sectors), len(levers)
    # S governments, each of which cares for one sector alone: their slopes are the columns of J
    single = [
        Government(region, {s: float(S if s == mine else 0) for s in sectors}) for mine in sectors
    ]
    parts = Objectives(game.world, model, single, game.reference)
    rows = np.diag(parts.political0 / S)
    lam, x = np.ones(S), np.clip(observed, game.lower, game.upper)
    best: tuple[float, Array, Array] | None = None
    count = since = 0
    for _ in range(rounds):
        count += 1
        mine = replace(own, sector_weights=dict(zip(sectors, lam.tolist(), strict=True)))
        game.objectives = Objectives(game.world, model, [mine], game.reference)
        x = best_response(game, 0, x, second_order=False).x
        gap = (observed - observed.mean()) - (x - x.mean())
        rms = float(np.sqrt(np.mean(gap**2)))
        if best is None or rms < best[0]:
            best = (rms, lam, x)
            since = 0
        else:
            since += 1
        if rms < tol or since == 3:
            break
        J = game.pull(x, parts.slopes(game.solution(x), rows)).T / game.objectives.political0
        moves = J / game.curvature(x)[:, None]
        moves -= moves.mean(axis=0)
        lam = _step(lam, moves, gap)
    assert best is not None
    rms, lam, x = best
    varied = n > 1 and x.std() > 0 and observed.std() > 0
    return Inferred(
        region,
        dict(zip(sectors, lam.tolist(), strict=True)),
        tuple(i.sector for i in levers),
        observed,
        x,
        float(np.corrcoef(observed, x)[0, 1]) if varied else float("nan"),
        rms,
        count,
    )


def _step(lam: Array, moves: Array, gap: Array, longest: float = 0.3) -> Array:
    """lam + dlam >= 0 of mean 1, with moves dlam nearest to gap and dlam small."""
    S = len(lam)
    left = np.vstack([moves, np.full((1, S), 1e3), 3e-2 * np.eye(S)])
    right = np.concatenate([gap, np.zeros(S + 1)])
    change = lsq_linear(left, right, bounds=(-lam - 1e-9, np.inf), method="bvls").x
    lam = np.maximum(lam + np.clip(change, -longest, longest), 0.0)
    return lam / lam.mean()
