"""Worlds as files: one .npz with arrays, labels and a JSON text; nothing in it is executed."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .._files import write_atomic
from .._text import plain
from ..errors import InputError
from .checks import HORIZONS
from .world import FLOW, INPUT, REGION, World

FORMAT = "detente-world-1"
DEFAULT = "detente-2022"
MAX_BYTES = 4 * 2**30
"""Larger files are refused before they are unpacked."""

ARRAYS = {
    "flows": FLOW,
    "input_use": INPUT,
    "final_use": REGION,
    "tariffs": FLOW,
    "export_taxes": FLOW,
    "profit_share": REGION,
}
OPTIONAL = ("export_taxes", "profit_share")
BROKEN = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged or foreign archive may raise."""
TEXTS = ("critical", "sources", "licences", "notes")


def shipped() -> list[str]:
    """Names of the worlds that come with detente."""
    folder = resources.files("detente.world") / "data"
    return sorted(p.name.removesuffix(".npz") for p in folder.iterdir() if p.name.endswith(".npz"))


def load_world(source: str | Path = DEFAULT) -> World:
    """A shipped world by name, or one from an .npz file written by `World.save`.

    Raises InputError where there is no such world, or where the file is not one: the sentence
    names the file, the field, the label and the value.
    """
    text = str(source)
    if isinstance(source, str) and text in shipped():
        return _read(
            io.BytesIO((resources.files("detente.world") / "data" / f"{text}.npz").read_bytes()),
            f"{text}.npz",
        )
    path = Path(source)
    if not path.is_file():
        raise InputError(
            f"There is no world {plain(text)!r}; name a shipped one ({', '.join(shipped())}) or "
            "an .npz file."
        )
    with path.open("rb") as handle:
        return _read(handle, plain(path))


def save(world: World, path: Path) -> None:
    """Write `world` to `path` whole or not at all; the same world gives the same arrays."""
    arrays: dict[str, Any] = {}
    for name in ARRAYS:
        value = getattr(world, name).values
        if name not in OPTIONAL or value.any():
            arrays[name] = value
    for name, value in world.elasticities.data_vars.items():
        arrays[f"elasticities.{name}"] = value.values
    arrays["regions"] = np.array(world.regions)
    arrays["sectors"] = np.array(world.sectors)
    meta = {"format": FORMAT, "name": world.name, "year": world.year}
    meta |= {"build_hash": world.build_hash}
    meta |= {name: list(getattr(world, name)) for name in TEXTS}
    arrays["meta"] = np.array(json.dumps(meta, ensure_ascii=False))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomic(path, buffer.getvalue())


def _read(handle: Any, name: str) -> World:
    try:
        with zipfile.ZipFile(handle) as archive:
            size = sum(item.file_size for item in archive.infolist())
        if size > MAX_BYTES:
            raise InputError(f"{name} unpacks to {size} bytes; worlds end at {MAX_BYTES}.")
        handle.seek(0)
        with np.load(handle, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        meta = json.loads(str(arrays.pop("meta", "{}")))
    except InputError:
        raise
    except BROKEN as error:
        raise InputError(
            f"{name} is not a world file ({plain(error, 120)}); give an .npz written by detente."
        ) from None
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise InputError(
            f"{name} has no '{FORMAT}' in its field 'meta'; give an .npz written by detente."
        )
    try:
        return _world(arrays, meta)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _world(arrays: dict[str, np.ndarray], meta: dict[str, Any]) -> World:
    for key in ("regions", "sectors", *(a for a in ARRAYS if a not in OPTIONAL)):
        if key not in arrays:
            raise InputError(f"World field '{key}' is missing; build the file again.")
    regions = [str(label) for label in arrays.pop("regions").ravel()]
    sectors = [str(label) for label in arrays.pop("sectors").ravel()]
    labels = {"exporter": regions, "importer": regions, "region": regions}
    labels |= {"sector": sectors, "input": sectors, "horizon": list(HORIZONS)}

    def labelled(name: str, dims: tuple[str, ...]) -> xr.DataArray:
        value = arrays[name]
        shape = tuple(len(labels[dim]) for dim in dims)
        if value.shape != shape:
            raise InputError(
                f"World field '{name}' has shape {value.shape}; its labels ask for {shape} "
                f"({' x '.join(dims)})."
            )
        return xr.DataArray(value, {dim: labels[dim] for dim in dims}, dims)

    fields: dict[str, Any] = {
        name: labelled(name, dims) for name, dims in ARRAYS.items() if name in arrays
    }
    elasticities = {
        name.removeprefix("elasticities."): labelled(name, ("horizon", "sector"))
        for name in arrays
        if name.startswith("elasticities.")
    }
    fields |= {name: tuple(meta.get(name) or ()) for name in TEXTS}
    return World(
        **fields,
        elasticities=xr.Dataset(elasticities),
        name=str(meta.get("name") or "world"),
        year=meta.get("year") if isinstance(meta.get("year"), int) else None,
        build_hash=str(meta.get("build_hash") or ""),
    )
