"""One broken world for every rule, refused in a sentence that names field, label and value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from detente.errors import InputError
from detente.world import World, elasticity_set, load_world, random_world

BASE = random_world(3, 3, 1, max_tariff=0.2)
SPOT = {"exporter": "R002", "importer": "R003", "sector": "S02"}


def fields() -> dict[str, object]:
    names = ("flows", "input_use", "final_use", "tariffs", "export_taxes", "profit_share")
    out: dict[str, object] = {name: getattr(BASE, name).copy(deep=True) for name in names}
    out["elasticities"] = elasticity_set(BASE.sectors)
    return out


def at(name: str, value: float, **where: str) -> Callable[[dict], None]:
    def change(f: dict) -> None:
        array = f[name].copy(deep=True)
        array.loc[where] = value
        f[name] = array

    return change


def put(name: str, make: Callable[[xr.DataArray], object]) -> Callable[[dict], None]:
    def change(f: dict) -> None:
        f[name] = make(f[name])

    return change


RULES = {
    "negative flow": (
        at("flows", -3.5, **SPOT),
        "'flows' is negative at exporter 'R002', importer 'R003', sector 'S02' (-3.5)",
    ),
    "NaN": (at("tariffs", np.nan, **SPOT), "'tariffs' is not a finite number at exporter 'R002'"),
    "infinite": (
        at("final_use", np.inf, region="R001", sector="S03"),
        "'final_use' is not a finite number at region 'R001', sector 'S03'",
    ),
    "negative tariff": (at("tariffs", -0.1, **SPOT), "'tariffs' is negative"),
    "negative input use": (
        at("input_use", -1.0, region="R001", input="S01", sector="S02"),
        "'input_use' is negative at region 'R001', input 'S01', sector 'S02' (-1)",
    ),
    "export tax": (at("export_taxes", -1.0, **SPOT), "'export_taxes' is too small"),
    "profit share": (
        at("profit_share", 1.0, region="R001", sector="S01"),
        "'profit_share' is too large at region 'R001', sector 'S01' (1)",
    ),
    "missing sector": (
        put("tariffs", lambda a: a.isel(sector=[0, 1])),
        "'tariffs' lacks 'S03' on 'sector'",
    ),
    "unknown region": (
        put("final_use", lambda a: a.assign_coords(region=["R001", "R002", "Atlantis"])),
        "'final_use' lacks 'R003' on 'region'",
    ),
    "one region too many": (
        put("final_use", lambda a: xr.concat([a, a.isel(region=[0]).assign_coords(region=["X"])],
                                             "region")),
        "'final_use' has 'X' on 'region'",
    ),
    "importers unlike exporters": (
        put("flows", lambda a: a.assign_coords(importer=["R001", "R002", "X"])),
        "'flows' lacks 'R003' on 'importer'",
    ),
    "label twice": (
        put("flows", lambda a: a.assign_coords(sector=["S01", "S02", "S02"])),
        "'S02' twice on 'sector'",
    ),
    "empty label": (
        put("flows", lambda a: a.assign_coords(sector=["S01", "S02", " "])),
        "empty label on 'sector'",
    ),
    "wrong dims": (
        put("input_use", lambda a: a.rename(input="supplier")),
        "give it dims region, input, sector",
    ),
    "too few dims": (put("flows", lambda a: a.sum("sector")), "give it dims exporter, importer"),
    "no labels": (
        put("flows", lambda a: a.drop_vars("sector")),
        "'flows' has no labels on 'sector'",
    ),
    "plain numbers": (put("flows", lambda a: a.values), "'flows' is ndarray"),
    "text": (put("tariffs", lambda a: a.astype(str)), "'tariffs' holds"),
    "unbalanced": (
        at("final_use", 1e9, region="R002", sector="S01"),
        "do not balance at region 'R002', sector 'S01'",
    ),
    "no elasticities": (put("elasticities", lambda d: None), "'elasticities' is NoneType"),
    "missing elasticity": (
        put("elasticities", lambda d: d.drop_vars("inputs")),
        "lacks the variable 'inputs'",
    ),
    "unknown elasticity": (
        put("elasticities", lambda d: d.rename(inputs="sigma")),
        "unknown variable 'sigma'",
    ),
    "missing horizon": (
        put("elasticities", lambda d: d.isel(horizon=[0, 1])),
        "'elasticities.trade' lacks 'long' on 'horizon'",
    ),
    "zero trade elasticity": (
        put("elasticities", lambda d: d.assign(trade=d["trade"] * 0)),
        "'elasticities.trade' is too small at horizon 'short', sector 'S01' (0); give more than 0",
    ),
    "negative elasticity": (
        put("elasticities", lambda d: d.assign(inputs=d["inputs"] - 2)),
        "'elasticities.inputs' is negative",
    ),
    "final differs": (
        put("elasticities", lambda d: d.assign(
            final=d["final"] * xr.DataArray([1.0, 2.0, 3.0], dims="sector"))),
        "differs among sectors at horizon 'short'",
    ),
    "critical": (lambda f: f.update(critical=("unobtainium",)), "no sector 'unobtainium'"),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_world_is_refused_in_one_sentence(rule: str) -> None:
    change, says = RULES[rule]
    broken = fields()
    change(broken)
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        World(**broken)  # type: ignore[arg-type]
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")


def test_value_added_must_not_be_negative() -> None:
    shares = BASE.input_use / BASE.output
    with pytest.raises(InputError, match=r"final_use' is negative|Value added is negative"):
        World.from_flows(BASE.flows, BASE.elasticities, input_shares=shares * 10)
    # balanced, but A sells 1 and spends 2 on inputs
    regions, goods = ["A", "B"], ["x"]
    coords = {"exporter": regions, "importer": regions, "sector": goods}
    flows = xr.DataArray(np.array([[[1.0], [0.0]], [[9.0], [10.0]]]), coords, tuple(coords))
    coords = {"region": regions, "input": goods, "sector": goods}
    use = xr.DataArray(np.array([[[2.0]], [[0.0]]]), coords, tuple(coords))
    final = xr.DataArray(
        np.array([[8.0], [10.0]]), {"region": regions, "sector": goods}, ("region", "sector")
    )
    with pytest.raises(
        InputError, match=r"Value added is negative at region 'A', sector 'x' \(-1\)"
    ):
        World(flows, use, final, xr.zeros_like(flows), elasticity_set(goods))


def test_a_region_must_earn_and_spend() -> None:
    flows = BASE.flows.copy(deep=True)
    flows.loc[{"exporter": "R003"}] = 0.0
    with pytest.raises(InputError, match="Region 'R003' has no value added"):
        World.from_flows(flows, BASE.elasticities)
    flows = BASE.flows.copy(deep=True)
    flows.loc[{"importer": "R003"}] = 0.0
    with pytest.raises(InputError, match="zero in all sectors of region 'R003'"):
        World.from_flows(flows, BASE.elasticities)


# ------------------------------------------------------------------------- files


def store(path, **changes: object) -> None:
    """A world file with fields replaced (None leaves one out)."""
    BASE.save(path)
    with np.load(path) as stored:
        arrays: dict[str, object] = {name: stored[name] for name in stored.files}
    arrays.update(changes)
    np.savez(path, **{k: v for k, v in arrays.items() if v is not None})  # type: ignore[arg-type]


def negative() -> np.ndarray:
    flows = BASE.flows.values.copy()
    flows[0, 1, 2] = -7.0
    return flows


FILES = {
    "negative flow": ({"flows": negative()}, "'flows' is negative at exporter 'R001'"),
    "missing sector": ({"sectors": np.array(["S01", "S02"])}, "has shape (3, 3, 3)"),
    "wrong dims": ({"final_use": np.ones(3)}, "'final_use' has shape (3,)"),
    "no tariffs": ({"tariffs": None}, "'tariffs' is missing"),
    "label twice": ({"regions": np.array(["A", "A", "B"])}, "'A' twice"),
    "no meta": ({"meta": None}, "'meta'"),
    "other format": ({"meta": np.array(json.dumps({"format": "x"}))}, "'meta'"),
    "pickled": ({"tariffs": np.array([{}], dtype=object)}, "is not a world file"),
}


@pytest.mark.parametrize("rule", FILES)
def test_a_broken_file_is_refused_with_its_name(rule: str, tmp_path, cli) -> None:
    changes, says = FILES[rule]
    path = tmp_path / "broken.npz"
    store(path, **changes)
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        load_world(path)
    assert "broken.npz" in str(caught.value)


def test_what_is_no_file_of_ours_is_refused(tmp_path) -> None:
    for name, content in (("text.npz", b"flows"), ("empty.npz", b""), ("cut.npz", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match="is not a world file"):
            load_world(tmp_path / name)
    with pytest.raises(InputError, match="There is no world 'nowhere'"):
        load_world("nowhere")
    with pytest.raises(InputError, match="There is no world"):
        load_world(tmp_path)


def test_a_damaged_file_never_ends_in_anything_but_a_sentence(tmp_path) -> None:
    path, random = tmp_path / "w.npz", np.random.default_rng(0)
    BASE.save(path)
    whole, refused = path.read_bytes(), 0
    for _ in range(150):
        damaged = bytearray(whole)
        for place in random.integers(0, len(whole), 3):
            damaged[place] = random.integers(0, 256)
        path.write_bytes(bytes(damaged[: random.integers(1, len(whole) + 1)]))
        try:
            load_world(path)
        except InputError:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: BASE.aggregate(regions={"A": ["R009"]}), "There is no region 'R009'"),
        (lambda: BASE.aggregate(regions={"A": ["R001"], "B": ["R001"]}), "in two groups"),
        (lambda: BASE.aggregate(sectors={"S03": ["S01"]}), "name of a sector outside it"),
        (lambda: BASE.aggregate(sectors={"A": []}), "group 'A' is empty"),
        (lambda: BASE.relabel(sectors={"S09": "x"}), "There is no sector 'S09'"),
        (lambda: BASE.relabel(sectors={"S01": "S02"}), "'S02' twice"),
        (lambda: BASE.rescaled(0), "positive number"),
        (lambda: BASE.with_elasticities(xr.Dataset({"sigma": ("sector", [1.0] * 3)})), "'sigma'"),
        (lambda: random_world(0, 3), "1 or more regions"),
        (lambda: random_world(3, 3, density=0.0), "density"),
    ],
)
def test_bad_calls_are_refused_in_a_sentence(call, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        call()
