# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportCallIssue=false, reportOptionalMemberAccess=false
# (the stubs of pandas take a cell of a table for any of ten types)
"""What the build reads: public data packs, the record's calibration facts, our rule tables."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd

from ..._text import plain
from ...errors import InputError

PACK_FILES = (
    "icio2022/flows.parquet",
    "icio2022/tariffs.parquet",
    "wiod2011/intermediate.parquet",
    "wiod2011/final.parquet",
    "wiod2011/output.parquet",
    "us_imports_hs10_2024/us_imports_hs10_2024.parquet",
    "crosswalks/hs6_to_gtap65_wiod35.csv",
    "crosswalks/iso3_regions.csv",
)
RECORD_FILES = (
    "critical_minerals.csv",
    "us_china_rates.csv",
    "trade_elasticities.csv",
    "substitution_elasticities.csv",
)
RULE_FILES = (
    "regions.csv",
    "sectors.csv",
    "affinities.csv",
    "china_retaliation.csv",
    "rare_earth_stages.csv",
    "rare_earth_users.csv",
    "trade_elasticity_rules.csv",
    "substitution_rules.csv",
)
SERVICES = "services"
CRITICAL = "rare_earths"


@dataclass(frozen=True)
class Sources:
    """The folders of data packs and of calibration facts, and what they hold."""

    packs: Path
    record: Path

    def __post_init__(self) -> None:
        for folder, names in ((self.packs, PACK_FILES), (self.record, RECORD_FILES)):
            for name in names:
                if not (folder / name).is_file():
                    raise InputError(
                        f"{plain(folder / name)} is missing; name the folder of data packs with "
                        "--data (the folder 'record' is looked for beside it)."
                    )

    def pack(self, name: str) -> pd.DataFrame:
        """One table of the packs; code columns as plain text, blanks kept as blanks."""
        path = self.packs / name
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype=str, keep_default_na=False)
        try:
            table = pd.read_parquet(path)
        except ImportError as error:
            raise InputError(
                "Reading Parquet files needs pyarrow; install detente with its 'data' extra."
            ) from error
        for column in table.columns:
            if isinstance(table[column].dtype, pd.CategoricalDtype):
                table[column] = table[column].astype(str)
        return table

    def facts(self, name: str) -> pd.DataFrame:
        """One table of calibration facts, as text."""
        return pd.read_csv(self.record / name, dtype=str, keep_default_na=False)

    @cached_property
    def minerals(self) -> dict[str, float]:
        """Facts on critical minerals by id."""
        table = self.facts("critical_minerals.csv")
        values = pd.to_numeric(table["value"], errors="coerce")
        return dict(zip(table["fact_id"], values, strict=True))

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the data read, the rule tables, the scripts of this folder and the split."""
        digest = hashlib.sha256()
        files = [(f"data/{n}", (self.packs / n).read_bytes()) for n in PACK_FILES]
        files += [(f"record/{n}", (self.record / n).read_bytes()) for n in RECORD_FILES]
        files += [(f"rules/{n}", _data(n).encode()) for n in RULE_FILES]
        folder = resources.files("detente.world.build")
        for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if item.name.endswith(".py"):
                files.append((f"build/{item.name}", item.read_text(encoding="utf-8").encode()))
        splitting = resources.files("detente.world") / "split.py"
        files.append(("split.py", splitting.read_text(encoding="utf-8").encode()))
        for name, content in files:
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()


def rules(name: str) -> pd.DataFrame:
    """One of our rule tables, as text with blanks kept."""
    import io

    return pd.read_csv(io.StringIO(_data(name)), dtype=str, keep_default_na=False)


def _data(name: str) -> str:
    return (resources.files("detente.world") / "data" / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Maps:
    """Which code of the sources falls in which region and sector of the world."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]  # without the critical one, which is split off at the end
    shipped_sectors: tuple[str, ...]
    region_of_icio: dict[str, str]
    sector_of_icio: dict[str, str]
    wiod_of_region: dict[str, tuple[str, ...]]
    wiod_of_sector: dict[str, tuple[str, ...]]
    sector_of_gtap: dict[str, str]
    critical_hs6: tuple[str, ...]

    @classmethod
    def load(cls) -> Maps:
        """From `regions.csv` and `sectors.csv`."""
        regions, sectors = rules("regions.csv"), rules("sectors.csv")
        plain_sectors = sectors[sectors["code"] != CRITICAL]

        def words(table: pd.DataFrame, column: str) -> dict[str, str]:
            out: dict[str, str] = {}
            for code, cell in zip(table["code"], table[column], strict=True):
                for word in cell.split(";" if ";" in cell else None):
                    out[word.strip()] = code
            return out

        icio = {}
        for code, cell in zip(plain_sectors["code"], plain_sectors["icio"], strict=True):
            # the aggregate of services has blanks in its name
            for word in [cell] if cell.startswith("Services") else cell.split():
                icio[word] = code
        return cls(
            regions=tuple(regions["code"]),
            sectors=tuple(plain_sectors["code"]),
            shipped_sectors=tuple(sectors["code"]),
            region_of_icio=words(regions, "icio"),
            sector_of_icio=icio,
            wiod_of_region={
                code: tuple(cell.split())
                for code, cell in zip(regions["code"], regions["wiod"], strict=True)
            },
            wiod_of_sector={
                code: tuple(cell.split())
                for code, cell in zip(plain_sectors["code"], plain_sectors["wiod"], strict=True)
            },
            sector_of_gtap=words(plain_sectors, "gtap"),
            critical_hs6=tuple(sectors.set_index("code").loc[CRITICAL, "hs6"].split()),
        )


def cube(
    table: pd.DataFrame,
    columns: tuple[str, str, str],
    labels: tuple[tuple[str, ...], ...],
    value: str,
) -> np.ndarray:
    """`table` added up into a dense array over three label columns."""
    shape = tuple(len(names) for names in labels)
    index = [
        table[column].map({name: i for i, name in enumerate(names)}).to_numpy()
        for column, names in zip(columns, labels, strict=True)
    ]
    out = np.zeros(shape)
    np.add.at(out, tuple(index), table[value].to_numpy(dtype=float))
    return out
