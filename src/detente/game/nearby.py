"""Adjoints on the cheap: the factorisation of a nearby equilibrium, refined to the one at hand.

The linear system of a large world takes a second to factorise and a few hundredths to apply. A
search that moves one country's tariffs stays near where it started, so its systems are solved by
GMRES with the starting point's factorisation as preconditioner, to a stated relative residual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.linalg import LinearOperator, gmres

from ..economy.gradient import Adjoint
from ..economy.pullback import State, pull

if TYPE_CHECKING:
    from ..economy import Solution
    from ..economy.linear import Linear

Array = np.ndarray


class Nearby:
    """Stands in for the factorised system of `state`, with that of another solution."""

    def __init__(self, state: State, factorised: Linear, rtol: float) -> None:
        self.state, self.factorised, self.rtol = state, factorised, rtol
        self.size = factorised.size

    def adjoint(self, log_w: Array, log_p: Array, spend: Array) -> tuple[Array, Array, Array]:
        """a with a F_v = -g, for g [R, N], [R, S, N], [R, S, N]; one right side at a time."""
        S, N = self.size
        active = self.state.solution.model.tech.active

        def flat(w: Array, p: Array, x: Array) -> Array:
            return np.concatenate([w.ravel(), p.ravel(), x.ravel()])

        def parts(v: Array) -> tuple[Array, Array, Array]:
            return (
                v[:N][None],
                v[N : N + S * N].reshape(1, S, N),
                v[N + S * N :].reshape(1, S, N),
            )

        def transposed(v: Array) -> Array:
            w, p, x = parts(v)
            back = pull(self.state, w, p, x, {})
            return flat(back.log_w, back.log_p - p, back.spend * active - x)

        def precondition(v: Array) -> Array:
            return -flat(*self.factorised.adjoint(*parts(v)))

        n = N + 2 * S * N
        system = LinearOperator((n, n), matvec=transposed, dtype=float)  # type: ignore[call-arg]
        inverse = LinearOperator((n, n), matvec=precondition, dtype=float)  # type: ignore[call-arg]
        rows = []
        for w, p, x in zip(log_w, log_p, spend, strict=True):
            right = -flat(w, p, x * active)
            found, failed = gmres(
                system,
                right,
                x0=precondition(right),
                M=inverse,
                rtol=self.rtol,
                restart=20,
                maxiter=3,
            )
            if failed:
                return self.state.solution.adjoint.linear.adjoint(log_w, log_p, spend)
            rows.append(parts(found))
        w, p, x = (np.concatenate([row[k] for row in rows]) for k in range(3))
        return w, p, x


def nearby_adjoint(done: Solution, factorised: Linear, rtol: float = 1e-6) -> Adjoint:
    """The derivatives of `done`, its linear systems solved with the help of `factorised`."""
    out = Adjoint.__new__(Adjoint)
    out.state = State(done)
    out.linear = Nearby(out.state, factorised, rtol)  # type: ignore[assignment]
    return out
