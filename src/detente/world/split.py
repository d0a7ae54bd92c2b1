"""Splitting sectors so that the accounts hold and adding the parts up again gives the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError
from . import checks
from .aggregate import relabel
from .elasticities import merged
from .world import FLOW, INPUT, REGION, World

FINAL = "final"
"""Label of final demand among the users of a good."""


def split(
    world: World,
    sectors: str | Sequence[str],
    into: str | Sequence[str],
    shares: object,
    *,
    users: xr.DataArray | None = None,
    tariffs: xr.DataArray | None = None,
    elasticities: xr.Dataset | None = None,
    critical: bool = False,
) -> World:
    """Split one sector into several, or carve one new sector out of several.

    split("chemicals", into=("basic", "fine"), shares={"basic": 0.7, "fine": 0.3}) replaces a
    sector; shares add up to one and a part may keep the old name.
    split(("metals", "electrical"), into="magnets", shares={"metals": 0.01, "electrical": 0.002})
    carves a new sector out of each parent, which keeps the rest.

    shares: part -> share (first form), parent -> share (second form); a share is a number or an
        array over any of exporter and importer. One number stands for every parent. A DataArray
        over `sector` (the parents) and any of exporter and importer is taken too.
    users: weights, user or region x user, where a user is a sector or 'final': who in a region
        buys the new good. No user buys more of it than it bought of the parent; what the weights
        cannot place follows the parent's own uses, which are the default. Second form only.
    tariffs: exporter x importer, the new good's tariffs; the parents' are adjusted so that
        revenue stays (their own tariffs if None). Second form only.
    elasticities: for the new good, variables over horizon; weighted means of the parents' if None.
    critical: make the new sector a critical input.

    How the accounts are split. Flows by the shares. As a user of inputs, the new sector takes its
    parents' inputs in proportion to the output carved out of each, so it has their recipes. As an
    input, what a region spends on it is taken out of what its users spent on the parents.
    Export taxes and profit shares are the parents', value-weighted.

    Raises InputError on unknown or repeated labels, shares outside [0, 1] or tariffs that leave a
    parent with negative revenue.
    """
    if isinstance(into, str):
        parents = [sectors] if isinstance(sectors, str) else list(sectors)
        for parent in parents:
            world._sector(parent, "the sector to split")
        checks.unique(parents, "the sectors to split", "sector")
        cut = _shares(world, parents, shares)
        return _carve(world, parents, into, cut, users, tariffs, elasticities, critical)
    if not isinstance(sectors, str) and len(sectors) != 1:
        raise InputError("Several sectors are split into one new sector; give `into` as one name.")
    parent = sectors if isinstance(sectors, str) else sectors[0]
    if users is not None or tariffs is not None or elasticities is not None or critical:
        raise InputError(
            "users, tariffs, elasticities and critical belong to one new sector; give `into` as "
            "one name."
        )
    return _replace(world, world._sector(parent, "the sector to split"), list(into), shares)


def _replace(world: World, parent: str, into: list[str], shares: object) -> World:
    """A sector in several parts: all but the last are carved out, one after another."""
    parts = checks.unique(into, "into", "sector")
    if isinstance(shares, Mapping):
        missing = [part for part in parts if part not in shares]
        if missing or len(shares) != len(parts):
            raise InputError(
                f"The shares name {plain(', '.join(map(str, shares)))}; name the parts "
                f"{plain(', '.join(parts))}."
            )
        given = [shares[part] for part in parts]
    elif isinstance(shares, Sequence) and len(shares) == len(parts):
        given = list(shares)
    else:
        raise InputError(f"Give one share for each of {plain(', '.join(parts))}.")
    cells = [_shares(world, [parent], one)[0] for one in given]
    if not np.allclose(sum(cells), 1, rtol=0, atol=1e-9):
        raise InputError(
            f"The shares of {plain(', '.join(parts))} add up to {float(np.mean(sum(cells))):.6g}; "
            "make them add up to 1."
        )
    # the remainder must not clash with a part that keeps the parent's name
    notes, critical = world.notes, world.critical
    world = relabel(world, {}, {parent: "\0rest"})
    left = np.ones_like(cells[0])
    for part, cell in zip(parts[:-1], cells[:-1], strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            cut = np.where(left > 1e-12, np.clip(cell / left, 0, 1), 0.0)
            cut = np.where((left > 1e-12) & (left - cell < 1e-12), 1.0, cut)
        # parts come in the order given, before what remains
        world = _carve(world, ["\0rest"], part, cut[None], None, None, None, False, before=True)
        left = left - cell
    note = f"{parent} of {world.name} split into {', '.join(parts)}."
    if parent in critical:
        critical = (*(c for c in critical if c != parent), *parts)
    world = relabel(world, {}, {"\0rest": parts[-1]})
    return replace(world, notes=(*notes, note), critical=critical)


def _shares(world: World, parents: list[str], shares: object) -> np.ndarray:
    """Share of each parent's flows that goes to the new sector, parent x exporter x importer."""
    coords = {"sector": parents, "exporter": list(world.regions), "importer": list(world.regions)}
    whole = xr.DataArray(np.ones([len(c) for c in coords.values()]), coords, tuple(coords))
    if isinstance(shares, Mapping):
        if set(shares) != set(parents):
            raise InputError(
                f"The shares name {plain(', '.join(map(str, shares)))}; name the parents "
                f"{plain(', '.join(parents))}."
            )
        rows = [xr.DataArray(shares[parent]) for parent in parents]
        shares = xr.concat(rows, "sector", join="exact").assign_coords(sector=parents)
    value = xr.DataArray(shares)
    if not set(value.dims) <= set(coords):
        raise InputError(
            f"Shares have dims {plain(value.dims)}; use any of sector, exporter, importer."
        )
    for dim in value.dims:
        value = checks.aligned(value, "shares", str(dim), coords[str(dim)])
    out = (whole * value).transpose("sector", "exporter", "importer")
    bad = ~((out.values >= 0) & (out.values <= 1 + 1e-12))
    if bad.any():
        raise InputError(f"A share is not between 0 and 1 {checks.at(out, bad)}; mend it.")
    # what is below the precision of the accounts is nothing
    return np.where(out.values < 1e-15, 0.0, np.minimum(out.values, 1.0))


def _carve(
    world: World,
    parents: list[str],
    new: str,
    shares: np.ndarray,
    users: xr.DataArray | None,
    tariffs: xr.DataArray | None,
    elasticities: xr.Dataset | None,
    critical: bool,
    before: bool = False,
) -> World:
    if new in world.sectors:
        raise InputError(f"There is a sector '{plain(new)}' already; choose another name.")
    at = [world.sectors.index(parent) for parent in parents]
    cut = np.moveaxis(shares, 0, 2)  # exporter x importer x parent
    flows, border, bought = (
        value.values[:, :, at] for value in (world.flows, world.border_value, world.purchases)
    )
    part = {"flows": flows * cut, "border": border * cut, "bought": bought * cut}
    if tariffs is not None:
        part["bought"] = _retariffed(world, new, tariffs, part["border"], bought)
    # as products, not differences: what is carved out whole leaves nothing, not a rounding error
    rest = {"flows": flows * (1 - cut), "border": border * (1 - cut)}
    rest["bought"] = bought * (1 - cut) if tariffs is None else bought - part["bought"]
    if (rest["bought"] < rest["border"] * (1 - 1e-12)).any():
        raise InputError(
            f"The tariffs given for '{plain(new)}' collect more than its parents did on some "
            "flow; lower them there."
        )

    use, final = world.input_use.values, world.final_use.values
    use, final, use_new, final_new = _uses(
        at,
        use,
        final,
        spent=part["bought"].sum(axis=0),
        rest=rest["bought"].sum(axis=0),
        weights=_weights(world, users),
    )
    # rows first, then columns: the new sector uses what its parents used, itself included
    output, carved = world.output.values[:, at], part["flows"].sum(axis=1)
    moved, stays = (
        np.divide(value, output, out=np.zeros_like(carved), where=output > 0)
        for value in (carved, rest["flows"].sum(axis=1))
    )
    use = np.concatenate([use, use_new[:, None, :]], axis=1)
    column = np.einsum("nkp,np->nk", use[:, :, at], moved)
    use[:, :, at] *= stays[:, None, :]
    use = np.concatenate([use, column[:, :, None]], axis=2)
    final = np.concatenate([final, final_new[:, None]], axis=1)

    whole = {"flows": world.flows, "border": world.border_value, "bought": world.purchases}
    full = {}
    for key, value in whole.items():
        kept = value.values.copy()
        kept[:, :, at] = rest[key]
        full[key] = np.concatenate([kept, part[key].sum(axis=2, keepdims=True)], axis=2)
    old_rates = {
        key: np.concatenate([rate.values, rate.values[:, :, at].mean(axis=2, keepdims=True)], 2)
        for key, rate in (("tariffs", world.tariffs), ("taxes", world.export_taxes))
    }
    if tariffs is not None:
        own = tariffs.transpose("exporter", "importer").values
        old_rates["tariffs"][:, :, -1] = np.where(full["flows"][:, :, -1] > 0, 0, own)
    rate = {
        "taxes": _ratio(full["border"], full["flows"], old_rates["taxes"]),
        "tariffs": _ratio(full["bought"], full["border"], old_rates["tariffs"]),
    }
    profit = world.profit_share.values
    made = carved.sum(axis=1)
    own_profit = (profit[:, at] * carved).sum(axis=1) / np.where(made > 0, made, 1)
    labels = {"exporter": list(world.regions), "importer": list(world.regions)}
    labels |= {"region": list(world.regions), "sector": [*world.sectors, new]}
    labels |= {"input": [*world.sectors, new]}

    place = min(at) if before else max(at) + 1
    order = [*world.sectors[:place], new, *world.sectors[place:]]

    def label(value: np.ndarray, dims: tuple[str, ...]) -> xr.DataArray:
        named = xr.DataArray(value, {dim: labels[dim] for dim in dims}, dims)
        return named.sel({dim: order for dim in ("sector", "input") if dim in dims})

    return replace(
        world,
        notes=(*world.notes, f"{new} split from {', '.join(parents)} of {world.name}."),
        build_hash="",
        flows=label(full["flows"], FLOW),
        input_use=label(use, INPUT),
        final_use=label(final, REGION),
        tariffs=label(rate["tariffs"], FLOW),
        export_taxes=label(rate["taxes"], FLOW),
        profit_share=label(np.concatenate([profit, own_profit[:, None]], axis=1), REGION),
        elasticities=_elasticities(world, parents, new, carved, elasticities),
        critical=(*world.critical, new) if critical else world.critical,
    )


def _retariffed(
    world: World, new: str, tariffs: xr.DataArray, border: np.ndarray, bought: np.ndarray
) -> np.ndarray:
    """Purchases of the new good by parent under its own tariffs, exporter x importer x parent."""
    rate = checks.array(tariffs, f"tariffs of {new}", ("exporter", "importer"))
    for dim in rate.dims:
        rate = checks.aligned(rate, f"tariffs of {new}", str(dim), world.regions)
    checks.finite(rate, f"tariffs of {new}")
    checks.at_least(rate, f"tariffs of {new}", 0)
    return np.minimum(border * (1 + rate.values[:, :, None]), bought)


def _ratio(value: np.ndarray, base: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """value / base - 1, `otherwise` where there is no base; rounding below zero removed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(base > 0, value / base - 1, otherwise)
    return np.where(abs(rate) < 1e-13, 0.0, rate)


def _weights(world: World, users: xr.DataArray | None) -> np.ndarray | None:
    """Weights of users, region x (sectors, final)."""
    if users is None:
        return None
    labels = [*world.sectors, FINAL]
    if "region" not in users.dims:
        users = users.expand_dims(region=list(world.regions))
    value = checks.array(users, "users", ("region", "user"))
    value = checks.aligned(value, "users", "region", world.regions)
    for label in value.coords["user"].values:
        if label not in labels:
            raise InputError(
                f"There is no user '{plain(label)}' of a good; users are sectors or '{FINAL}'."
            )
    checks.finite(value, "users")
    checks.at_least(value, "users", 0)
    return value.reindex(user=labels).fillna(0.0).values


def _uses(
    at: list[int],
    use: np.ndarray,
    final: np.ndarray,
    spent: np.ndarray,
    rest: np.ndarray,
    weights: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Take `spent` (region x parent) out of the parents' uses and leave `rest`.

    Returns what is left of `use` and `final`, and the new good's uses: region x sector, region.
    """
    room = np.concatenate([use[:, at, :], final[:, at, None]], axis=2)  # region x parent x user
    taken = np.zeros_like(room)
    if weights is not None:
        for p in range(len(at)):
            taken[:, p, :] = _fill(room[:, p, :], weights, spent[:, p])
    left = np.maximum(spent - taken.sum(axis=2), 0.0)
    taken = taken + _scaled(np.maximum(room - taken, 0.0), left, room)
    kept = _scaled(np.maximum(room - taken, 0.0), rest, room)
    taken = _scaled(taken, spent, room)
    use, final = use.copy(), final.copy()
    use[:, at, :], final[:, at] = kept[:, :, :-1], kept[:, :, -1]
    new = taken.sum(axis=1)
    return use, final, new[:, :-1], new[:, -1]


def _scaled(value: np.ndarray, total: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """`value` with its last axis adding up to `total`; `otherwise` gives the proportions where
    `value` is nothing but rounding."""
    whole = otherwise.sum(axis=-1)
    own = value.sum(axis=-1)
    value = np.where((own > 1e-9 * whole)[..., None], value, otherwise)
    own = value.sum(axis=-1)
    return value * np.divide(total, own, out=np.zeros_like(own), where=own > 0)[..., None]


def _fill(room: np.ndarray, weights: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Share `amount` (rows) by `weights` with no cell above `room`; what is left stays left."""
    out = np.zeros_like(room)
    for _ in range(room.shape[1]):
        open_weight = np.where(out < room, weights, 0.0)
        total = open_weight.sum(axis=1, keepdims=True)
        left = (amount - out.sum(axis=1))[:, None]
        step = np.divide(open_weight * left, total, out=np.zeros_like(room), where=total > 0)
        step = np.minimum(step, room - out)
        if not (step > 1e-15 * amount[:, None]).any():
            break
        out += np.maximum(step, 0.0)
    return np.minimum(out, room)


def _elasticities(
    world: World,
    parents: list[str],
    new: str,
    carved: np.ndarray,
    given: xr.Dataset | None,
) -> xr.Dataset:
    """The parents' values, weighted by what was carved out of each, unless given."""
    weight = carved.sum(axis=0)
    weight = weight / weight.sum() if weight.sum() > 0 else np.full(len(parents), 1 / len(parents))
    old = world.elasticities
    own = (old.sel(sector=parents) * xr.DataArray(weight, {"sector": parents}, ("sector",))).sum(
        "sector"
    )
    own = own.expand_dims(sector=[new])
    if given is not None:
        if "sector" not in given.dims:
            given = given.expand_dims(sector=[new])
        own = merged(own, given)
        for name in set(old.data_vars) - set(own.data_vars):
            own[name] = xr.zeros_like(own["trade"])
    own["final"] = old["final"].isel(sector=[0]).assign_coords(sector=[new])
    return xr.concat([old, own], "sector", join="exact", data_vars="all")
