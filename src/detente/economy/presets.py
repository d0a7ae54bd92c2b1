"""Published models as worlds of the one family: a parameter, not a code path, selects them.

Each function returns a `World`; `solve` it with any policy. `REFERENCES` names the publications.
The tests compare every one with a textbook solver of its own.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..errors import InputError
from ..world import World
from ..world.elasticities import elasticity_set

REFERENCES = {
    "armington": (
        "Armington (1969), IMF Staff Papers 16, 159-178; Anderson (1979), American Economic Review "
        "69, 106-116: one good per origin, CES over origins, labour alone."
    ),
    "eaton_kortum": (
        "Eaton and Kortum (2002), Econometrica 70, 1741-1779: Frechet productivities with "
        "dispersion theta, labour share beta, the bundle of all goods as the other input."
    ),
    "caliendo_parro_2015": (
        "Caliendo and Parro (2015), Review of Economic Studies 82, 1-44: sectors, Cobb-Douglas "
        "input-output linkages and final demand, tariffs whose revenue is spent."
    ),
    "ossa_2014": (
        "Ossa (2014), American Economic Review 104, 4104-4146: Krugman (1980) with a fixed number "
        "of firms, so that 1/sigma of sales is profit; labour alone, Cobb-Douglas over sectors."
    ),
}


def armington(flows: xr.DataArray, sigma: float, tariffs: xr.DataArray | None = None) -> World:
    """One CES over origins per sector with elasticity `sigma` > 1, labour as the only input.

    flows: exporter x importer x sector, net of tariffs, home sales included.
    """
    _above(sigma, 1, "sigma")
    goods = _sectors(flows)
    return World.from_flows(
        flows, elasticity_set(goods, trade=sigma - 1), tariffs=tariffs, name="Armington"
    )


def eaton_kortum(
    flows: xr.DataArray, theta: float, labour_share: float, tariffs: xr.DataArray | None = None
) -> World:
    """Productivity dispersion `theta` > 0; costs w^beta P^(1-beta), beta = labour_share in (0, 1].

    flows: exporter x importer x sector with one sector.
    """
    _above(theta, 0, "theta")
    if not 0 < labour_share <= 1:
        raise InputError(f"labour_share is {labour_share}; give a number above 0 and at most 1.")
    goods = _sectors(flows)
    if len(goods) != 1:
        raise InputError(
            f"Eaton and Kortum (2002) has one sector and these flows have {len(goods)}; add them "
            "up, or use caliendo_parro_2015."
        )
    regions = [str(label) for label in flows["exporter"].values]
    shares = xr.DataArray(
        np.full((len(regions), 1, 1), 1 - labour_share),
        {"region": regions, "input": goods, "sector": goods},
        ("region", "input", "sector"),
    )
    return World.from_flows(
        flows,
        elasticity_set(goods, trade=theta),
        input_shares=shares,
        tariffs=tariffs,
        name="Eaton-Kortum",
    )


def caliendo_parro_2015(world: World, theta: np.ndarray | float | None = None) -> World:
    """`world` with Cobb-Douglas production and demand, and trade elasticities `theta` (its own
    medium-run ones if None) at every horizon. Critical inputs become ordinary ones.
    """
    own = world.elasticities["trade"].sel(horizon="medium").to_numpy()
    return World(
        flows=world.flows,
        input_use=world.input_use,
        final_use=world.final_use,
        tariffs=world.tariffs,
        elasticities=elasticity_set(world.sectors, trade=own if theta is None else theta),
        export_taxes=world.export_taxes,
        profit_share=world.profit_share,
        name=f"{world.name}, Caliendo-Parro",
        year=world.year,
        sources=world.sources,
        licences=world.licences,
        notes=world.notes,
        build_hash=world.build_hash,
    )


def ossa_2014(
    flows: xr.DataArray, sigma: np.ndarray | float, tariffs: xr.DataArray | None = None
) -> World:
    """Elasticity of substitution `sigma` > 1 (one, or one per sector); profits 1/sigma of sales.

    flows: exporter x importer x sector, net of tariffs, home sales included. Solve with
    closure="zero", since Ossa removes trade imbalances first.
    """
    goods = _sectors(flows)
    values = np.broadcast_to(np.asarray(sigma, float), (len(goods),))
    _above(float(values.min()), 1, "sigma")
    regions = [str(label) for label in flows["exporter"].values]
    profits = xr.DataArray(
        np.tile(1 / values, (len(regions), 1)),
        {"region": regions, "sector": goods},
        ("region", "sector"),
    )
    return World.from_flows(
        flows,
        elasticity_set(goods, trade=values - 1),
        tariffs=tariffs,
        profit_share=profits,
        name="Ossa 2014",
    )


def _sectors(flows: xr.DataArray) -> list[str]:
    if not isinstance(flows, xr.DataArray) or "sector" not in flows.dims:
        raise InputError("flows must be a DataArray over exporter, importer and sector.")
    return [str(label) for label in flows["sector"].values]


def _above(value: float, low: float, name: str) -> None:
    if not (np.isfinite(value) and value > low):
        raise InputError(f"{name} is {value}; give a number above {low}.")
