"""Derivatives of scalars of the equilibrium with respect to policy and parameters.

Implicit function theorem: with F(v, t) = 0 and W = g(v, t), F_v^T a = -g_v and
dW/dt = g_t + F_t^T a: one transposed solve for any number of policy arrays and parameters.
Where a cap is exactly at the kink the active set's derivative is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from .._text import plain
from ..errors import InputError
from .linear import Linear
from .pullback import RESULTS, Sensitivity, State, pull, to_parameters, to_rates

if TYPE_CHECKING:
    from .model import Solution

Array = np.ndarray
POLICY = ("tariff", "export_tax", "iceberg", "cap")
PARAMETERS = (
    "trade",
    "value_added",
    "inputs",
    "critical",
    "final",
    "deficits",
    "rent_share",
    "rent_lost",
)
# what can be asked: name -> number of axes
SCALARS = {
    "real_income": 1,
    "income": 1,
    "wages": 1,
    "consumer_prices": 1,
    "revenue": 1,
    "tariff_revenue": 1,
    "export_tax_revenue": 1,
    "rents": 1,
    "profits": 1,
    "prices": 2,
    "costs": 2,
    "output": 2,
    "expenditure": 2,
    "trade": 3,
}


class Adjoint:
    """A solution's derivatives: factorised once, asked as often as one likes."""

    def __init__(self, solution: Solution) -> None:
        if solution.partial:
            raise InputError(
                "Gradients are of general equilibria; solve without partial=True to differentiate."
            )
        self.state = State(solution)
        self.linear = Linear(self.state)

    def sensitivity(self, cotangents: Mapping[str, Array]) -> Sensitivity:
        """Total sensitivities, for `to_rates` and `to_parameters`, with one leading axis R.

        cotangents: d scalar / d result for names in SCALARS, arrays with a leading axis R and the
        axes of the result ([N], [N, S] or [N, N, S]); results as in `Solution`: hats relative to
        the world, or levels in units of world labour income.
        """
        direct = _direct(self.state.solution, cotangents)
        S, N = self.linear.size
        R = len(next(iter(direct.values())))
        none = (np.zeros((R, N)), np.zeros((R, S, N)), np.zeros((R, S, N)))
        g = pull(self.state, *none, direct)
        a = self.linear.adjoint(g.log_w, g.log_p, g.spend)
        return pull(self.state, *a, direct)

    def vjp(
        self, cotangents: Mapping[str, Array], wrt: Iterable[str] = (*POLICY, *PARAMETERS)
    ) -> dict[str, Array]:
        """sum over results of cotangent x d result / d each of `wrt`.

        cotangents: as results' own axes, without a leading axis, or all with one. Returns arrays
        [i, n, s] for policy, [S] for elasticities (a number for `final`), [N] for `deficits` (per
        unit of world labour income), numbers for `rent_share` and `rent_lost`, each with the
        leading axis if there was one.
        """
        given = {name: np.asarray(value, float) for name, value in cotangents.items()}
        extra = {value.ndim - _axes(name) for name, value in given.items()}
        if len(extra) != 1 or not extra <= {0, 1}:
            raise InputError(
                "Give every cotangent the axes of its result, or every one a leading axis besides."
            )
        many = extra == {1}
        if not many:
            given = {name: value[None] for name, value in given.items()}
        total = self.sensitivity(given)
        out = {}
        for name in wrt:
            value = self._to(total, name)
            out[name] = value if many else value[0]
        return out

    def real_income(self, wrt: str = "tariff", own: bool = False) -> Array:
        """d log real income of every region with respect to a policy array, [r, i, n, s].

        own: only of each flow's own region, [i, n, s]: the importer for tariffs and iceberg costs,
        the exporter for export taxes and caps.
        """
        total = self.real_income_sensitivity
        return to_rates(self.state, total, wrt, own) if own else self._to(total, wrt)

    @property
    def real_income_sensitivity(self) -> Sensitivity:
        """Sensitivities of all regions' log real income; leading axis the regions."""
        if not hasattr(self, "_all"):
            income = self.state.solution.real_income
            self._all = self.sensitivity({"real_income": np.diag(1 / income)})
        return self._all

    def _to(self, total: Sensitivity, name: str) -> Array:
        if name in POLICY:
            return to_rates(self.state, total, name)
        if name in PARAMETERS:
            return to_parameters(self.state, total, name)
        raise InputError(
            f"There is no policy array or parameter {plain(name)!r}; choose from "
            f"{', '.join((*POLICY, *PARAMETERS))}."
        )


def _axes(name: str) -> int:
    if name not in SCALARS:
        raise InputError(
            f"There is no result {plain(name)!r} to differentiate; choose from "
            f"{', '.join(SCALARS)}."
        )
    return SCALARS[name]


def _direct(done: Solution, cotangents: Mapping[str, Array]) -> dict[str, Array]:
    """Cotangents of the equations' own variables."""
    out: dict[str, Array] = {}
    point = done.point
    N, S = len(done.log_w), len(done.spend)

    def add(name: str, value: Array) -> None:
        assert name in RESULTS
        out[name] = out[name] + value if name in out else value

    for name, given in cotangents.items():
        shape = {1: (N,), 2: (N, S), 3: (N, N, S)}[_axes(name)]
        if given.shape[1:] != shape:
            raise InputError(
                f"The cotangent of {name} has shape {given.shape[1:]}; it must be {shape}."
            )
        if name == "real_income":
            add("income", given * done.real_income / point.income)
            add("log_consumer", -given * done.real_income)
        elif name == "wages":
            add("log_w", given * np.exp(done.log_w))
        elif name == "consumer_prices":
            add("log_consumer", given * np.exp(point.log_consumer))
        elif name == "revenue":
            add("tariffs", given)
            add("export_taxes", given)
        elif name in ("tariff_revenue", "export_tax_revenue"):
            add("tariffs" if name == "tariff_revenue" else "export_taxes", given)
        elif name == "prices":
            add("log_p", (given * np.exp(done.log_p.T)).swapaxes(-1, -2))
        elif name == "costs":
            add("log_cost", (given * np.exp(point.log_cost.T)).swapaxes(-1, -2))
        elif name in ("output", "expenditure"):
            add("output" if name == "output" else "spend", given.swapaxes(-1, -2))
        elif name == "trade":
            add("trade", np.moveaxis(given, (-3, -2, -1), (-1, -2, -3)))
        else:
            add(name, given)
    return out
