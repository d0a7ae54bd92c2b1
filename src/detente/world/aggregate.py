"""Adding up and renaming. Accounts of the sum are sums of the accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError
from .world import FLOW, INPUT, REGION, World


def aggregate(
    world: World, regions: Mapping[str, Sequence[str]], sectors: Mapping[str, Sequence[str]]
) -> World:
    """The world with regions or sectors added up.

    regions, sectors: new label -> the labels it replaces; a label that is in no list stays. A
    group stands where its first member stood.

    Values add up; tariffs, export taxes and profit shares are those that leave revenue and profits
    as they were (value-weighted; a simple mean where nothing is traded, so that a prohibitive rate
    is not lost). Tariffs among the members of a region become tariffs on its home sales. Trade
    elasticities are weighted by international trade (by all flows where there is none), those of
    production by output, standard errors likewise. A group is critical if all its members are.

    Raises InputError on an unknown label, a label in two groups, or a new label already in use.
    """
    regions, sectors = _lists(regions), _lists(sectors)
    r = _matrix(world.regions, regions, "region")
    s = _matrix(world.sectors, sectors, "sector")
    R, S = r.values, s.values

    def on_flows(value: xr.DataArray) -> np.ndarray:
        return np.einsum("ai,bn,ck,ink->abc", R, R, S, value.values, optimize=True)

    def on_regions(value: xr.DataArray) -> np.ndarray:
        return np.einsum("ai,ck,ik->ac", R, S, value.values, optimize=True)

    flows, border = on_flows(world.flows), on_flows(world.border_value)
    purchases, cells = on_flows(world.purchases), on_flows(xr.ones_like(world.flows))
    with np.errstate(divide="ignore", invalid="ignore"):
        taxes = np.where(flows > 0, border / flows - 1, on_flows(world.export_taxes) / cells)
        tariffs = np.where(flows > 0, purchases / border - 1, on_flows(world.tariffs) / cells)
        output = on_regions(world.output)
        profit = np.where(output > 0, on_regions(world.profits) / output, 0.0)
    # a ratio of equal sums may fall short of one by rounding
    tariffs = np.where(abs(tariffs) < 1e-14, 0.0, tariffs)
    taxes = np.where(abs(taxes) < 1e-14, 0.0, taxes)
    names = {"exporter": list(r.coords["new"].values), "importer": list(r.coords["new"].values)}
    names |= {"region": list(r.coords["new"].values), "sector": list(s.coords["new"].values)}
    names |= {"input": list(s.coords["new"].values)}

    def label(value: np.ndarray, dims: tuple[str, ...]) -> xr.DataArray:
        return xr.DataArray(value, {dim: names[dim] for dim in dims}, dims)

    groups = ", ".join(f"{new} = {' '.join(old)}" for new, old in {**regions, **sectors}.items())
    return replace(
        world,
        notes=(*world.notes, f"Added up from {world.name}: {groups}."),
        build_hash="",
        flows=label(flows, FLOW),
        input_use=label(
            np.einsum("an,bk,cs,nks->abc", R, S, S, world.input_use.values, optimize=True), INPUT
        ),
        final_use=label(on_regions(world.final_use), REGION),
        tariffs=label(tariffs, FLOW),
        export_taxes=label(taxes, FLOW),
        profit_share=label(profit, REGION),
        elasticities=_elasticities(world, s),
        critical=tuple(
            str(new)
            for new, row in zip(s.coords["new"].values, S, strict=True)
            if all(m in world.critical for m in np.array(world.sectors)[row > 0])
        ),
    )


def relabel(world: World, regions: Mapping[str, str], sectors: Mapping[str, str]) -> World:
    """The world under other labels, old to new."""
    for kind, own, names in (
        ("region", world.regions, regions),
        ("sector", world.sectors, sectors),
    ):
        for old in names:
            _known(old, own, kind)
    new_r = [str(regions.get(r, r)) for r in world.regions]
    new_s = [str(sectors.get(s, s)) for s in world.sectors]

    def named(value: xr.DataArray | xr.Dataset) -> xr.DataArray:
        coords = {d: new_r for d in ("exporter", "importer", "region") if d in value.dims}
        coords |= {d: new_s for d in ("sector", "input") if d in value.dims}
        return value.assign_coords(coords)  # type: ignore[return-value]

    return replace(
        world,
        **{
            name: named(getattr(world, name))
            for name in ("flows", "input_use", "final_use", "tariffs", "export_taxes")
        },
        profit_share=named(world.profit_share),
        elasticities=named(world.elasticities),
        critical=tuple(sectors.get(s, s) for s in world.critical),
    )


def _lists(groups: Mapping[str, str | Sequence[str]]) -> dict[str, list[str]]:
    return {
        str(new): [members] if isinstance(members, str) else list(map(str, members))
        for new, members in groups.items()
    }


def _matrix(own: tuple[str, ...], groups: Mapping[str, Sequence[str]], kind: str) -> xr.DataArray:
    """Zeros and ones, new x old: which new label each old one falls in."""
    home: dict[str, str] = {}
    for new, members in groups.items():
        if not members:
            raise InputError(f"The {kind} group '{plain(new)}' is empty; list its members.")
        for member in members:
            _known(member, own, kind)
            if member in home:
                raise InputError(
                    f"The {kind} '{plain(member)}' is in two groups, '{plain(home[member])}' and "
                    f"'{plain(new)}'; put it in one."
                )
            home[member] = str(new)
    for new in groups:
        if new in own and new not in home:
            raise InputError(
                f"The {kind} group '{plain(new)}' has the name of a {kind} outside it; choose "
                "another name or add it to the group."
            )
    order = list(dict.fromkeys(home.get(label, label) for label in own))
    value = np.zeros((len(order), len(own)))
    for column, label in enumerate(own):
        value[order.index(home.get(label, label)), column] = 1.0
    return xr.DataArray(value, {"new": order, "old": list(own)}, ("new", "old"))


def _known(label: str, own: tuple[str, ...], kind: str) -> None:
    if label not in own:
        raise InputError(
            f"There is no {kind} '{plain(label)}'; the {kind}s are {plain(', '.join(own), 400)}."
        )


def _elasticities(world: World, s: xr.DataArray) -> xr.Dataset:
    """Weighted means over the members of each new sector."""
    abroad = world.flows.values.sum(axis=(0, 1)) - np.einsum("iik->k", world.flows.values)
    output = world.output.values.sum(axis=0)
    out = {}
    for name, value in world.elasticities.data_vars.items():
        weight = abroad if str(name).startswith("trade") else output
        cover = s.values * weight
        # a group without any weight takes the simple mean
        cover = np.where(cover.sum(axis=1, keepdims=True) > 0, cover, s.values)
        mean = value.values @ (cover / cover.sum(axis=1, keepdims=True)).T
        if str(name).startswith("final"):
            mean = np.broadcast_to(value.values[:, :1], mean.shape)
        out[name] = (("horizon", "sector"), mean)
    coords = {"horizon": list(world.horizons), "sector": list(s.coords["new"].values)}
    return xr.Dataset(out, coords)
