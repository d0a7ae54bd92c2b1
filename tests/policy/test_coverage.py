"""The coverage table: exact against sums over ten-digit codes, and its use on a world."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.errors import InputError
from detente.policy import coverage
from detente.record import load_record, products
from detente.record.model import Scope, Stack
from detente.record.query import ComponentState
from detente.world import load_world

ROOT = Path(__file__).resolve().parents[2]
ORDINARY = {"kind": "exclusive", "group": "g"}


def state(
    listed: str,
    rate: float,
    targets: tuple[str, ...] = ("WLD",),
    imposer: str = "USA",
    minus: tuple[str, ...] = (),
    **stack: object,
) -> ComponentState:
    """A component in force, as the record would give it."""
    return ComponentState(
        measure="m", component="c", title="t", imposer=imposer, targets=targets, excluded=(),
        instrument="tariff", authority="", status="in_force", rate_pct=rate, suspended_pct=0,
        scope=Scope(listed, "", minus), stack=Stack(**stack) if stack else Stack(),  # type: ignore[arg-type]
        country_wide=False, acts=(), sources=(), since=None, next_change=None,
    )  # fmt: skip


def test_the_table_is_small_and_says_what_it_is() -> None:
    assert coverage.TABLE.stat().st_size < 300_000
    about = coverage.about()
    assert about["year"] == coverage.BASE_YEAR
    assert about["sources"]
    table = coverage.american()
    # Totals of the source: 50 partners, USD 3,208.8bn, China 429.4bn, duty 46.66bn.
    assert len(table.partners) == 50
    assert table.weights.sum() / 1e3 == pytest.approx(3208.8, abs=0.1)
    china = table.of("CHN")
    assert china.weights.sum() / 1e3 == pytest.approx(429.4, abs=0.05)
    assert china.duty.sum() / 1e3 == pytest.approx(46.66, abs=0.005)


def test_asking_for_rates_loads_numpy_alone() -> None:
    code = (
        "import sys; from detente.policy import coverage as c; from detente.record import "
        "load_record as r; c.american().rates(r('us-china').components('2025-10-18')); "
        "print([m for m in ('xarray', 'pandas', 'scipy', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_list_of_the_record_has_coverage() -> None:
    record = load_record("us-china")
    tables = {"USA": coverage.american(), "CHN": coverage.chinese()}
    for line in record.lines():
        table = tables.get(line.measure.imposer)
        if line.measure.instrument == "tariff" and table:
            for scope in line.scope.values:
                for name in (scope.list, *scope.minus):
                    assert name in table.share, f"{line.measure.id}: {name}"


# ------------------------------------------------- against sums over codes


@pytest.fixture(scope="module")
def lines(packs: Path) -> pd.DataFrame:
    """US imports by partner and ten-digit code with our sector, read without detente."""
    table = pd.read_parquet(packs / "us_imports_hs10_2024" / "us_imports_hs10_2024.parquet")
    table = table[~table.overlap].astype({"hs10": str, "partner": str})
    crosswalk = pd.read_csv(packs / "crosswalks" / "hs6_to_gtap65_wiod35.csv", dtype=str)
    gtap = dict(zip(crosswalk.hs6, crosswalk.gtap, strict=True))
    ours = pd.read_csv(ROOT / "src/detente/world/data/sectors.csv", dtype=str).fillna("")
    sector = {g: c for c, names in zip(ours.code, ours.gtap, strict=True) for g in names.split()}
    special = {h: c for c, names in zip(ours.code, ours.hs6, strict=True) for h in names.split()}
    six = table.hs10.str[:6]
    table["sector"] = ["none" if h >= "98" else special.get(h) or sector[gtap[h]] for h in six]
    return table


@pytest.fixture(scope="module")
def listed(packs: Path) -> Callable[..., np.ndarray]:
    """Which of `codes` begin with a code of a column of a list's file; padded codes cut to 8."""

    def of(codes: pd.Series, file: str, keep: Callable[[pd.DataFrame], pd.Series] | None = None):
        table = pd.read_csv(packs / "us_tariff_lists" / file, dtype=str)
        chosen = set(table[keep(table)].hts if keep else table.hts)
        known = set(codes)
        chosen |= {c[:8] for c in chosen if len(c) == 10 and c[8:] == "00" and c not in known}
        chosen -= {c for c in chosen if len(c) == 10 and c[8:] == "00" and c not in known}
        return codes.isin(
            {c for c in known if any(c[:n] in chosen for n in (4, 6, 8, 10))}
        ).to_numpy()

    return of


def by_sector(lines: pd.DataFrame, rate: np.ndarray, partner: str) -> dict[str, float]:
    rows = lines.assign(duty=lines.imports_usd * rate)[lines.partner == partner]
    sums = rows.groupby("sector")[["duty", "imports_usd"]].sum()
    return (sums.duty / sums.imports_usd).to_dict()


def ours(states: list[ComponentState], partner: str) -> dict[str, float]:
    table = coverage.american().of(partner)
    rates = table.rates(states)[0]
    return {s: r for s, r, w in zip(table.sectors, rates, table.weights[0], strict=True) if w > 0}


def test_china_in_october_2025_is_the_sum_over_codes(
    lines: pd.DataFrame, listed: Callable[..., np.ndarray]
) -> None:
    """Fentanyl 20 on all; Section 301 the highest list; steel 50 or else reciprocal 10."""
    h, goods = lines.hs10, (lines.hs10 < "98").to_numpy()

    def s301(name: str) -> np.ndarray:
        return listed(h, "s301_product_lists.csv", lambda t: (t.list == name) & (t.in_hts == "1"))

    def chapter(name: str, *starts: str) -> np.ndarray:
        return s301(name) & h.str.startswith(starts).to_numpy()

    one = s301("1") | chapter("biden_100", "870")
    two = s301("2") | s301("biden_50_jan25") | s301("biden_50")
    four = s301("4A") | chapter("biden_25", "72", "73", "76")
    four |= h.str.startswith(("85079040", "85076000", "40151210")).to_numpy()
    three = np.max([25 * one, 25 * two, 25 * s301("3"), 7.5 * four,
                    100 * s301("biden_100")], axis=0)  # fmt: skip
    exempt = listed(h, "annex-II-exemptions.csv").copy()
    exempt |= listed(h, "consumer_electronics_EO14257_apr11.csv")
    exempt |= h.str.startswith("49").to_numpy()
    six = h.str[:6]
    steel = (
        six.between("720610", "721650") | six.between("721699", "730110") | (six == "730210")
        | six.between("730240", "730290") | six.between("730410", "730690")
    ).to_numpy()  # fmt: skip
    auto = listed(h, "alu-tariffs.csv") & ~h.str.startswith("76").to_numpy()
    content = np.where(steel, 0, 0.5 * auto)
    general = np.where(exempt | steel, 0, 10) * (1 - content)
    total = (20 + three + 50 * steel + 50 * content + general) * goods / 100
    china = ("CHN",)
    states = [
        state("all", 20, china),
        *(state(f"s301-list-{n}", 25, china, kind="max", group="301") for n in "123"),
        state("s301-list-4a", 7.5, china, kind="max", group="301"),
        state("s301-review-100-2024", 100, china, kind="max", group="301"),
        state("s232-steel", 50, kind="exclusive", group="g", precedence=3),
        state("s232-aluminium-derivatives", 50, kind="content_share", group="g", precedence=2),
        state("ieepa-reciprocal-apr11", 10, china, kind="exclusive", group="g", precedence=1),
    ]
    want, got = by_sector(lines, total, "CHN"), ours(states, "CHN")
    assert set(want) == set(got)
    for sector, rate in want.items():
        assert got[sector] == pytest.approx(rate, abs=2e-6), sector
    assert want["steel"] > 0.5 > want["electronics"] > 0.2


def test_a_cap_on_europe_is_the_sum_over_codes(
    lines: pd.DataFrame, listed: Callable[..., np.ndarray]
) -> None:
    """15% in all on cars, the ordinary duty as collected; nothing on other goods."""
    h = lines.hs10
    cars = listed(
        h, "s232_vehicles.csv", lambda t: t.category.isin(["passenger vehicles", "light trucks"])
    )
    collected = (lines.duty_usd / lines.imports_usd.clip(lower=1)).to_numpy()
    total = np.where(cars, np.maximum(0.15 - collected, 0), 0)
    states = [state("s232-autos", 15, ("EU27",), kind="cap_net_of_mfn", group="g", cap_pct=15)]
    want, got = by_sector(lines, total, "EU27"), ours(states, "EU27")
    assert got["vehicles"] == pytest.approx(want["vehicles"], abs=2e-6)
    assert want["vehicles"] > 0.05
    assert sum(got.values()) == pytest.approx(got["vehicles"] + got["transport"], abs=1e-9)


def test_the_shipped_table_is_what_the_script_makes(packs: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.npz"
    script = ROOT / "tools" / "build_coverage.py"
    command = [sys.executable, str(script), "--data", str(packs), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    with np.load(out) as fresh, np.load(coverage.TABLE) as shipped:
        assert set(fresh.files) == set(shipped.files)
        for name in fresh.files:
            assert np.array_equal(fresh[name], shipped[name]), (
                f"{name}: run tools/build_coverage.py"
            )


# --------------------------------------------------------------- on a world


def test_what_stood_in_2024_adds_nothing_on_the_mean_of_the_year() -> None:
    record, table = load_record("us-china"), coverage.american()
    mean = np.zeros_like(table.weights)
    for day in pd.date_range("2024-01-01", "2024-12-31"):
        mean += table.rates(record.components(day.date())) / 366
    assert coverage.base_of(record, table) == pytest.approx(mean, abs=1e-12)
    china = table.partners.index("CHN")
    weights = table.weights[china] / table.weights[china].sum()
    assert 0.08 < mean[china] @ weights < 0.11  # collected: 10.9 with the ordinary duty


def test_duties_on_a_world_spare_home_sales_and_services() -> None:
    world, record = load_world(), load_record("us-china")
    added = coverage.additional(record, record.components("2025-04-12"), world)
    regions, sectors = world.regions, world.sectors
    usa, chn = regions.index("USA"), regions.index("CHN")
    assert added.shape == (len(regions), len(regions), len(sectors))
    assert np.all(added[range(len(regions)), range(len(regions))] == 0)
    assert np.all(added[:, :, sectors.index("services")] == 0)
    others = [k for k, r in enumerate(regions) if r not in ("USA", "CHN")]
    assert np.all(added[:, others] == 0)
    goods = [k for k, s in enumerate(sectors) if s != "services"]
    assert np.all(added[usa, chn, goods] > 1.2)  # 125 on all goods
    assert np.all(added[others, chn] == 0)
    assert added[chn, usa, sectors.index("machinery")] > 1.0


def test_country_wide_points_reach_goods_that_are_not_traded() -> None:
    world, record = load_world(), load_record("us-china")
    states = (state("all", 30, ("CHN",)),)
    more = coverage.additional(record, (*record.components("2024-12-31"), *states), world)
    less = coverage.additional(record, record.components("2024-12-31"), world)
    usa, chn = world.regions.index("USA"), world.regions.index("CHN")
    goods = [k for k, s in enumerate(world.sectors) if s != "services"]
    assert (more - less)[chn, usa, goods] == pytest.approx(0.3, abs=1e-12)


def test_other_importers_take_all_goods_or_a_sector() -> None:
    world, record = load_world(), load_record("us-china")
    states = (state("all", 10, ("USA",), "EU27"), state("steel", 25, ("USA",), "EU27"))
    added = coverage.additional(record, states, world)
    eu, usa = world.regions.index("EU27"), world.regions.index("USA")
    rates = dict(zip(world.sectors, added[usa, eu], strict=True))
    assert rates["steel"] == pytest.approx(0.35)
    assert rates["food"] == pytest.approx(0.10)
    assert rates["services"] == 0


def test_regions_are_weighted_means_of_their_partners() -> None:
    world, record = load_world(), load_record("us-china")
    states = (*record.components("2024-12-31"), state("all", 40, ("CHE",)))
    plainly = coverage.additional(record, record.components("2024-12-31"), world)
    added = coverage.additional(record, states, world) - plainly
    table = coverage.american()
    k = table.sectors.index("pharmaceuticals")
    rest = [
        p for p, name in enumerate(table.partners)
        if name not in {m for r in world.regions if r != "ROW" for m in (r, *coverage.members(r))}
    ]  # fmt: skip
    swiss = table.weights[table.partners.index("CHE"), k] / table.weights[rest, k].sum()
    row, usa = world.regions.index("ROW"), world.regions.index("USA")
    found = added[row, usa, world.sectors.index("pharmaceuticals")]
    assert found == pytest.approx(0.4 * swiss, abs=1e-9)
    assert 0.5 < swiss < 1


def test_a_list_without_coverage_is_named() -> None:
    with pytest.raises(InputError, match=r"'no-such-list' of m has no coverage .* USA; use `all`"):
        coverage.american().rates([state("no-such-list", 10)])
    with pytest.raises(InputError, match=r"imports of CHN"):
        coverage.chinese().rates([state("s301-list-1", 10, ("USA",), "CHN")])


def test_minus_takes_a_list_out() -> None:
    table = coverage.american().of("CHN")
    whole = table.rates([state("all", 10)])[0] @ table.weights[0]
    apart = table.rates([state("all", 10, minus=("s301-list-1",))])[0] @ table.weights[0]
    one = table.rates([state("s301-list-1", 10)])[0] @ table.weights[0]
    assert apart == pytest.approx(whole - one)


def test_lists_of_the_index_nest_as_their_exceptions_say() -> None:
    share = coverage.american().share
    for entry in products.lists().values():
        for name in entry.less:
            if entry.id in share:
                assert not np.any(share[entry.id] * share[name]), f"{entry.id} holds {name}"


def test_averages_use_days_of_the_record() -> None:
    days = coverage.starts(load_record("us-china"))
    assert date(2025, 4, 10) in days
    assert days == tuple(sorted(set(days)))
