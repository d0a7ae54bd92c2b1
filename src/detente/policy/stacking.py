"""How duties on one good add up, evaluated for many goods and partners at once.

Goods are columns: a column is a set of product lists that its goods are on (or a sector, where
lists are known by shares only). Rates are fractions. The stack kinds are those of the record
(`detente.record.model.Stack`), for one group g of layers k on goods of partner p:

    add             sum_k rate_k share_k
    max             as exclusive, by falling rate: max_k rate_k where every share is 1
    exclusive,      by falling precedence: take_k = share_k * what is left of the value;
    content_share   sum_k rate_k take_k; what is left falls to the next layer
    cap_net_of_mfn  the rate is max(cap - ordinary duty, 0); in a group it takes its turn by
                    precedence as an exclusive layer does, without one it adds
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Layer:
    """One component of one measure as it meets goods.

    share: part of the value covered, goods, in [0, 1]. hits: whether it applies, partners.
    """

    rate: float
    share: np.ndarray
    hits: np.ndarray
    kind: str = "add"
    group: str = ""
    precedence: int = 0


@dataclass(frozen=True)
class Taken:
    """A layer and the part of the value it is charged on, partners x goods, after stacking."""

    layer: Layer
    part: np.ndarray


def taken(layers: list[Layer]) -> list[Taken]:
    """The part of the value each layer is charged on, in the order of `layers`.

    Layers of one `max` group are ranked by rate; of two exclusive layers of equal precedence the
    higher rate comes first.
    """
    out: dict[int, Taken] = {}
    groups: dict[str, list[int]] = {}
    for k, layer in enumerate(layers):
        reach = layer.hits[:, None] * layer.share[None, :]
        if layer.kind == "add" or not layer.group:
            out[k] = Taken(layer, reach)
        else:
            groups.setdefault(layer.group, []).append(k)
    for members in groups.values():
        left: np.ndarray | float = 1.0
        for k in sorted(members, key=lambda k: _rank(layers[k])):
            part = layers[k].hits[:, None] * layers[k].share[None, :] * left
            out[k] = Taken(layers[k], part)
            left = left - part
    return [out[k] for k in range(len(layers))]


def charge(layers: list[Layer], ordinary: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Additional ad valorem fraction, partners x cells.

    ordinary: partners x cells, the ordinary duty that a cap is net of. column: cells, the column
    of goods that each cell belongs to.
    """
    flat: np.ndarray | float = 0.0
    capped = np.zeros_like(ordinary)
    for entry in taken(layers):
        if entry.layer.kind == "cap_net_of_mfn":
            room = np.maximum(entry.layer.rate - ordinary, 0)
            capped += entry.part[:, column] * room
        else:
            flat = flat + entry.layer.rate * entry.part
    if isinstance(flat, np.ndarray):
        capped += flat[:, column]
    return capped


def _rank(layer: Layer) -> tuple[float, float]:
    """Order within a group: a `max` group by rate, the others by precedence, then rate."""
    return (0.0 if layer.kind == "max" else -layer.precedence, -layer.rate)
