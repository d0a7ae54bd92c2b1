"""Solve a world under a policy: the labelled front of `model.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .._text import plain
from ..errors import InputError
from .equilibrium import Equilibrium
from .model import Model, Solution

if TYPE_CHECKING:
    from ..policy import Policy
    from ..world import World


GOAL = 1e-12  # beyond what a certificate needs, so that equal questions have equal answers


def solve(
    world: World,
    policy: Policy,
    *,
    baseline: Policy | None = None,
    horizon: str = "medium",
    closure: str = "fixed",
    partial: bool = False,
    tol: float = GOAL,
    start: Equilibrium | None = None,
) -> Equilibrium:
    """The equilibrium of `world` under `policy`, certified to `tol` (1e-10 where rounding
    allows no more).

    baseline: what changes are measured against, the world's own policy if None; both are solved
        from the world with exact hat algebra, under the same closure. horizon: short, medium or
        long elasticities. closure: trade deficits `fixed` in the numeraire (world labour income),
        `world_share` (scaled with world income) or `zero` (in the baseline too). partial: wages
        and expenditure are held, prices and trade respond. start: an equilibrium to start from.

    Raises InputError (labels of another world, unknown horizon or closure, tolerance out of
    range) and the ComputationError children of `detente.economy.errors`.
    """
    if not 1e-14 <= tol <= 1e-4:
        raise InputError(f"tol is {tol}; give a number between 1e-14 and 1e-4.")
    model = Model.of(world, horizon, closure)
    before = base_solution(model, baseline, partial=partial, tol=min(tol, GOAL))
    near = start.solution if start is not None and start.solution.model is model else before
    done = model.solve_arrays(model.rates(policy), start=near, tol=tol, partial=partial)
    notes = policy.notes
    if len(done.flows.blocs) > 1:
        blocs = "; ".join(
            ", ".join(name for name, in_ in zip(model.regions, row, strict=True) if in_)
            for row in done.flows.blocs
        )
        notes += (
            f"Bans divide the world into blocs without trade between them ({plain(blocs)}); each "
            "bloc's wage level is held at its own baseline by convention.",
        )
    return Equilibrium(
        done, before, policy.name, baseline.name if baseline else "baseline", horizon, notes
    )


def base_solution(
    model: Model, policy: Policy | None, *, partial: bool = False, tol: float = GOAL
) -> Solution:
    """The solution under a baseline policy (None: the world's own), cached by policy object."""
    cache = _BASELINES.setdefault(model, {"own": {}, "policies": WeakKeyDictionary()})
    known = cache["own"] if policy is None else cache["policies"].setdefault(policy, {})
    if (partial, tol) not in known:
        rates = model.status_quo if policy is None else model.rates(policy)
        known[partial, tol] = model.solve_arrays(rates, tol=tol, partial=partial)
    return known[partial, tol]


_BASELINES: WeakKeyDictionary[Model, dict] = WeakKeyDictionary()
