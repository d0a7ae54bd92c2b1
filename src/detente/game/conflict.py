"""A game between governments on a world: the algorithms' `Game`, made of the economy.

Parameters are the instruments of `levers.py`, payoffs the objectives of `government.py`, and
derivatives come from one adjoint solve of the equilibrium, whoever the player is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._text import plain
from ..economy import Model, Rates, Solution
from ..economy.pullback import to_rates
from ..errors import InputError
from .government import Government, Objectives
from .levers import ARRAY, Instrument, Levers
from .nearby import nearby_adjoint

if TYPE_CHECKING:
    from ..economy.gradient import Adjoint
    from ..economy.linear import Linear
    from ..policy import Policy
    from ..world import World

Array = np.ndarray
TOLERANCE = 1e-11
LARGE = 1000  # regions x sectors above which one country's search reuses a factorisation


class Conflict:
    """Governments, their instruments and what they get, as functions of a parameter vector.

    world, base: the world, and the policy on which instruments act (the world's own if None).
    governments: the players, in order. instruments: every player's; other players' rates, and all
        of the base policy that no instrument sets, stay as they are.
    reference: the policy at which every objective is 1; `base` if None.
    horizon, closure: as for `detente.solve`.

    Raises InputError for players, labels, weights or bounds that do not fit the world.
    """

    def __init__(
        self,
        world: World,
        governments: Sequence[Government],
        instruments: Sequence[Instrument],
        *,
        base: Policy | None = None,
        reference: Policy | None = None,
        horizon: str = "medium",
        closure: str = "fixed",
        model: Model | None = None,
    ) -> None:
        from ..policy import Policy

        if not governments:
            raise InputError("A game needs at least one player; name one.")
        self.world = world
        self.model = model or Model.of(world, horizon, closure)
        self.horizon, self.closure = horizon, self.model.closure
        self.base = base if base is not None else Policy.of(world)
        self.governments = list(governments)
        self.players = tuple(g.region for g in governments)
        if len(set(self.players)) < len(self.players):
            raise InputError(
                f"A player is named twice: {', '.join(map(plain, self.players))}; name each once."
            )
        self.levers = Levers(self.base, tuple(instruments))
        self.lower, self.upper = self.levers.lower, self.levers.upper
        foreign = [i.owner for i in instruments if i.owner not in self.players]
        if foreign:
            raise InputError(f"{foreign[0]} has instruments but is no player; add it or drop them.")
        self.owner = np.array([self.players.index(i.owner) for i in instruments], int)
        fixed = self.model.rates(self.base)
        self._rest = (fixed.iceberg, fixed.cap, fixed.rent_share, fixed.rent_lost)
        start = self.model.solve_arrays(fixed, tol=TOLERANCE)
        if reference is None or reference.same_as(self.base):
            self.reference = start
        else:
            self.reference = self.model.solve_arrays(self.model.rates(reference), tol=TOLERANCE)
        self.objectives = Objectives(world, self.model, self.governments, self.reference)
        self._last: tuple[Array, Solution] | None = None
        self._near = start
        self._factorised: Linear | None = None
        self.solves = 0

    # ------------------------------------------------------------------ the algorithms' protocol

    def values(self, x: Array) -> Array:
        """Objectives, players; 1 at the reference."""
        return self.objectives.values(self.solution(x))

    def gradients(self, x: Array, weights: Array) -> Array:
        """Derivatives of weighted sums of objectives, rows x parameters."""
        return self.pull(x, self.objectives.slopes(self.solution(x), weights))

    def pull(self, x: Array, slopes: Mapping[str, Array]) -> Array:
        """From cotangents of the equilibrium's results to parameters, rows x parameters."""
        done = self.solution(x)
        rows = len(next(iter(slopes.values())))
        if rows == 1 and self._factorised is not None:
            adjoint = nearby_adjoint(done, self._factorised)
        else:
            adjoint = self._adjoint(done)
        return self.levers.pull(_kinds(adjoint.vjp(slopes, wrt=self._wrt)))

    def _adjoint(self, done: Solution) -> Adjoint:
        """The solution's own factorised system; in large worlds kept for solutions nearby."""
        if done.spend.size > LARGE:
            self._factorised = done.adjoint.linear
        return done.adjoint

    def own_gradients(self, x: Array) -> Array:
        """Every parameter's derivative of its owner's objective; one factorisation for all."""
        if len(self.players) < len(self.world.regions):
            rows = self.gradients(x, np.eye(len(self.players)))
            return rows[self.owner, np.arange(len(x))]
        done = self.solution(x)
        # rows in the order of regions, so that each flow can take its own region's
        rows = np.eye(len(self.players))[np.argsort(self.objectives.at)]
        slopes = self.objectives.slopes(done, rows)
        adjoint = self._adjoint(done)
        total, state = adjoint.sensitivity(slopes), adjoint.state
        return self.levers.pull(
            _kinds({name: to_rates(state, total, name, own=True) for name in self._wrt})
        )

    def curvature(self, x: Array, weights: Array | None = None) -> Array:
        """What a lone tariff's second derivative would be: flow over income times 1 + theta."""
        done = self.solution(x)
        trade = done.trade * (1 + self.model.tech.theta) / done.point.income[self.objectives.at[0]]
        arrays = self.levers.arrays(x)
        out = {}
        for kind in arrays:
            if kind == "export_cap":
                # the wedge that holds a cap falls by 1 / theta for each percent of quantity
                theta = self.model.tech.theta
                out[kind] = done.trade / theta / np.minimum(arrays[kind], 1e3) ** 2
            else:
                out[kind] = trade / (1 + arrays[kind]) ** 2
        income = done.point.income[self.objectives.at] / done.point.income[self.objectives.at[0]]
        share = 1.0 / income if weights is None else np.maximum(weights, 1e-9) / income
        return np.maximum(self.levers.pull(out), 1e-14) * share[self.owner]

    # ------------------------------------------------------------------------------ solutions

    def solution(self, x: Array) -> Solution:
        """The certified equilibrium at x; solved once, from the last one."""
        if self._last is None or not np.array_equal(self._last[0], x):
            done = self.model.solve_arrays(self._rates(x), start=self._near, tol=TOLERANCE)
            self._last = (np.array(x), done)
            self._near = done
            self.solves += 1
        return self._last[1]

    def real_income(self, x: Array) -> Array:
        """Real income of every region over that at the reference, regions."""
        return self.solution(x).real_income / self.reference.real_income

    def policy(self, x: Array, name: str) -> Policy:
        """The policy with the instruments at x."""
        return self.levers.policy(x, name)

    @property
    def start(self) -> Array:
        """The parameters nearest to the base policy."""
        return self.levers.start

    def _rates(self, x: Array) -> Rates:
        arrays = self.levers.arrays(x)
        iceberg, _, share, lost = self._rest
        return Rates(
            arrays["tariff"], arrays["export_tax"], iceberg, arrays["export_cap"], share, lost
        )

    @property
    def _wrt(self) -> tuple[str, ...]:
        return tuple(ARRAY[kind] for kind in self.levers._of)


def _kinds(slopes: dict[str, Any]) -> dict[str, Array]:
    """Slopes by policy array, renamed to kinds of instruments."""
    return {kind: slopes[name] for kind, name in ARRAY.items() if name in slopes}
