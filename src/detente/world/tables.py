"""Worlds as folders of CSV tables in long form, for people who bring their own data.

flows.csv        exporter, importer, sector, value      needed; sets regions and sectors
elasticities.csv elasticity, horizon, sector, value     needed; std_error optional; `all` for every
                                                        horizon or sector
input_use.csv    region, input, sector, value           none if absent
final_use.csv    region, sector, value                  what the flows leave, if absent
tariffs.csv      exporter, importer, sector, value      zero if absent
export_taxes.csv exporter, importer, sector, value      zero if absent
profit_share.csv region, sector, value                  zero if absent

about.json       name, year, critical, sources, licences, notes: what else a world carries

A cell without a row is zero (an elasticity must have one). Other columns are left alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from .._files import write_all
from .._text import plain
from ..errors import InputError
from .checks import ELASTICITIES, HORIZONS, STD_ERROR
from .world import FLOW, INPUT, REGION, World

TABLES = {
    "input_use": INPUT,
    "final_use": REGION,
    "tariffs": FLOW,
    "export_taxes": FLOW,
    "profit_share": REGION,
}
ALL = "all"
ABOUT: dict[str, type] = {
    "name": str,
    "year": int,
    "critical": list,
    "sources": list,
    "licences": list,
    "notes": list,
}


def read_tables(folder: Path, **about: Any) -> World:
    """The world in the tables of `folder`.

    about: name, year, critical, sources, licences or notes, over those in about.json; the name is
    the folder's if nobody gives one. Raises InputError naming file, line, column and value of what
    is wrong.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{plain(folder)} is not a folder; name the folder that holds flows.csv.")
    flows = _table(folder / "flows.csv", FLOW)
    regions = list(dict.fromkeys([*flows["exporter"], *flows["importer"]]))
    sectors = list(dict.fromkeys(flows["sector"]))
    labels = {"exporter": regions, "importer": regions, "region": regions}
    labels |= {"sector": sectors, "input": sectors, "horizon": list(HORIZONS)}
    labels |= {"elasticity": list(ELASTICITIES)}
    fields = {
        field: _dense(folder / f"{field}.csv", dims, labels)
        for field, dims in TABLES.items()
        if (folder / f"{field}.csv").exists()
    }
    texts = {"name": folder.name, **_about(folder / "about.json")}
    texts |= {key: value for key, value in about.items() if value}
    values = _dense(folder / "flows.csv", FLOW, labels)
    elasticities = _elasticities(folder / "elasticities.csv", labels)
    if "final_use" in fields:
        fields.setdefault("input_use", _zeros(INPUT, labels))
        fields.setdefault("tariffs", _zeros(FLOW, labels))
        return World(flows=values, elasticities=elasticities, **fields, **texts)
    use = fields.pop("input_use", None)
    if use is not None:
        output = values.sum("importer").rename(exporter="region")
        idle = (use.sum("input") > 0) & (output <= 0)
        if bool(idle.any()):
            region, sector = (str(c) for c in idle.stack(at=REGION).idxmax("at").item())
            raise InputError(
                f"{plain(folder / 'input_use.csv')}: '{plain(sector)}' of '{plain(region)}' buys "
                "inputs and sells nothing in flows.csv; mend one of the two."
            )
        use = (use / output.where(output > 0)).fillna(0.0)
    return World.from_flows(values, elasticities, input_shares=use, **fields, **texts)


def write_tables(world: World, folder: Path) -> None:
    """The tables of `world`, readable by `read_tables`; zeros left out. All are written, or none.

    Raises:
        InputError: a file cannot be written.
    """
    tables: dict[str, pd.DataFrame] = {}
    arrays = {"flows": world.flows, **{field: getattr(world, field) for field in TABLES}}
    for field, value in arrays.items():
        table = value.to_series().rename("value").reset_index()
        table = table[table["value"] != 0]
        if len(table) or field in ("flows", "final_use"):
            tables[field] = table
    parts = []
    for name in ELASTICITIES:
        own = world.elasticities[name].to_series().rename("value").reset_index()
        own.insert(0, "elasticity", name)
        if name + STD_ERROR in world.elasticities:
            own["std_error"] = world.elasticities[name + STD_ERROR].to_series().to_numpy()
        parts.append(own)
    tables["elasticities"] = pd.concat(parts)
    about = {key: getattr(world, key) for key in ABOUT}
    write_all(
        {
            **{folder / f"{name}.csv": _csv(table) for name, table in tables.items()},
            folder / "about.json": json.dumps(about, indent=2, ensure_ascii=False) + "\n",
        }
    )


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{plain(path)} is not JSON ({plain(error, 100)}); mend it.") from None
    if not isinstance(about, dict):
        raise InputError(f"{plain(path)} holds no object; write keys {', '.join(ABOUT)}.")
    for key, value in about.items():
        kind = ABOUT.get(key)
        if kind is None:
            raise InputError(
                f"{plain(path)} has the unknown key '{plain(key)}'; use {', '.join(ABOUT)}."
            )
        texts = isinstance(value, list) and all(isinstance(line, str) for line in value)
        if not (texts if kind is list else value is None or type(value) is kind):
            raise InputError(
                f"{plain(path)}: '{key}' is {plain(json.dumps(value), 80)}; give "
                f"{'a list of texts' if kind is list else f'one {kind.__name__}'}."
            )
    return {key: tuple(value) if isinstance(value, list) else value for key, value in about.items()}


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _table(path: Path, columns: tuple[str, ...], *, optional: str = "") -> pd.DataFrame:
    """The CSV file at `path` with text labels and a numeric `value`; lines kept as index."""
    shown = plain(path)
    if not path.is_file():
        raise InputError(f"{shown} is missing; write it with columns {', '.join(columns)}, value.")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{shown} is not a CSV table ({plain(error, 100)}); mend it.") from None
    for column in (*columns, "value"):
        if column not in table.columns:
            raise InputError(
                f"{shown} has no column '{column}'; it needs {', '.join(columns)}, value."
            )
    if table.empty:
        raise InputError(f"{shown} has no rows; write at least one.")
    table.index = table.index + 2  # the line in the file, the first being the header
    for column in ("value", optional) if optional in table.columns else ("value",):
        text = table[column].where(table[column] != "", "0" if column == optional else "")
        numbers = pd.to_numeric(text, errors="coerce")
        bad = numbers.isna() | ~np.isfinite(numbers.astype(float))
        if bad.any():
            line = table.index[bad][0]
            raise InputError(
                f"{shown}, line {line}: {column} '{plain(table.loc[line, column])}' is not a "
                "number; give one."
            )
        table[column] = numbers.astype(float)
    twice = table.duplicated(list(columns))
    if twice.any():
        line = table.index[twice][0]
        what = ", ".join(plain(table.loc[line, column]) for column in columns)
        raise InputError(f"{shown}, line {line}: {what} comes twice; keep one row.")
    return table


def _dense(path: Path, dims: tuple[str, ...], labels: dict[str, list[str]]) -> xr.DataArray:
    table = _table(path, dims)
    out = _zeros(dims, labels)
    places = []
    for dim in dims:
        known = {label: i for i, label in enumerate(labels[dim])}
        place = table[dim].map(known)
        if place.isna().any():
            line = table.index[place.isna()][0]
            raise InputError(
                f"{plain(path)}, line {line}: {dim} '{plain(table.loc[line, dim])}' is not in "
                "flows.csv; mend the label or add its flows."
            )
        places.append(place.to_numpy(int))
    negative = table["value"] < 0
    if negative.any() and path.stem != "export_taxes":
        line = table.index[negative][0]
        raise InputError(
            f"{plain(path)}, line {line}: value {table.loc[line, 'value']:g} is negative; give "
            "zero or more."
        )
    out.values[tuple(places)] = table["value"].to_numpy()
    return out


def _zeros(dims: tuple[str, ...], labels: dict[str, list[str]]) -> xr.DataArray:
    coords = {dim: labels[dim] for dim in dims}
    return xr.DataArray(np.zeros([len(c) for c in coords.values()]), coords, dims)


def _elasticities(path: Path, labels: dict[str, list[str]]) -> xr.Dataset:
    dims = ("elasticity", "horizon", "sector")
    table = _table(path, dims, optional="std_error")
    shape = [len(labels[dim]) for dim in dims]
    value, error = np.full(shape, np.nan), np.zeros(shape)
    # rows for all come first, so that rows for one horizon or sector stand over them
    table = table.assign(wide=(table[["horizon", "sector"]] == ALL).sum(axis=1))
    for line, row in table.sort_values("wide", ascending=False, kind="stable").iterrows():
        at = []
        for dim in dims:
            if dim != "elasticity" and row[dim] == ALL:
                at.append(slice(None))
            elif row[dim] in labels[dim]:
                at.append(labels[dim].index(row[dim]))
            else:
                raise InputError(
                    f"{plain(path)}, line {line}: {dim} '{plain(row[dim])}' is unknown; use one of "
                    f"{plain(', '.join(labels[dim]), 200)}."
                )
        value[tuple(at)] = row["value"]
        if "std_error" in table.columns:
            error[tuple(at)] = row["std_error"]
    if np.isnan(value).any():
        e, h, s = (int(i) for i in np.argwhere(np.isnan(value))[0])
        raise InputError(
            f"{plain(path)} has no value for {ELASTICITIES[e]}, {HORIZONS[h]}, "
            f"'{plain(labels['sector'][s])}'; add a row ('{ALL}' for every horizon or sector)."
        )
    coords = {"horizon": list(HORIZONS), "sector": labels["sector"]}
    out = {}
    for e, name in enumerate(ELASTICITIES):
        out[name] = (("horizon", "sector"), value[e])
        if error[e].any():
            out[name + STD_ERROR] = (("horizon", "sector"), error[e])
    return xr.Dataset(out, coords)
