"""What a world must be, said field by field; every refusal names field, label and value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from .._text import plain
from ..errors import InputError

BALANCE = 1e-9
"""Largest relative gap allowed in the accounts."""

HORIZONS = ("short", "medium", "long")
ELASTICITIES = ("trade", "value_added", "inputs", "critical", "final")
STD_ERROR = "_std_error"
"""Suffix of the optional standard error of an elasticity in `World.elasticities`."""


def array(value: Any, field: str, dims: tuple[str, ...]) -> xr.DataArray:
    """`value` as float64 with dims in the order `dims` and unique text labels on each.

    Raises InputError where it is no labelled array of numbers with just these dims.
    """
    if not isinstance(value, xr.DataArray):
        raise InputError(
            f"World field '{field}' is {type(value).__name__}; give an xarray.DataArray with "
            f"dims {', '.join(dims)}."
        )
    if set(value.dims) != set(dims) or len(value.dims) != len(dims):
        raise InputError(
            f"World field '{field}' has dims {plain(tuple(value.dims))}; give it dims "
            f"{', '.join(dims)}."
        )
    value = value.transpose(*dims)
    if value.dtype.kind not in "fiub":
        raise InputError(
            f"World field '{field}' holds {value.dtype}, not numbers; give floating-point values."
        )
    coords = {}
    for dim in dims:
        if dim not in value.coords:
            raise InputError(f"World field '{field}' has no labels on '{dim}'; add the coordinate.")
        coords[dim] = unique([str(label) for label in value.coords[dim].values], field, dim)
    return xr.DataArray(np.array(value.values, dtype=np.float64), coords, dims, name=field)


def unique(labels: Sequence[str], field: str, dim: str) -> list[str]:
    """`labels`, refused where one is empty or comes twice."""
    seen: set[str] = set()
    for label in labels:
        if not label.strip():
            raise InputError(f"World field '{field}' has an empty label on '{dim}'; name it.")
        if label in seen:
            raise InputError(
                f"World field '{field}' has the label '{plain(label)}' twice on '{dim}'; labels "
                "must be unique."
            )
        seen.add(label)
    if not labels:
        raise InputError(f"World field '{field}' has no entry on '{dim}'; give at least one.")
    return list(labels)


def aligned(value: xr.DataArray, field: str, dim: str, labels: Sequence[str]) -> xr.DataArray:
    """`value` in the order of `labels` along `dim`; refused where the sets of labels differ."""
    own = list(value.coords[dim].values)
    if own == list(labels):
        return value
    for label in labels:
        if label not in own:
            raise InputError(
                f"World field '{field}' lacks '{plain(label)}' on '{dim}'; 'flows' has it, so "
                "every field must."
            )
    for label in own:
        if label not in labels:
            raise InputError(
                f"World field '{field}' has '{plain(label)}' on '{dim}', which 'flows' does not "
                "know; remove it or add it to 'flows'."
            )
    return value.sel({dim: list(labels)})


def finite(value: xr.DataArray, field: str) -> None:
    """Refuse NaN and infinities."""
    bad = ~np.isfinite(value.values)
    if bad.any():
        raise InputError(
            f"World field '{field}' is not a finite number {at(value, bad)}; give a number."
        )


def at_least(value: xr.DataArray, field: str, low: float, *, strict: bool = False) -> None:
    """Refuse values below `low` (or equal to it, if `strict`)."""
    bad = value.values <= low if strict else value.values < low
    if bad.any():
        rule = f"more than {low:g}" if strict else f"{low:g} or more"
        kind = "negative" if low == 0 and (value.values[bad] < 0).any() else "too small"
        raise InputError(f"World field '{field}' is {kind} {at(value, bad)}; give {rule}.")


def below(value: xr.DataArray, field: str, high: float) -> None:
    """Refuse values of `high` or more."""
    bad = value.values >= high
    if bad.any():
        raise InputError(
            f"World field '{field}' is too large {at(value, bad)}; give less than {high:g}."
        )


def at(value: xr.DataArray, bad: np.ndarray) -> str:
    """'at exporter 'USA', ... (value)': the first place where `bad` is true."""
    place = np.unravel_index(int(np.argmax(bad)), bad.shape)
    labels = ", ".join(
        f"{dim} '{plain(value.coords[dim].values[i])}'"
        for dim, i in zip(value.dims, place, strict=True)
    )
    return f"at {labels} ({value.values[place]:.6g})"


def elasticities(value: Any, sectors: Sequence[str]) -> xr.Dataset:
    """The elasticity set, float64 on horizon x sector; optional standard errors beside it.

    Raises InputError on a missing variable or horizon, a negative or infinite value, a trade
    elasticity of zero, or a `final` that differs among sectors within a horizon.
    """
    if not isinstance(value, xr.Dataset):
        raise InputError(
            f"World field 'elasticities' is {type(value).__name__}; give an xarray.Dataset over "
            "horizon and sector."
        )
    known = [*ELASTICITIES, *(name + STD_ERROR for name in ELASTICITIES)]
    for name in map(str, value.data_vars):
        if name not in known:
            raise InputError(
                f"World field 'elasticities' has the unknown variable '{plain(name)}'; the "
                f"variables are {', '.join(ELASTICITIES)}, each with an optional '{STD_ERROR}'."
            )
    checked = {}
    for name in known:
        if name not in value.data_vars:
            if name in ELASTICITIES:
                raise InputError(f"World field 'elasticities' lacks the variable '{name}'; add it.")
            continue
        field = f"elasticities.{name}"
        one = array(value[name], field, ("horizon", "sector"))
        one = aligned(aligned(one, field, "sector", sectors), field, "horizon", HORIZONS)
        finite(one, field)
        at_least(one, field, 0, strict=name == "trade")
        checked[name] = frozen(one)
    spread = np.ptp(checked["final"].values, axis=1)
    if (spread > 0).any():
        horizon = HORIZONS[int(np.argmax(spread > 0))]
        raise InputError(
            f"World field 'elasticities.final' differs among sectors at horizon '{horizon}'; "
            "final demand has one elasticity, so repeat one value over sectors."
        )
    return xr.Dataset(checked)


def balanced(expenditure: xr.DataArray, uses: xr.DataArray) -> None:
    """Refuse a good whose expenditure is not the sum of its uses, to `BALANCE` relative."""
    x, u = expenditure.values, uses.values
    bad = np.abs(x - u) > BALANCE * np.maximum(x, u)
    if bad.any():
        place = np.unravel_index(int(np.argmax(bad)), bad.shape)
        raise InputError(
            "The world's accounts do not balance "
            f"{at(expenditure, bad).rsplit(' (', 1)[0]}: 'flows' with tariffs make an expenditure "
            f"of {x[place]:.9g}, 'input_use' and 'final_use' add up to {u[place]:.9g}; make them "
            "equal."
        )


def valued(value_added: xr.DataArray, output: xr.DataArray) -> None:
    """Refuse a sector whose costs exceed its output, and a region that earns nothing."""
    bad = value_added.values < -BALANCE * output.values
    if bad.any():
        raise InputError(
            f"Value added is negative {at(value_added, bad)}; 'input_use' and 'profit_share' take "
            "more than 'flows' bring in: lower them."
        )
    nothing = value_added.values.sum(axis=1) <= 0
    if nothing.any():
        region = value_added.coords["region"].values[int(np.argmax(nothing))]
        raise InputError(
            f"Region '{plain(region)}' has no value added; give it sales in 'flows' or drop it."
        )


def frozen(value: xr.DataArray) -> xr.DataArray:
    """`value` with its numbers made read-only."""
    value.values.flags.writeable = False
    return value
