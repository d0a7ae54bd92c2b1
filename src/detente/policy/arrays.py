"""Trade policy as arrays on a world's axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError

if TYPE_CHECKING:
    from ..world import World

DIMS = ("exporter", "importer", "sector")
ARRAYS = ("tariff", "export_tax", "iceberg", "cap")
_LOWEST = {"tariff": -1.0, "export_tax": -1.0, "iceberg": 0.0, "cap": 0.0}


@dataclass(frozen=True, eq=False)
class Policy:
    """Ad valorem tariffs, export taxes, iceberg factors and export caps.

    All four arrays have dims `exporter, importer, sector`. Goods sold at home carry none of them,
    except in a region that adds up several: there the tariffs among its members stand on home
    sales, as they do in its world, and no change reaches them.

    Attributes:
        tariff: ad valorem fraction on the value at the border (0.25 is 25%), above -1.
        export_tax: ad valorem fraction on the producer's value, above -1.
        iceberg: trade-cost factor relative to the world's baseline; 1 is no change.
        cap: largest quantity relative to the world's baseline; infinity is no cap, 0 a ban.
        rent_share: share of a binding cap's rents that goes to the exporter, in [0, 1].
        rent_lost: share of those rents that nobody gets; the importer gets the remainder.
        name: what the policy is called in outputs.
        notes: statements a reader of results needs, such as what is not costed.

    Raises:
        InputError: an array has other dims or labels, is not finite (a cap may be infinite), or
            holds a rate that leaves no price.
    """

    tariff: xr.DataArray
    export_tax: xr.DataArray
    iceberg: xr.DataArray
    cap: xr.DataArray
    rent_share: float = 1.0
    rent_lost: float = 0.0
    name: str = "policy"
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = getattr(self, name)
            if not isinstance(array, xr.DataArray) or array.dims != DIMS:
                raise InputError(
                    f"Policy {plain(self.name)!r}: {name} must be a DataArray with dims "
                    f"{', '.join(DIMS)}; got {getattr(array, 'dims', type(array).__name__)}."
                )
            for dim in DIMS:
                if array.sizes != self.tariff.sizes or not np.array_equal(
                    array[dim].values, self.tariff[dim].values
                ):
                    raise InputError(
                        f"Policy {plain(self.name)!r}: {name} has other {dim} labels than tariff; "
                        "build all arrays on the same world."
                    )
            self._check_values(name, array)
        if not 0 <= self.rent_share <= 1 or not 0 <= self.rent_lost <= 1 - self.rent_share + 1e-12:
            raise InputError(
                f"Policy {plain(self.name)!r}: rent_share {self.rent_share} and rent_lost "
                f"{self.rent_lost} must lie in [0, 1] and add up to at most 1."
            )

    def _check_values(self, name: str, array: xr.DataArray) -> None:
        values = array.values
        bad = np.isnan(values) | (values < _LOWEST[name])
        if name != "cap":
            bad |= np.isinf(values)
        if name != "cap":
            bad |= values <= _LOWEST[name]
        if bad.any():
            at = tuple(np.argwhere(bad)[0])
            where = ", ".join(str(array[dim].values[k]) for dim, k in zip(DIMS, at, strict=True))
            low = {"iceberg": "above 0", "cap": "0 or more"}.get(name, "above -1 (-100%)")
            raise InputError(
                f"Policy {plain(self.name)!r}: {name} is {values[at]} for {where}; "
                f"give a number {low}."
            )
        home = array.values[np.arange(array.sizes["exporter"]), np.arange(array.sizes["importer"])]
        if name == "cap" and not np.isinf(home).all():
            raise InputError(
                f"Policy {plain(self.name)!r}: a cap stands on home sales; "
                "set it to inf where exporter and importer are the same region."
            )

    @classmethod
    def of(cls, world: World, name: str = "baseline") -> Policy:
        """The world's own baseline: its tariffs and export taxes, no caps."""
        ones = xr.ones_like(world.tariffs)
        return cls(
            tariff=world.tariffs,
            export_tax=world.export_taxes,
            iceberg=ones,
            cap=ones * np.inf,
            name=name,
        )

    def add_tariff(
        self,
        points: float,
        importer: str | Iterable[str],
        exporter: str | Iterable[str],
        sector: str | Iterable[str] | None = None,
        name: str | None = None,
    ) -> Policy:
        """A policy with `points` (a fraction) added to the tariff of the named flows."""
        return self._changed("tariff", lambda old: old + points, importer, exporter, sector, name)

    def set_cap(
        self,
        cap: float,
        importer: str | Iterable[str],
        exporter: str | Iterable[str],
        sector: str | Iterable[str] | None = None,
        name: str | None = None,
    ) -> Policy:
        """A policy with the quantity cap of the named flows set to `cap` (if lower than now)."""
        return self._changed(
            "cap", lambda old: np.minimum(old, cap), importer, exporter, sector, name
        )

    def renamed(self, name: str, notes: tuple[str, ...] | None = None) -> Policy:
        """The same arrays under another name."""
        return replace(self, name=name, notes=self.notes if notes is None else notes)

    def same_as(self, other: Policy) -> bool:
        """Whether every array and rent rule equals the other's exactly."""
        return (
            all(
                np.array_equal(getattr(self, name).values, getattr(other, name).values)
                for name in ARRAYS
            )
            and self.rent_share == other.rent_share
            and self.rent_lost == other.rent_lost
        )

    def _changed(
        self,
        array: str,
        change: Any,
        importer: str | Iterable[str],
        exporter: str | Iterable[str],
        sector: str | Iterable[str] | None,
        name: str | None,
    ) -> Policy:
        old: xr.DataArray = getattr(self, array)
        index = [
            positions(old, "exporter", exporter),
            positions(old, "importer", importer),
            positions(old, "sector", sector),
        ]
        values = old.values.copy()
        grid = np.ix_(*index)
        abroad = index[0][:, None] != index[1][None, :]
        values[grid] = np.where(abroad[:, :, None], change(values[grid]), values[grid])
        return replace(self, **{array: old.copy(data=values)}, name=name or self.name)


def positions(array: xr.DataArray, dim: str, labels: str | Iterable[str] | None) -> np.ndarray:
    """Positions of `labels` on `dim` (all of them for None); an unknown label is an InputError."""
    known = [str(label) for label in array[dim].values]
    if labels is None:
        return np.arange(len(known))
    wanted = [labels] if isinstance(labels, str) else list(labels)
    for label in wanted:
        if label not in known:
            raise InputError(
                f"{dim} {plain(label)!r} is not in this world; choose from {', '.join(known)}."
            )
    return np.array([known.index(label) for label in wanted])
