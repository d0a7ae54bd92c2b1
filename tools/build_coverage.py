"""Compute src/detente/policy/data/coverage.npz from the public data packs. Deterministic; a minute.

    python tools/build_coverage.py [--data ../shared/data] [--out FILE]

US side: every ten-digit code is on a set of product lists, its signature. Imports of 2024 are added
up by partner and cell (sector, signature, bracket of the ordinary duty), with the ordinary duty of
each cell, so that any stack of duties on lists can be evaluated on cells exactly as on codes. The
brackets end at the caps in force since 2025, so that a cap is linear within each.

Chinese side: the shares by sector of the lists of src/detente/policy/data/coverage_china.csv, the
farm lists of March 2025 from 2024 US exports at six digits; weights and ordinary duties from the
2022 flows and tariffs of icio2022.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from detente._files import atomic_path, data_home
from detente.policy.tables import load_imports
from detente.record import products

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "detente"
OUT = SRC / "policy" / "data" / "coverage.npz"
CAPS = (0.10, 0.125, 0.15)  # caps net of the ordinary duty that agreements of 2025-26 set
UNLISTED = "none"  # chapters 98 and 99, which have no sector
FARM_LISTS = {
    "cn-2025-notice2-15": "china-15-percent-US-exports-030425.csv",
    "cn-2025-notice2-10": "china-10-percent-US-exports-030425.csv",
}
US_EXPORTS_TO_CHINA_2024 = 143_200.0  # million USD, US Census, goods, Census basis


def sectors() -> tuple[list[str], dict[str, str], dict[str, str], dict[str, str]]:
    """Sector codes, and the sector of each GTAP sector, of each HS6 override, of each ICIO one."""
    gtap, hs6, icio, codes = {}, {}, {}, []
    for row in products.rows(SRC / "world" / "data" / "sectors.csv"):
        codes.append(row["code"])
        gtap |= dict.fromkeys(row["gtap"].split(), row["code"])
        hs6 |= dict.fromkeys(row["hs6"].split(), row["code"])
        name = row["icio"]
        icio |= dict.fromkeys([name] if "(" in name else name.split(), row["code"])
    return codes, gtap, hs6, icio


def american(data: Path, codes: list[str]) -> dict[str, np.ndarray]:
    """Partners, cells, signatures, values and ordinary duties of US imports."""
    imports = load_imports(data)
    _, gtap, override, _ = sectors()
    crosswalk = {
        r["hs6"]: r["gtap"] for r in products.rows(data / "crosswalks" / "hs6_to_gtap65_wiod35.csv")
    }

    def sector(code: str) -> str:
        if code >= products.SPECIAL:
            return UNLISTED
        return override.get(code[:6]) or gtap[crosswalk[code[:6]]]

    names = [*codes, UNLISTED]
    of_code = np.array([names.index(sector(c)) for c in imports.codes])
    atoms = [
        p.id
        for p in products.lists().values()
        if p.importer == "USA" and p.source not in (products.EVERYTHING, products.SECTORS)
    ]
    member = np.array([imports.on(name) for name in atoms]).T
    signatures, signature = np.unique(member, axis=0, return_inverse=True)
    bracket = np.searchsorted(CAPS, imports.ordinary)
    keys = np.stack([of_code[imports.code], signature.reshape(-1)[imports.code], bracket])
    cells, cell = np.unique(keys, axis=1, return_inverse=True)
    cell = cell.reshape(-1)
    shape = (len(imports.partners), cells.shape[1])
    at = np.ravel_multi_index((imports.partner, cell), shape)

    def total(weights: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights, shape[0] * shape[1]).reshape(shape)

    value = total(imports.value)
    ordinary = total(imports.value * imports.ordinary) / np.maximum(value, 1)
    duty = np.bincount(
        np.ravel_multi_index((imports.partner, of_code[imports.code]), (shape[0], len(names))),
        imports.duty,
        shape[0] * len(names),
    ).reshape(shape[0], len(names))
    return {
        "partners": np.array(imports.partners),
        "sectors": np.array(names),
        "lists": np.array(atoms),
        "signatures": np.packbits(signatures, axis=1),
        "cell_sector": cells[0].astype(np.uint8),
        "cell_signature": cells[1].astype(np.uint16),
        "value_musd": (value / 1e6).astype(np.float32),
        "ordinary": ordinary.astype(np.float32),
        "duty_musd": (duty / 1e6).astype(np.float32),
    }


def chinese(data: Path, codes: list[str]) -> dict[str, np.ndarray]:
    """Shares of sectors on Chinese lists, weights and ordinary duties of Chinese imports."""
    from pyarrow import parquet

    _, gtap, override, icio = sectors()
    crosswalk = {
        r["hs6"]: r["gtap"] for r in products.rows(data / "crosswalks" / "hs6_to_gtap65_wiod35.csv")
    }
    weight, duty = np.zeros(len(codes)), np.zeros(len(codes))
    rates = {
        r["sector"]: r["tariff"]
        for r in parquet.read_table(data / "icio2022" / "tariffs.parquet").to_pylist()
        if (r["exporter"], r["importer"]) == ("USA", "CHN")
    }
    for row in parquet.read_table(data / "icio2022" / "flows.parquet").to_pylist():
        if (row["exporter"], row["importer"]) == ("USA", "CHN"):
            s = codes.index(icio[row["sector"]])
            weight[s] += row["value"]
            duty[s] += row["value"] * rates.get(row["sector"], 0.0)
    table = products.rows(SRC / "policy" / "data" / "coverage_china.csv")
    names = sorted({r["list"] for r in table} | set(FARM_LISTS))
    share = np.zeros((len(names), len(codes)))
    for row in table:
        share[names.index(row["list"]), codes.index(row["sector"])] = float(row["share_pct"]) / 100
    goods = np.array([c != "services" for c in codes])
    scale = US_EXPORTS_TO_CHINA_2024 / weight[goods].sum()
    for name, file in FARM_LISTS.items():
        for row in products.rows(data / products.PACK / file):
            if row["in_list"] != "1":
                continue
            s = codes.index(override.get(row["hs6"]) or gtap[_nearest(crosswalk, row["hs6"])])
            share[names.index(name), s] += (
                float(row["us_exports_2024_usd"]) / 1e6 / scale / weight[s]
            )
    return {
        "china_lists": np.array(names),
        "china_share": np.minimum(share, 1).astype(np.float32),
        "china_weight": np.where(goods, weight, 0).astype(np.float32),
        "china_ordinary": (duty / np.maximum(weight, 1e-9)).astype(np.float32),
    }


def _nearest(crosswalk: dict[str, str], hs6: str) -> str:
    """The GTAP sector of a code, or of the first code of its heading that has one."""
    return next(
        crosswalk[code]
        for n in (6, 5, 4, 2)
        for code in sorted(crosswalk)
        if code.startswith(hs6[:n])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=data_home())
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    if args.data is None:
        raise SystemExit("Name the folder of data packs: --data FOLDER.")
    codes = sectors()[0]
    arrays = american(args.data, codes) | chinese(args.data, codes)
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    about = {
        "year": 2024,
        "hash": digest.hexdigest()[:16],
        "caps": CAPS,
        "sources": [
            "US Census Bureau, imports for consumption by HTS10 and partner, 2024 (public domain), "
            "as in tradewartracker/trade-war-redux-2025",
            "Product lists of tradewartracker/trade-war-redux-2025 and "
            "Budget-Lab-Yale/tariff-rate-tracker (MIT), from US and Chinese government acts",
            "OECD ICIO flows and tariffs of 2022, USA to China, as in the icio2022 pack",
        ],
    }
    arrays["about"] = np.array(json.dumps(about))
    with atomic_path(args.out) as path, path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    size = args.out.stat().st_size
    print(
        f"{args.out}: {len(arrays['partners'])} partners, {len(arrays['cell_sector'])} cells, "
        f"{len(arrays['signatures'])} signatures, {size:,} bytes, {about['hash']}"
    )


if __name__ == "__main__":
    main()
