"""The shipped world is what the build computes, and the build does what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.errors import InputError
from detente.world import load_world
from detente.world.build import Built, build, structure
from detente.world.build.sources import Maps, Sources

pytest.importorskip("pyarrow")
FIELDS = ("flows", "input_use", "final_use", "tariffs", "export_taxes", "profit_share")


@pytest.fixture(scope="module")
def built(packs) -> Built:
    return build(packs)


@pytest.fixture(scope="module")
def codes() -> tuple[dict[str, str], dict[str, str]]:
    """Source code -> region, sector; read here on its own."""
    from importlib import resources

    folder = resources.files("detente.world") / "data"
    regions, sectors = (
        pd.read_csv(Path(str(folder / name)), dtype=str, keep_default_na=False)
        for name in ("regions.csv", "sectors.csv")
    )
    of_region = {c: r.code for r in regions.itertuples() for c in str(r.icio).split()}
    of_sector = {
        c: s.code
        for s in sectors.itertuples()
        for c in ([str(s.icio)] if s.code == "services" else str(s.icio).split())
    }
    return of_region, of_sector  # type: ignore[return-value]


def test_the_shipped_file_is_this_build(built: Built) -> None:
    ours = load_world("detente-2022")
    for field in FIELDS:
        np.testing.assert_allclose(
            getattr(ours, field), getattr(built.world, field), rtol=1e-9, atol=1e-9, err_msg=field
        )
    for name in built.world.elasticities.data_vars:
        np.testing.assert_allclose(ours.elasticities[name], built.world.elasticities[name])
    assert ours.notes == built.world.notes
    assert ours.build_hash == built.world.build_hash, "run tools/build_world.py again"


def test_flows_are_the_sources_flows(built: Built, packs, codes) -> None:
    of_region, of_sector = codes
    raw = pd.read_parquet(packs / "icio2022" / "flows.parquet").astype(
        {"exporter": str, "importer": str, "sector": str}
    )
    summed = raw.groupby(
        [
            raw["exporter"].map(of_region),
            raw["importer"].map(of_region),
            raw["sector"].map(of_sector),
        ]
    )["value"].sum()
    assert summed.sum() == pytest.approx(raw["value"].sum(), rel=1e-12)
    source = summed.to_xarray().fillna(0.0)
    ours = built.world
    parents = ["chemicals", "metals", "metal_products"]
    whole = ours.flows.sel(sector=[s for s in ours.sectors if s not in (*parents, "rare_earths")])
    want = source.reindex_like(whole)
    np.testing.assert_allclose(whole, want, rtol=1e-6)
    # the split goes back in: in each parent no more than before, in all exactly what was there
    split = ours.flows.sel(sector=[*parents, "rare_earths"]).sum("sector")
    before = source.sel(sector=parents).sum("sector").reindex_like(split)
    np.testing.assert_allclose(split, before, rtol=1e-6)
    assert (ours.flows.sel(sector=parents) <= source.sel(sector=parents).reindex_like(
        ours.flows.sel(sector=parents)) * (1 + 1e-12)).all()  # fmt: skip


def test_us_tariffs_are_duties_over_imports(built: Built, packs) -> None:
    raw = pd.read_parquet(packs / "us_imports_hs10_2024" / "us_imports_hs10_2024.parquet")
    china = raw[(raw["partner"] == "CHN") & ~raw["overlap"]]
    concordance = pd.read_csv(packs / "crosswalks" / "hs6_to_gtap65_wiod35.csv", dtype=str)
    gtap = china["hs10"].str[:6].map(concordance.set_index("hs6")["gtap"])
    for sector, codes in (("vehicles", ["mvh"]), ("textiles", ["tex", "wap", "lea"])):
        own = china[gtap.isin(codes)]
        at = {"exporter": "CHN", "importer": "USA", "sector": sector}
        want = own["duty_usd"].sum() / own["imports_usd"].sum()
        assert float(built.world.tariffs.sel(at)) == pytest.approx(want, rel=1e-9)
    # in all, weighted as the Census weighs them, they collect what was collected
    total = raw[~raw["overlap"] & ~raw["hs10"].str[:2].isin(["98", "99"])]
    assert total["duty_usd"].sum() / total["imports_usd"].sum() == pytest.approx(0.0244, abs=0.001)


def test_other_tariffs_are_the_sources_averages(built: Built, packs) -> None:
    raw = pd.read_parquet(packs / "icio2022" / "tariffs.parquet").astype(
        {"exporter": str, "importer": str, "sector": str}
    )
    rate = raw.set_index(["exporter", "importer", "sector"])["tariff"]
    for exporter, importer, code, sector in (
        ("JPN", "CHN", "C29", "vehicles"),
        ("CHN", "IND", "C13T15", "textiles"),
        ("USA", "JPN", "C20", "chemicals"),
    ):
        at = {"exporter": exporter, "importer": importer, "sector": sector}
        want = rate.get((exporter, importer, code), 0.0)
        # chemicals lost a little to rare earths, whose tariff is the parent's
        assert float(built.world.tariffs.sel(at)) == pytest.approx(want, rel=1e-6)
    # the rest of the world's missing rates are not zero
    assert float(built.world.tariffs.sel(exporter="CHN", importer="ROW", sector="vehicles")) > 0.03


def test_the_balancing_is_the_nearest_table_with_the_margins() -> None:
    random = np.random.default_rng(4)
    prior = random.lognormal(0, 1, (3, 5, 5))
    final0 = random.lognormal(0, 1, (3, 5))
    truth = prior * random.lognormal(0, 0.3, prior.shape)
    rows = truth.sum(axis=2) + final0 * random.lognormal(0, 0.3, final0.shape)
    use, final = structure.balanced(prior, final0, rows, truth.sum(axis=1))
    np.testing.assert_allclose(use.sum(axis=1), truth.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(use.sum(axis=2) + final, rows, rtol=1e-12)
    assert use.min() > 0
    assert final.min() > 0
    # the first-order condition of least relative entropy: log ratios add up by row and column
    ratio = np.log(np.concatenate([use / prior, (final / final0)[:, :, None]], axis=2))
    bent = ratio - ratio[:, :1, :] - ratio[:, :, :1] + ratio[:, :1, :1]
    assert np.abs(bent).max() < 1e-9


def test_the_report_says_how_far_it_moved(built: Built) -> None:
    report = built.report
    assert 0.05 < report["moved_share_of_input_use"] < 0.2  # type: ignore[operator]
    assert report["naive_negative_share_of_81_economies"] == pytest.approx(0.25, abs=0.03)
    assert report["naive_negative_basic_materials_china"] == 4
    assert report["services_rates_dropped"] == 5084
    # figures the data pack states of itself
    assert report["deficit_usa_musd"] == pytest.approx(962_008, abs=1)
    assert report["output_musd"] == pytest.approx(199.69e6, rel=1e-4)
    sold = built.world.flows.sel(exporter="CHN", importer="USA").drop_sel(sector="services")
    assert float(sold.sum()) == pytest.approx(453_407, abs=1)


def test_value_added_is_wiods_share_of_output(built: Built, packs) -> None:
    wiod = pd.read_parquet(packs / "wiod2011" / "output.parquet").astype({"region": str})
    own = wiod[(wiod["region"] == "JPN") & (wiod["industry"].astype(str) == "c15")].iloc[0]
    ratio = (built.world.value_added / built.world.output).sel(region="JPN", sector="vehicles")
    assert float(ratio) == pytest.approx(own["value_added"] / own["output"], rel=1e-9)


def test_nothing_of_the_source_is_left_out(packs) -> None:
    sources = Sources(packs, packs.parent / "record")
    maps = Maps.load()
    flows = sources.pack("icio2022/flows.parquet")
    assert set(flows["exporter"]) | set(flows["importer"]) == set(maps.region_of_icio)
    assert set(flows["sector"]) == set(maps.sector_of_icio)
    gtap = set(sources.pack("crosswalks/gtap65_to_wiod35.csv")["gtap"])
    assert gtap == set(maps.sector_of_gtap)
    wiod = set(sources.pack("wiod2011/output.parquet")["industry"])
    assert wiod == {code for group in maps.wiod_of_sector.values() for code in group}


def test_facts_named_by_the_rules_are_what_they_are_taken_for(packs) -> None:
    facts = Sources(packs, packs.parent / "record").facts("critical_minerals.csv")
    item = facts.set_index("fact_id")["item"]
    where = facts.set_index("fact_id")["partner"]
    for fact, text in {
        "CM017": "mine output", "CM032": "refining", "CM037": "permanent-magnet",
        "CM059": "total NdFeB demand", "CM084": "net import reliance", "CM097": "permanent magnets",
        "CM102": "unit value", "CM121": "compounds", "CM056": "new energy vehicles",
        "CM067": "catalysts",
    }.items():  # fmt: skip
        assert text in item[fact], fact
    places = {"CM153": "South Korea", "CM154": "Vietnam", "CM156": "Japan", "CM159": "India"}
    for fact, place in {**places, "CM161": "European Union", "CM112": "Thailand"}.items():
        assert where[fact] == place
    assert (where["CM081"], where["CM082"]) == ("Japan", "Estonia")


def test_a_missing_pack_is_named(tmp_path) -> None:
    with pytest.raises(InputError, match=r"flows\.parquet is missing"):
        build(tmp_path)
