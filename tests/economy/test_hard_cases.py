"""Hard cases: certified where a solution is assured, and a typed error with its cause elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.economy import Model, Rates
from detente.errors import ComputationError
from detente.world.elasticities import elasticity_set
from detente.world.synthetic import random_world

THETA = ((0.05, 1.0), (2.0, 10.0), (20.0, 65.0))


def model(seed: int, closure: str) -> tuple[Model, np.random.Generator]:
    """A world far from ordinary: sizes up to a million apart, sparse, odd elasticities."""
    g = np.random.default_rng(seed)
    N, S = int(g.integers(2, 7)), int(g.integers(2, 5))
    world = random_world(
        N,
        S,
        seed=seed,
        density=float(g.choice([1.0, 0.6, 0.3])),
        size_spread=float(g.choice([10.0, 1e6])),
        max_tariff=0.3,
        max_profit=0.2,
        critical=1,
        home_share=float(g.uniform(0.2, 0.95)),
        theta=THETA[seed % 3],
        deficits=0.0 if closure != "fixed" else 0.5,
    )
    if seed % 2:
        world = world.with_elasticities(
            elasticity_set(
                list(world.sectors),
                trade=world.elasticities["trade"].to_numpy()[0],
                value_added=g.choice([0, 0.3, 1, 2], S),
                inputs=g.choice([0, 0.05, 1, 10], S),
                critical=0.0,
                final=float(g.choice([0.0, 0.5, 1.0, 3.0])),
            )
        )
    return Model.of(world, "medium", closure), g


@pytest.mark.parametrize("seed", range(24))
def test_certified_where_a_solution_is_assured(seed: int) -> None:
    made, g = model(seed, "world_share" if seed % 4 < 2 else "zero")
    quo = made.status_quo
    shape = quo.tariff.shape
    abroad = ~np.eye(shape[0], dtype=bool)[:, :, None]
    high = g.choice([0.1, 1.0, 10.0])
    tariff = np.where(abroad & (g.random(shape) < 0.5), high * g.random(shape), quo.tariff)
    done = made.solve_arrays(replace(quo, tariff=tariff))
    assert done.residual <= 1e-10
    assert done.walras <= 1e-9


@pytest.mark.parametrize("seed", range(100, 107))
def test_anything_ends_certified_or_in_a_named_error(seed: int) -> None:
    made, g = model(seed, ("fixed", "world_share", "zero")[seed % 3])
    quo = made.status_quo
    shape = quo.tariff.shape
    abroad = ~np.eye(shape[0], dtype=bool)[:, :, None]
    tariff = np.where(abroad, np.exp(g.uniform(np.log(0.5), np.log(11), shape)) - 1, 0.0)
    cap = np.where(abroad & (g.random(shape) < 0.4), g.uniform(0, 2, shape), np.inf)
    cap = np.where(abroad & (g.random(shape) < 0.1), 0.0, cap)
    done = cause = None
    try:
        done = made.solve_arrays(Rates(tariff, quo.export_tax, quo.iceberg, cap, 0.5, 0.2))
    except ComputationError as error:
        cause = error
    if done is None:
        assert type(cause) is not ComputationError
        assert len(str(cause)) > 40
    else:
        assert done.residual <= 1e-10
        assert done.walras <= 1e-8
