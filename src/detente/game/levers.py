"""What governments set: groups of flows that share one rate, as a linear map to policy arrays.

An instrument is one parameter: the import tariff, export tax or export cap that a government puts
on a set of flows. `added` parameters are points on top of what the base policy charges there;
others replace it. All instruments of a game together map a parameter vector to the arrays of a
`Policy`, and derivatives with respect to those arrays back to derivatives of the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .._text import plain
from ..errors import InputError

if TYPE_CHECKING:
    from ..policy import Policy
    from ..world import World

ARRAY = {"tariff": "tariff", "export_tax": "export_tax", "export_cap": "cap"}
BY = ("flow", "sector", "partner", "uniform")
NOT_TAXED = ("services",)
BOUNDS = {"tariff": (0.0, 3.0), "export_tax": (0.0, 3.0), "export_cap": (0.02, 1.0)}


@dataclass(frozen=True, eq=False)
class Instrument:
    """One parameter. `cells` are flat positions in the exporter x importer x sector array."""

    kind: str
    owner: str
    partner: str
    sector: str
    cells: np.ndarray
    added: bool
    lower: float
    upper: float

    @property
    def label(self) -> str:
        """For example 'USA tariff on CHN electronics'."""
        verb = {"tariff": "tariff on", "export_tax": "export tax to", "export_cap": "export cap to"}
        return f"{self.owner} {verb[self.kind]} {self.partner} {self.sector}".replace("  ", " ")


def instruments(
    world: World,
    owner: str,
    kind: str = "tariff",
    *,
    partners: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    by: str = "flow",
    added: bool = False,
    lower: float | None = None,
    upper: float | None = None,
) -> tuple[Instrument, ...]:
    """The instruments of `owner` on trade with `partners` (all others if None) in `sectors`.

    kind: `tariff` (on imports), `export_tax` or `export_cap` (on exports; quantity relative to the
        world's baseline). sectors: all that trade if None, without services, which no customs
        officer sees. by: one parameter per `flow` (partner and sector), per `sector` (the same for
        every partner: MFN among them), per `partner` (the same for every sector), or `uniform`.
    lower, upper: bounds in the unit of the parameter (0.25 is 25%), 0 and 3 for rates and 0.02
        and 1 for caps unless given. Equal bounds freeze the instrument. With `added` they bound
        the points added.

    Raises InputError for unknown labels, bounds that exclude each other or leave no price, and
    where there is no trade behind it.
    """
    if kind not in ARRAY:
        raise InputError(
            f"There is no instrument {plain(kind)!r}; choose one of {', '.join(ARRAY)}."
        )
    if by not in BY:
        raise InputError(
            f"Instruments cannot be set by {plain(by)!r}; choose one of {', '.join(BY)}."
        )
    if added and kind == "export_cap":
        raise InputError("A cap is a level, not points added; leave `added` out for export_cap.")
    low, high = (
        default if given is None else float(given)
        for given, default in zip((lower, upper), BOUNDS[kind], strict=True)
    )
    least = 0.0 if kind == "export_cap" else -1.0
    if not (least < low <= high < np.inf):
        raise InputError(
            f"Bounds of {owner}'s {kind} are {low:g} and {high:g}; give a lower bound above "
            f"{least:g} and a finite upper bound that is no smaller."
        )
    me = _position(world.regions, owner, "region")
    others = [r for r in world.regions if r != owner] if partners is None else list(partners)
    goods = [s for s in world.sectors if s not in NOT_TAXED] if sectors is None else list(sectors)
    theirs = [_position(world.regions, r, "region") for r in others]
    kinds = [_position(world.sectors, s, "sector") for s in goods]
    if me in theirs:
        raise InputError(f"{owner} cannot set a {kind} on trade with itself; name other partners.")
    trade = world.flows.values
    shape = trade.shape

    def cell(partner: int, sector: int) -> tuple[int, int, int]:
        return (partner, me, sector) if kind == "tariff" else (me, partner, sector)

    live = [(p, s) for p in theirs for s in kinds if trade[cell(p, s)] > 0]
    if not live:
        raise InputError(
            f"{owner} has no trade with {plain(', '.join(others), 80)} in "
            f"{plain(', '.join(goods), 80)} that a {kind} could be put on; name others."
        )
    groups: dict[tuple[int, int], list[int]] = {}
    for p, s in live:
        key = (p if by in ("flow", "partner") else -1, s if by in ("flow", "sector") else -1)
        groups.setdefault(key, []).append(int(np.ravel_multi_index(cell(p, s), shape)))
    all_partners = others[0] if len(others) == 1 else "all"
    all_goods = goods[0] if len(goods) == 1 else "goods"
    return tuple(
        Instrument(
            kind,
            owner,
            world.regions[p] if p >= 0 else all_partners,
            world.sectors[s] if s >= 0 else all_goods,
            np.array(cells),
            added,
            low,
            high,
        )
        for (p, s), cells in groups.items()
    )


def frozen(chosen: Sequence[Instrument], values: Sequence[float]) -> tuple[Instrument, ...]:
    """The same instruments held at `values`, one each."""
    return tuple(
        replace(i, lower=float(v), upper=float(v)) for i, v in zip(chosen, values, strict=True)
    )


def _position(labels: Sequence[str], label: str, what: str) -> int:
    if label not in labels:
        raise InputError(
            f"{what} {plain(label)!r} is not in this world; choose from {', '.join(labels)}."
        )
    return list(labels).index(label)


@dataclass(frozen=True, eq=False)
class Levers:
    """All instruments of a game: the map from parameters to the arrays of a base policy.

    Raises InputError where two instruments of the same kind stand on one flow.
    """

    base: Policy
    list: tuple[Instrument, ...]

    def __post_init__(self) -> None:
        for kind in ARRAY:
            cells = [i.cells for i in self.list if i.kind == kind]
            if cells and len(np.unique(np.concatenate(cells))) < sum(map(len, cells)):
                raise InputError(f"Two instruments set the {kind} of the same flow; keep one.")

    @cached_property
    def _of(self) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """By kind: flat cells, the parameter of each, and whether it is added."""
        out = {}
        for kind in ARRAY:
            picked = [(k, i) for k, i in enumerate(self.list) if i.kind == kind]
            if picked:
                cells = np.concatenate([i.cells for _, i in picked])
                index = np.concatenate([np.full(len(i.cells), k) for k, i in picked])
                added = np.concatenate([np.full(len(i.cells), i.added) for _, i in picked])
                out[kind] = (cells, index, added)
        return out

    @cached_property
    def lower(self) -> np.ndarray:
        return np.array([i.lower for i in self.list])

    @cached_property
    def upper(self) -> np.ndarray:
        return np.array([i.upper for i in self.list])

    @cached_property
    def base_arrays(self) -> dict[str, np.ndarray]:
        """The base policy's arrays by kind, exporter x importer x sector."""
        return {kind: getattr(self.base, name).values for kind, name in ARRAY.items()}

    @cached_property
    def start(self) -> np.ndarray:
        """Parameters nearest to the base policy: mean rate of each group's flows, within bounds."""
        out = np.zeros(len(self.list))
        for k, i in enumerate(self.list):
            if not i.added:
                here = self.base_arrays[i.kind].ravel()[i.cells]
                out[k] = np.minimum(here, i.upper).mean()
        return np.clip(out, self.lower, self.upper)

    def arrays(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Policy arrays by kind under parameters x."""
        out = dict(self.base_arrays)
        for kind, (cells, index, added) in self._of.items():
            array = out[kind].copy()
            flat = array.reshape(-1)
            flat[cells] = np.where(added, flat[cells], 0.0) + x[index]
            out[kind] = array
        return out

    def pull(self, slopes: dict[str, np.ndarray]) -> np.ndarray:
        """Derivatives by parameter from derivatives by array element, leading axes kept."""
        first = next(iter(slopes.values()))
        lead = first.shape[:-3]
        out = np.zeros((*lead, len(self.list)))
        for kind, (cells, index, _) in self._of.items():
            if kind not in slopes:
                continue
            values = slopes[kind].reshape(*lead, -1)[..., cells]
            if len(np.unique(index)) == len(index):
                out[..., index] += values
            else:
                flat, rows = out.reshape(-1, len(self.list)), values.reshape(-1, len(cells))
                for row, part in zip(flat, rows, strict=True):
                    row += np.bincount(index, part, minlength=len(self.list))
        return out

    def policy(self, x: np.ndarray, name: str) -> Policy:
        """The base policy with the instruments at x."""
        arrays = self.arrays(x)
        changed = {
            ARRAY[kind]: getattr(self.base, ARRAY[kind]).copy(data=arrays[kind])
            for kind in self._of
        }
        return replace(self.base, **changed, name=name)
