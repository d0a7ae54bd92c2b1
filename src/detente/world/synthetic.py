"""Made-up worlds that balance: for tests, benchmarks and stress, at any size, from a seed."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..errors import InputError
from .elasticities import elasticity_set
from .world import FLOW, INPUT, REGION, World


def random_world(
    regions: int = 4,
    sectors: int = 5,
    seed: int = 0,
    *,
    density: float = 1.0,
    size_spread: float = 10.0,
    deficits: float = 0.0,
    max_tariff: float = 0.0,
    max_export_tax: float = 0.0,
    home_share: float = 0.7,
    input_share: float = 0.5,
    max_profit: float = 0.0,
    critical: int = 0,
    theta: tuple[float, float] = (2.0, 10.0),
    cobb_douglas: bool = True,
) -> World:
    """A world of R001, R002, ... by S01, S02, ..., the same for the same arguments.

    density: chance that two regions trade a sector at all, in (0, 1]; home sales always exist in
        the last sector. size_spread: ratio of the largest region to the smallest, log-uniform
        between. deficits: spread (log standard deviation) of exports against imports; 0 balances
        every pair. max_tariff, max_export_tax, max_profit: rates are uniform between 0 and these.
    home_share: rough share of home sales. input_share: upper bound of inputs in output and of
        intermediate use in expenditure. critical: how many of the first sectors are critical
        inputs; they are a thousandth of the others' size. theta: range of trade elasticities.
    cobb_douglas: elasticities of production and final demand are one; else random around that,
        critical ones in [0, 0.2].

    Raises InputError on arguments outside their range.
    """
    if regions < 1 or sectors < 1 or not 0 <= critical < max(sectors, 1):
        raise InputError(
            f"A random world needs 1 or more regions and sectors and fewer critical inputs than "
            f"sectors, not {regions}, {sectors} and {critical}."
        )
    if not (0 < density <= 1 and size_spread >= 1 and 0 < home_share < 1 and 0 <= input_share < 1):
        raise InputError(
            "A random world needs density in (0, 1], size_spread of 1 or more, home_share in "
            "(0, 1) and input_share in [0, 1)."
        )
    random = np.random.default_rng(seed)
    N, S = regions, sectors
    place = np.linspace(0, 1, N) if N > 1 else np.zeros(1)
    size = 1e6 * size_spread ** -random.permutation(place)
    weight = random.lognormal(0, 0.5, S)
    weight[:critical] *= 1e-3

    # border values by pair, symmetric so that trade balances; then sectors within each pair
    pair = random.lognormal(0, 0.7, (N, N))
    pair = np.sqrt(pair * pair.T) * size[:, None] * size[None, :] / size.sum()
    np.fill_diagonal(pair, 0)
    open_pair = np.triu(random.random((N, N)) < density**0.5, 1)
    pair *= open_pair + open_pair.T
    # no region imports or exports more than a share of its size
    pair *= (1 - home_share) / max(1.0, (pair.sum(axis=0) / size).max(initial=0.0))
    np.fill_diagonal(pair, size * home_share)
    shares = weight * random.lognormal(0, 0.6, (N, N, S))
    shares *= random.random((N, N, S)) < density**0.5
    shares[np.arange(N), np.arange(N), -1] += 0.05 * weight.sum()
    total = shares.sum(axis=2, keepdims=True)
    shares = np.where(total > 0, shares, weight)  # an open pair trades something
    border = pair[:, :, None] * shares / shares.sum(axis=2, keepdims=True)
    if deficits:
        push = np.exp(deficits * random.standard_normal(N))
        border *= np.where(np.eye(N, dtype=bool), 1.0, push[:, None])[:, :, None]

    abroad = ~np.eye(N, dtype=bool)[:, :, None]
    tariffs = max_tariff * random.random((N, N, S)) * abroad
    taxes = max_export_tax * random.random((N, N, S)) * abroad
    flows = border / (1 + taxes)
    profit = max_profit * random.random((N, S))

    output, expenditure = flows.sum(axis=1), (border * (1 + tariffs)).sum(axis=0)
    recipe = random.lognormal(0, 0.5, (N, S, S)) * output[:, None, :]
    rows = recipe.sum(axis=2, keepdims=True)
    use = input_share * expenditure[:, :, None] * recipe / np.where(rows > 0, rows, 1)
    columns, room = use.sum(axis=1), input_share * (1 - profit) * output
    use *= np.minimum(1, room / np.where(columns > 0, columns, 1))[:, None, :]

    names = [f"R{i + 1:03d}" for i in range(N)]
    goods = [f"S{k + 1:02d}" for k in range(S)]
    labels = {"exporter": names, "importer": names, "region": names}
    labels |= {"sector": goods, "input": goods}

    def label(value: np.ndarray, dims: tuple[str, ...]) -> xr.DataArray:
        return xr.DataArray(value, {dim: labels[dim] for dim in dims}, dims)

    spread = (0.0, 0.0) if cobb_douglas else (0.3, 0.5)
    return World(
        flows=label(flows, FLOW),
        input_use=label(use, INPUT),
        final_use=label(expenditure - use.sum(axis=2), REGION),
        tariffs=label(tariffs, FLOW),
        export_taxes=label(taxes, FLOW),
        profit_share=label(profit, REGION),
        elasticities=elasticity_set(
            goods,
            trade=random.uniform(*theta, S),
            value_added=1 + spread[0] * random.uniform(-1, 1, S),
            inputs=1 + spread[1] * random.uniform(-1, 1, S),
            critical=0.2 * random.random(S),
            final=1 + spread[1] * float(random.uniform(-1, 1)),
        ),
        critical=tuple(goods[:critical]),
        name=f"random-{N}x{S}-{seed}",
        notes=(f"Synthetic: random_world({N}, {S}, seed={seed}, ...). No economy looks like it.",),
    )
