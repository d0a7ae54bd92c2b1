"""The lockstep of `lockstep.py` compiled by JAX, on CPU or GPU, in 64 bits."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np

from .._text import plain
from ..errors import InputError
from . import lockstep
from .equations import Point, Shape

Array = Any


def runner(device: str | None, size: int) -> Any:
    """A function like `lockstep.run`, compiled once per shape; lots are filled up to `size`.

    Raises InputError where JAX or the device is absent.
    """
    try:
        import jax
    except ImportError:
        raise InputError(
            "backend='jax' needs the optional extra: install detente[jax], or use backend='numpy'."
        ) from None
    try:
        where = jax.devices(device)[0]
    except RuntimeError:
        raise InputError(
            f"JAX finds no device {plain(device)!r} here; it has "
            f"{', '.join(sorted({d.platform for d in jax.devices()}))}."
        ) from None

    def run(
        shape: Shape, lot: lockstep.Lot, value: Array, tol: float
    ) -> tuple[Array, Array, Array, Point]:
        count = len(value)
        lot, value = _filled(lot, value, max(size, count))
        with jax.enable_x64(True), jax.default_device(where):
            found = _compiled()(shape, lot, value, tol)
        end, error, spent, point = jax.tree.map(np.asarray, found)
        return end[:count], error[:count], spent[:count], point

    return run


def _filled(lot: lockstep.Lot, value: Array, size: int) -> tuple[lockstep.Lot, Array]:
    """The lot with its last scenario repeated up to `size`."""
    at = np.minimum(np.arange(size), len(value) - 1)
    return lot._replace(**lockstep.kept(lot, at)), value[at]


@lru_cache(maxsize=1)
def _compiled() -> Any:
    import jax
    import jax.numpy as jnp
    from jax import lax

    @partial(jax.jit, static_argnums=0)
    def solve(shape: Shape, lot: lockstep.Lot, value: Array, tol: Array) -> Any:
        def going(state: lockstep.State) -> Array:
            return jnp.any(state.alive) & (state.count < lockstep.LIMIT)

        def body(state: lockstep.State) -> lockstep.State:
            return lockstep.advance(jnp, shape, lot, state, tol)

        end = lax.while_loop(going, body, lockstep.begin(jnp, value))
        return end.value, end.error, end.spent, lockstep.point_at(jnp, shape, lot, end.value)

    return solve
