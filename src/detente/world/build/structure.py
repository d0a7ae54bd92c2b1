"""Input-output structure: WIOD 2011 coefficients on 2022 flows, balanced by relative entropy.

For a region n, A[g,h] is what industry group h spends on products of group g per unit of output,
and phi[g] the share of the use of products of g that is final, both in WIOD 2011. On 2022 flows
these give a prior for the table

            users s           final
  input k   Z0[k,s]           F0[k]       | X[k]
            ------------------------------
            (1 - va[s]) Y[s]  X - inputs

with X and Y known from the flows, va the WIOD value-added share. RAS (biproportional scaling) finds
the table nearest to the prior in relative entropy that has these margins; a positive prior keeps
every cell positive. So value added is WIOD's share of 2022 output, and the balancing moves input
use and final use only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import ComputationError
from .sources import Maps, Sources, cube, rules

FINAL_FLOOR = 1e-3
"""Least share of final use in the prior: keeps the balancing feasible."""


@dataclass(frozen=True)
class Structure:
    """Coefficients by region: `inputs` n x group x group, `value_added` and `final` n x group;
    `group` gives each sector's group."""

    inputs: np.ndarray
    value_added: np.ndarray
    final: np.ndarray
    group: np.ndarray


def structure(
    sources: Sources, wiod_of_region: dict[str, tuple[str, ...]], maps: Maps
) -> Structure:
    """WIOD 2011 by region and group of industries.

    A group is the set of WIOD industries that a sector falls in; sectors with the same set share
    its coefficients. Final use is consumption and investment (f1 to f4); changes in stocks (f5) are
    left out. A group without output in a region takes the rest of the world's coefficients.
    """
    output = sources.pack("wiod2011/output.parquet")
    regions = tuple(dict.fromkeys(output["region"]))
    industries = tuple(dict.fromkeys(output["industry"]))
    middle = sources.pack("wiod2011/intermediate.parquet")
    use = cube(
        middle, ("importer", "industry", "use_industry"), (regions, industries, industries), "value"
    )
    final = sources.pack("wiod2011/final.parquet")
    final = final[final["category"] != "f5"].assign(one="x")
    spent = cube(final, ("importer", "industry", "one"), (regions, industries, ("x",)), "value")
    output = output.assign(one="x")
    made = cube(output, ("region", "industry", "one"), (regions, industries, ("x",)), "output")
    added = cube(
        output, ("region", "industry", "one"), (regions, industries, ("x",)), "value_added"
    )

    groups = list(dict.fromkeys(maps.wiod_of_sector[s] for s in maps.sectors))
    G = np.array([[float(industry in group) for industry in industries] for group in groups])
    R = np.array(
        [[float(region in wiod_of_region[n]) for region in regions] for n in wiod_of_region]
    )
    R = np.vstack([R, np.array([float(region == "RoW") for region in regions])])
    use = np.einsum("nr,gi,hj,rij->ngh", R, G, G, use, optimize=True)
    spent, made, added = (
        np.einsum("nr,gi,ri->ng", R, G, value[:, :, 0], optimize=True)
        for value in (spent, made, added)
    )
    spent = np.maximum(spent, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inputs, share = use / made[:, None, :], added / made
        phi = spent / (spent + use.sum(axis=2))
    empty = made <= 0
    inputs = np.where(empty[:, None, :], inputs[-1], inputs)
    share = np.where(empty, share[-1], share)
    phi = np.where(np.isfinite(phi), phi, phi[-1])
    where = np.array([groups.index(maps.wiod_of_sector[s]) for s in maps.sectors])
    return Structure(inputs[:-1], share[:-1], np.maximum(phi[:-1], FINAL_FLOOR), where)


def prior(
    own: Structure, output: np.ndarray, expenditure: np.ndarray, maps: Maps
) -> tuple[np.ndarray, np.ndarray]:
    """Z0 (region x input x sector) and F0 (region x input) on the flows of 2022.

    Products of a group that holds several sectors are shared out by the region's expenditure on
    each, times the weights of `affinities.csv` (who does not use what its group sells).
    """
    g = own.group
    weight = np.ones((len(maps.sectors), len(maps.sectors)))
    for _, row in rules("affinities.csv").iterrows():
        weight[maps.sectors.index(row["input"]), maps.sectors.index(row["user"])] = float(
            row["weight"]
        )
    share = expenditure[:, :, None] * weight
    same = (g[:, None] == g[None, :]).astype(float)
    total = np.einsum("kl,nls->nks", same, share)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    inputs = own.inputs[:, g[:, None], g[None, :]] * output[:, None, :] * share
    return inputs, own.final[:, g] * expenditure


def balanced(
    inputs: np.ndarray, final: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The table nearest to the prior whose rows add up to `rows` and columns to `columns`.

    inputs: region x input x sector, final: region x input, rows: region x input (expenditure),
    columns: region x sector (input spending). The final column takes what is left. Raises
    ComputationError where the scaling does not converge.
    """
    left = rows.sum(axis=1) - columns.sum(axis=1)
    if (left <= 0).any():
        raise ComputationError("Input spending exceeds expenditure in a region: nothing is left.")
    table = np.concatenate([inputs, final[:, :, None]], axis=2)
    target = np.concatenate([columns, left[:, None]], axis=1)
    for _ in range(5000):
        have = table.sum(axis=2)
        table = table * np.divide(rows, have, out=np.zeros_like(rows), where=have > 0)[:, :, None]
        have = table.sum(axis=1)
        ratio = np.divide(target, have, out=np.ones_like(have), where=have > 0)
        table = table * ratio[:, None, :]
        gap = np.abs(table.sum(axis=2) - rows).max(axis=1) / rows.max(axis=1)
        if gap.max() < 1e-13:
            break
    else:
        raise ComputationError("The balancing of input use did not converge.")
    use = table[:, :, :-1]
    return use, rows - use.sum(axis=2)
