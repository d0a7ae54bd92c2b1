"""What the algorithms of this package know of a game: numbers in, payoffs and derivatives out.

They know nothing of trade. A game has parameters x (one rate or cap each), every one owned by one
player and kept between bounds, and smooth payoffs u_p(x).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Game(Protocol):
    """Payoffs over a box.

    players: names, in the order of all arrays over players.
    owner: which player sets each parameter, by position; shape parameters.
    lower, upper: bounds; shape parameters. Equal bounds freeze a parameter.
    """

    players: tuple[str, ...]
    owner: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def values(self, x: np.ndarray) -> np.ndarray:
        """u(x), shape players. Raises ComputationError where there is no solution."""
        ...

    def gradients(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """d/dx of sum_p weights[k, p] u_p for every row k, shape rows x parameters."""
        ...

    def own_gradients(self, x: np.ndarray) -> np.ndarray:
        """d u_owner(k) / d x_k for every parameter k, shape parameters."""
        ...

    def curvature(self, x: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """A positive guess of -d2/dx_k2 of the owner's payoff, shape parameters.

        Of sum_p weights_p u_p if weights are given. It scales steps: a poor guess costs
        iterations, not accuracy.
        """
        ...
