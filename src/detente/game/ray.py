"""The farthest point along a ray in payoffs: cooperation and every bargain built on it.

    maximise z over x in its box, subject to u_p(x) >= origin_p + z direction_p for every party p.

With direction (1, ..., 1) from the status quo this is efficient cooperation with equal gains (Ossa
2014) and the egalitarian bargain; along the ideal gains it is Kalai-Smorodinsky; along one axis it
is that party's ideal point; swept from axis to axis it draws the Pareto frontier, its non-convex
parts included (Pascoletti and Serafini 1984).

Sequential quadratic programming with a diagonal curvature: each step maximises z over the payoffs'
linear model less half the curvature, in the box; its dual has one unknown per party.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from ..errors import ComputationError
from .protocol import Game


class NoCooperation(ComputationError):
    """The search along a ray did not converge."""


@dataclass(frozen=True)
class Ray:
    """Where the ray meets the frontier.

    x: parameters; values: payoffs u(x) of all players; z: how far along the ray.
    weights: multipliers of the parties, the welfare weights this point maximises; their products
        with the direction add up to 1.
    residual: largest step still asked for (rates); gap: largest shortfall from the ray (payoffs).
    """

    x: np.ndarray
    values: np.ndarray
    z: float
    weights: np.ndarray
    residual: float
    gap: float
    evaluations: int


def farthest(
    game: Game,
    x: np.ndarray,
    origin: np.ndarray,
    direction: np.ndarray,
    parties: list[int] | None = None,
    *,
    free: np.ndarray | None = None,
    tol: float = 1e-6,
    gap_tol: float = 1e-7,
    max_iter: int = 300,
    longest: float = 0.3,
    enough: float = 1e-10,
) -> Ray:
    """Solve the programme above for `parties` (all players if None), starting from x.

    origin, direction: shape parties; direction >= 0, not all zero. All parameters of the parties
    are chosen, or those that `free` marks; the others stay at x. The search ends when no rate
    moves by more than tol, or the steps left promise no gain above `enough` (payoffs; 1e-7 in
    the second half of max_iter), and no
    party is further than gap_tol from where it should be. Raises NoCooperation after max_iter
    gradients.
    """
    who = list(range(len(game.players))) if parties is None else parties
    picks = np.eye(len(game.players))[who]
    mine = np.isin(game.owner, who) if free is None else free
    lower, upper = np.where(mine, game.lower, x), np.where(mine, game.upper, x)
    x = np.clip(np.asarray(x, float), lower, upper)
    direction = np.asarray(direction, float)
    beta = np.full(len(who), 1.0 / direction.sum())
    reach, last = longest, -np.inf
    step, gap, z = np.zeros_like(x), np.inf, -np.inf
    stiff, before = np.ones_like(x), np.zeros_like(x)
    for iteration in range(1, max_iter + 1):
        gains = game.values(x)[who] - origin
        on = direction > 0
        z = float((gains[on] / direction[on]).min())
        short = float(np.maximum(z * direction - gains, 0).max())
        slopes = game.gradients(x, picks)
        total = beta @ picks
        d = game.curvature(x, total) * stiff
        low, high = np.maximum(lower - x, -reach), np.minimum(upper - x, reach)
        beta = _multipliers(gains, slopes, d, low, high, direction, beta)
        step = np.clip(beta @ slopes / d, low, high)
        residual = float(np.abs(step).max(initial=0.0))
        left = float(beta @ slopes @ step - 0.5 * step @ (d * step))
        # a rate that swings to and fro has more curvature than was guessed
        swings = step * before < -0.5 * before**2
        stiff = np.where(swings, 1.5 * stiff, np.maximum(1.0, 0.97 * stiff))
        before = step
        # complementary slackness: what a party with a positive multiplier has beyond the ray
        gap = max(short, float((beta * np.maximum(gains - z * direction, 0)).max() / beta.max()))
        # a kink of the payoffs keeps a rate swinging for next to no gain
        little = enough if iteration <= max_iter // 2 else max(enough, 1e-7)
        if (residual <= tol or left <= little) and gap <= gap_tol:
            return Ray(x, game.values(x), z, beta, residual, gap, iteration)
        if z < last - 1e-3 * abs(last) - gap_tol and iteration > 10:
            reach = max(0.02, 0.7 * reach)
        last = max(last, z)
        x = np.clip(x + step, lower, upper)
    raise NoCooperation(
        f"No efficient point along the ray after {max_iter} gradients (rates still move by "
        f"{np.abs(step).max(initial=0.0):.1e}, payoffs are {gap:.1e} off the ray); "
        "start elsewhere or tighten the bounds."
    )


def _multipliers(
    gains: np.ndarray,
    slopes: np.ndarray,
    d: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    direction: np.ndarray,
    guess: np.ndarray,
) -> np.ndarray:
    """Minimise the dual of the step's programme over beta >= 0 with direction.beta = 1.

    Dual: beta.gains + max over the box of (beta.slopes) s - s.d.s / 2, convex and smooth.
    """

    def dual(beta: np.ndarray) -> tuple[float, np.ndarray]:
        pull = beta @ slopes
        s = np.clip(pull / d, low, high)
        return float(beta @ gains + pull @ s - 0.5 * s @ (d * s)), gains + slopes @ s

    unit = max(float(np.abs(gains).max()), 1e-4)
    found = minimize(
        lambda b: tuple(part / unit for part in dual(b)),
        guess,
        jac=True,
        method="SLSQP",
        bounds=[(0.0, None)] * len(gains),
        constraints={
            "type": "eq",
            "fun": lambda b: direction @ b - 1.0,
            "jac": lambda b: direction,
        },
        options={"maxiter": 60, "ftol": 1e-13},
    )
    beta = np.clip(found.x, 0.0, None)
    beta /= max(direction @ beta, 1e-300)
    # SLSQP stops where the flat dual stops falling; Newton steps on its slope finish the job
    for _ in range(3):
        pull = beta @ slopes
        s = np.clip(pull / d, low, high)
        inside = (low < s) & (s < high)
        on = np.flatnonzero(beta > 1e-9 * beta.max())
        bent = slopes[np.ix_(on, inside)]
        n = len(on)
        matrix = np.zeros((n + 1, n + 1))
        matrix[:n, :n] = bent / d[inside] @ bent.T
        matrix[:n, n] = matrix[n, :n] = -direction[on]
        right = np.append(-(gains + slopes @ s)[on], 0.0)
        better = beta.copy()
        better[on] += np.linalg.lstsq(matrix, right, rcond=1e-12)[0][:n]
        if (better < 0).any() or not np.isfinite(better).all():
            break
        beta = better
    return beta
