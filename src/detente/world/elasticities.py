"""Elasticity sets: how they are put together, replaced and drawn.

Variables (horizon x sector): `trade` theta = sigma - 1 over origins, by sector of the good;
`value_added` labour against the intermediate bundle, by using sector; `inputs` among supplying
sectors in the bundle, by using sector; `critical` each critical input against everything else, by
using sector; `final` among sectors in final demand, one value repeated. `<name>_std_error` holds
standard errors where known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError
from .checks import ELASTICITIES, HORIZONS, STD_ERROR

if TYPE_CHECKING:
    from .world import World


def elasticity_set(
    sectors: Sequence[str],
    *,
    trade: float | Sequence[float] | np.ndarray = 5.0,
    value_added: float | Sequence[float] | np.ndarray = 1.0,
    inputs: float | Sequence[float] | np.ndarray = 1.0,
    critical: float | Sequence[float] | np.ndarray = 0.0,
    final: float = 1.0,
) -> xr.Dataset:
    """An elasticity set that is the same at every horizon.

    Each value is one number or one per sector. The defaults are Caliendo-Parro (Cobb-Douglas
    everywhere but among origins) with theta 5.
    """
    values = {"trade": trade, "value_added": value_added, "inputs": inputs}
    values |= {"critical": critical, "final": final}
    shape = (len(HORIZONS), len(sectors))
    coords = {"horizon": list(HORIZONS), "sector": list(sectors)}
    return xr.Dataset(
        {
            name: (("horizon", "sector"), np.broadcast_to(np.asarray(value, float), shape).copy())
            for name, value in values.items()
        },
        coords,
    )


def merged(old: xr.Dataset, new: xr.Dataset) -> xr.Dataset:
    """`old` with the variables of `new` put in place; see `World.with_elasticities`."""
    out = old.copy()
    for name in map(str, new.data_vars):
        base = name.removesuffix(STD_ERROR)
        if base not in ELASTICITIES:
            raise InputError(
                f"There is no elasticity '{plain(name)}'; the elasticities are "
                f"{', '.join(ELASTICITIES)}."
            )
        value = new[name]
        if "horizon" not in value.dims:
            value = value.expand_dims(horizon=list(HORIZONS))
        out = out.drop_vars([name, base + STD_ERROR], errors="ignore")
        out[name] = value.transpose("horizon", "sector")
    for name in map(str, new.data_vars):
        if name.endswith(STD_ERROR):
            value = new[name]
            if "horizon" not in value.dims:
                value = value.expand_dims(horizon=list(HORIZONS))
            out[name] = value.transpose("horizon", "sector")
    return out


def draw_elasticities(world: World, n: int, seed: int, horizon: str = "medium") -> xr.Dataset:
    """`n` draws of the elasticities at `horizon`, dims draw x sector.

    Each elasticity that has a standard error is lognormal with the point value as its mean and the
    standard error as its standard deviation, so that no draw is negative; the others, and those
    that are zero, stay at the point value. Draws are independent over sectors and variables
    (`final` is one draw, repeated). The same seed gives the same draws at every horizon, scaled
    by that horizon's values. `world.with_elasticities(draws.isel(draw=0))` puts one in place.
    """
    if horizon not in HORIZONS:
        raise InputError(
            f"There is no horizon {plain(horizon)!r}; choose one of {', '.join(HORIZONS)}."
        )
    if n < 1:
        raise InputError(f"The number of draws is {n}; give at least 1.")
    random = np.random.default_rng(seed)
    out = {}
    for name in ELASTICITIES:
        mean = world.elasticities[name].sel(horizon=horizon).values
        columns = 1 if name == "final" else len(mean)
        normal = np.broadcast_to(random.standard_normal((n, columns)), (n, len(mean)))
        if name + STD_ERROR in world.elasticities:
            error = world.elasticities[name + STD_ERROR].sel(horizon=horizon).values
        else:
            error = np.zeros_like(mean)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = np.log1p(np.where(mean > 0, error / mean, 0.0) ** 2)
        out[name] = (("draw", "sector"), mean * np.exp(np.sqrt(variance) * normal - variance / 2))
    return xr.Dataset(out, {"draw": np.arange(n), "sector": list(world.sectors)})
