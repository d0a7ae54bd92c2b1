"""`detente world`: list, describe, build, import, export, aggregate and split baselines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text import plain
from ..errors import InputError
from ._common import Json, emit, finish, note, screen, seconds

if TYPE_CHECKING:
    from ..world import World

app = typer.Typer(no_args_is_help=True, add_completion=False)

Source = Annotated[str, typer.Argument(help="Name of a shipped world, or an .npz file.")]
Out = Annotated[Path, typer.Option("--out", help="File (.npz) to write.")]
Groups = Annotated[
    list[str] | None,
    typer.Option(help="NEW=MEMBER,MEMBER,...; may be given several times."),
]


@app.command("list")
def list_(json: Json = False) -> None:
    """The worlds that come with detente.

    Example: detente world list
    """
    from ..world import load_world, shipped

    worlds = [_head(load_world(name)) for name in shipped()]
    if json:
        emit({"worlds": worlds, "seconds": seconds()})
        return
    for world in worlds:
        print(
            f"{world['name']}  {world['year']}  {len(world['regions'])} regions x "
            f"{len(world['sectors'])} sectors"
        )
    finish(json)


@app.command()
def info(
    world: Source = "detente-2022",
    flows: Annotated[int, typer.Option(help="How many of the largest flows to show.")] = 10,
    json: Json = False,
) -> None:
    """Totals, largest flows, tariffs, sources, licences, notes and hash of a world.

    Example: detente world info detente-2022
    """
    from ..world import load_world

    if flows < 0:
        raise InputError(f"--flows {flows} is negative; give 0 or more.")
    loaded = load_world(world)
    result = _info(loaded, flows)
    if json:
        emit({**result, "seconds": seconds()})
        return
    _show(result)
    finish(json)


@app.command()
def build(
    data: Annotated[Path, typer.Option("--data", help="Folder of the public data packs.")],
    out: Out,
    record: Annotated[
        Path | None, typer.Option("--record", help="Folder of the facts (beside the packs).")
    ] = None,
    json: Json = False,
) -> None:
    """Compute the shipped world anew from the public data packs and say what was done.

    Example: detente world build --data ../shared/data --out detente-2022.npz
    """
    _npz(out)
    from ..world.build import build as compute

    built = compute(data, record)
    built.world.save(out)
    _done(built.world, out, json, report=built.report)


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Folder with flows.csv and elasticities.csv.")],
    out: Out,
    name: Annotated[str, typer.Option(help="Name of the world.")] = "",
    year: Annotated[int | None, typer.Option(help="Year of the values.")] = None,
    critical: Annotated[list[str] | None, typer.Option(help="A critical input sector.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="A line on a source.")] = None,
    licence: Annotated[list[str] | None, typer.Option(help="A line on a licence.")] = None,
    json: Json = False,
) -> None:
    """Read a folder of CSV tables in long form, check the accounts, write a world file.

    Tables: flows.csv, elasticities.csv; input_use.csv, final_use.csv, tariffs.csv,
    export_taxes.csv, profit_share.csv and about.json if there are any. `detente world export`
    writes examples. Options stand over about.json.

    Example: detente world import my-tables --year 2019 --out mine.npz
    """
    _npz(out)
    from ..world.tables import read_tables

    world = read_tables(
        folder,
        name=name,
        year=year,
        critical=tuple(critical or ()),
        sources=tuple(source or ()),
        licences=tuple(licence or ()),
    )
    world.save(out)
    _done(world, out, json)


@app.command()
def export(
    world: Source,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the CSV tables to.")],
    json: Json = False,
) -> None:
    """Write a world as the CSV tables that `import` reads.

    Example: detente world export detente-2022 --out tables
    """
    from ..world import load_world
    from ..world.tables import write_tables

    loaded = load_world(world)
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {plain(out)} is a file; name a folder.")
    write_tables(loaded, out)
    _done(loaded, out, json)


@app.command()
def aggregate(
    world: Source,
    out: Out,
    regions: Groups = None,
    sectors: Groups = None,
    json: Json = False,
) -> None:
    """Add up regions or sectors; what is in no group stays.

    Example: detente world aggregate detente-2022 --regions asia=JPN,KOR,TWN --out small.npz
    """
    _npz(out)
    from ..world import load_world

    r, s = _groups(regions, "--regions"), _groups(sectors, "--sectors")
    if not r and not s:
        raise InputError("Nothing to add up; give --regions or --sectors, as NEW=MEMBER,MEMBER.")
    result = replace(load_world(world).aggregate(regions=r, sectors=s), name=out.stem)
    result.save(out)
    _done(result, out, json)


@app.command()
def split(
    world: Source,
    sector: Annotated[list[str], typer.Argument(help="The sector, or several to carve from.")],
    into: Annotated[
        str,
        typer.Option(help="PART=SHARE,PART=SHARE of one sector, or one new name (then --share)."),
    ],
    out: Out,
    share: Annotated[
        list[str] | None, typer.Option(help="SECTOR=SHARE carved out; may be given several times.")
    ] = None,
    critical: Annotated[bool, typer.Option(help="Make the new sector a critical input.")] = False,
    json: Json = False,
) -> None:
    """Split a sector into parts, or carve one new sector out of several.

    Example: detente world split detente-2022 chemicals --into basic=0.7,fine=0.3 --out split.npz
    """
    _npz(out)
    from ..world import load_world

    loaded = load_world(world)
    if "=" in into:
        if share or critical:
            raise InputError("--share and --critical belong to one new name in --into.")
        parts = _shares(into.split(","), "--into")
        result = loaded.split(sector, into=tuple(parts), shares=parts)
    else:
        shares = _shares(share or [], "--share")
        result = loaded.split(sector, into=into, shares=shares, critical=critical)
    result = replace(result, name=out.stem)
    result.save(out)
    _done(result, out, json)


# ------------------------------------------------------------------------- parts


def _npz(path: Path) -> None:
    if path.suffix != ".npz":
        raise InputError(f"--out {plain(path)} does not end in .npz; name a file that does.")


def _groups(texts: list[str] | None, option: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for text in texts or []:
        new, _, members = text.partition("=")
        if not new or not members or new in out:
            raise InputError(f"{option} {plain(text)!r} is not NEW=MEMBER,MEMBER with NEW once.")
        out[new.strip()] = [member.strip() for member in members.split(",")]
    return out


def _shares(texts: list[str], option: str) -> dict[str, float]:
    out: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            out[name.strip()] = float(value)
        except ValueError:
            raise InputError(
                f"{option} {plain(text)!r} is not NAME=SHARE with a share between 0 and 1."
            ) from None
    return out


def _head(world: World) -> dict[str, Any]:
    return {
        "name": world.name,
        "year": world.year,
        "regions": list(world.regions),
        "sectors": list(world.sectors),
        "critical": list(world.critical),
        "build_hash": world.build_hash,
    }


def _info(world: World, largest: int) -> dict[str, Any]:
    import numpy as np

    abroad = world.flows.values.copy()
    abroad[np.arange(len(world.regions)), np.arange(len(world.regions))] = 0.0
    order = np.argsort(abroad, axis=None)[::-1][:largest]
    places = [np.unravel_index(int(i), abroad.shape) for i in order]
    trade = float(abroad.sum())
    return {
        **_head(world),
        "totals_musd": {
            "output": float(world.output.sum()),
            "value_added": float(world.value_added.sum()),
            "trade_between_regions": trade,
            "revenue": float(world.revenue.sum()),
        },
        "average_tariff_pct": float(
            100 * (abroad * world.tariffs.values).sum() / max(trade, 1e-300)
        ),
        "by_region": [
            {
                "region": region,
                "value_added_musd": float(world.value_added.sel(region=region).sum()),
                "income_musd": float(world.income.sel(region=region)),
                "deficit_musd": float(world.deficit.sel(region=region)),
                "revenue_musd": float(world.revenue.sel(region=region)),
            }
            for region in world.regions
        ],
        "largest_flows": [
            {
                "exporter": world.regions[i],
                "importer": world.regions[n],
                "sector": world.sectors[k],
                "value_musd": float(abroad[i, n, k]),
                "tariff_pct": float(100 * world.tariffs.values[i, n, k]),
            }
            for i, n, k in places
            if abroad[i, n, k] > 0
        ],
        "trade_elasticities": {
            horizon: {
                sector: float(world.elasticities["trade"].sel(horizon=horizon, sector=sector))
                for sector in world.sectors
            }
            for horizon in world.horizons
        },
        "sources": list(world.sources),
        "licences": list(world.licences),
        "notes": list(world.notes),
    }


def _show(result: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.table import Table

    def text(value: object) -> str:
        return escape(plain(value))

    console = screen()
    totals = result["totals_musd"]
    console.print(
        f"[bold]{text(result['name'])}[/bold], {result['year'] or 'no year'}: "
        f"{len(result['regions'])} regions x {len(result['sectors'])} sectors; "
        f"critical inputs: {text(', '.join(result['critical'])) or 'none'}"
    )
    console.print(
        f"output {totals['output'] / 1e6:,.2f}, value added {totals['value_added'] / 1e6:,.2f}, "
        f"trade between regions {totals['trade_between_regions'] / 1e6:,.2f} million million USD "
        f"a year; average tariff {result['average_tariff_pct']:.2f}%"
    )
    console.print("sectors: " + text(", ".join(result["sectors"])), style="dim")
    columns = ("value_added_musd", "income_musd", "deficit_musd", "revenue_musd")
    view = Table("region", title="billion USD a year", title_justify="left")
    for column in columns:
        view.add_column(column.removesuffix("_musd").replace("_", " "), justify="right")
    for row in result["by_region"]:
        view.add_row(text(row["region"]), *(f"{row[c] / 1e3:,.1f}" for c in columns))
    console.print(view)
    if result["largest_flows"]:
        view = Table("exporter", "importer", "sector", title="largest flows", title_justify="left")
        view.add_column("billion USD", justify="right")
        view.add_column("tariff %", justify="right")
        for row in result["largest_flows"]:
            view.add_row(
                text(row["exporter"]),
                text(row["importer"]),
                text(row["sector"]),
                f"{row['value_musd'] / 1e3:,.1f}",
                f"{row['tariff_pct']:.2f}",
            )
        console.print(view)
    for heading in ("sources", "licences", "notes"):
        if result[heading]:
            console.print(f"[bold]{heading}[/bold]")
            for line in result[heading]:
                console.print(f"- {text(line)}")
    console.print(f"build hash: {text(result['build_hash']) or 'none'}")


def _done(world: World, out: Path, json: bool, *, report: dict[str, object] | None = None) -> None:
    if json:
        emit({**_head(world), "path": str(out), "report": report, "seconds": seconds()})
        return
    for name, value in (report or {}).items():
        print(f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {plain(value)}")
    note(
        f"Wrote {plain(out)}: {plain(world.name)}, {len(world.regions)} regions x "
        f"{len(world.sectors)} sectors."
    )
    finish(json)
