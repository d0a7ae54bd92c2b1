"""The full tables behind the coverage: US imports of 2024 by ten-digit code and partner.

Only the build of the coverage and `detente duty` read them; they need the `data` extra (pyarrow)
and the public data packs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from .._files import data_home
from ..errors import InputError
from ..record import products

IMPORTS = "us_imports_hs10_2024"
CHINA = "CHN"
# Partners that pay the ordinary (MFN) duty on nearly all goods, first those outside the metal
# duties of 2024; the others serve codes that the first do not sell.
MFN_PARTNERS = (
    ("EU27", "JPN", "GBR", "CHE", "NOR", "NZL"),
    ("TWN", "VNM", "IND", "IDN", "THA", "MYS", "TUR", "BRA", "HKG", "ARG", "ZAF", "PHL"),
)
TOP_METAL_MFN = 0.065  # no primary metal has a higher ordinary rate; above it is Section 232


@dataclass(frozen=True)
class Imports:
    """US imports for consumption of 2024, one line per partner and code.

    partner, code: positions in `partners` and `codes`; value, duty: USD, customs value and
    calculated duty.
    """

    partners: tuple[str, ...]
    codes: tuple[str, ...]
    partner: np.ndarray
    code: np.ndarray
    value: np.ndarray
    duty: np.ndarray
    packs: Path

    @cached_property
    def later(self) -> Mapping[str, frozenset[str]]:
        return products.successors(self.packs)

    def on(self, name: str) -> np.ndarray:
        """Which codes are on the list itself, `less` not applied; bool, codes."""
        listed = products.read_codes(name, self.packs, self.codes)
        return np.array([products.on_list(listed, c, self.later) for c in self.codes])

    @cached_property
    def metal(self) -> np.ndarray:
        """Codes whose duty of 2024 held a safeguard or a metal duty; bool, codes."""
        return self.on("s232-steel") | self.on("s232-aluminium") | self.on("s201-solar")

    @cached_property
    def mfn(self) -> np.ndarray:
        """Ordinary duty by code, as collected from partners that pay it; fraction, codes.

        An approximation: specific duties become ad valorem at 2024 prices, and a code that no
        such partner sold counts as free.
        """
        rate = np.full(len(self.codes), np.nan)
        for group in MFN_PARTNERS:
            rows = np.isin(self.partner, [self.partners.index(p) for p in group])
            value = np.bincount(self.code[rows], self.value[rows], len(self.codes))
            duty = np.bincount(self.code[rows], self.duty[rows], len(self.codes))
            fresh = np.isnan(rate) & (value > 0)
            rate[fresh] = duty[fresh] / value[fresh]
        rate = np.nan_to_num(rate)
        return np.where(self.metal, np.minimum(rate, TOP_METAL_MFN), rate)

    @cached_property
    def ordinary(self) -> np.ndarray:
        """Ordinary duty of each line, preferences included; fraction, lines.

        What was collected, but for China and for codes with a safeguard or metal duty in 2024,
        where it is the MFN rate.
        """
        collected = self.duty / np.maximum(self.value, 1)
        mixed = self.metal[self.code] | (self.partner == self.partners.index(CHINA))
        return np.where(mixed, np.minimum(self.mfn[self.code], collected), collected)


def load_imports(packs: Path | None = None) -> Imports:
    """The table from the data packs; InputError where packs or pyarrow are missing."""
    folder = packs or data_home()
    if folder is None or not (folder / IMPORTS).is_dir():
        raise InputError(
            "The table of US imports by product is not here; set DETENTE_DATA to the folder of "
            f"public data packs that holds {IMPORTS}."
        )
    table = _parquet(folder / IMPORTS / f"{IMPORTS}.parquet")
    # Slovakia stands twice: alone, and within the European Union.
    table = table.filter(np.logical_not(table["overlap"].to_numpy()))
    partners, partner = _positions(table["partner"])
    codes, code = _positions(table["hs10"])
    return Imports(
        partners=partners,
        codes=codes,
        partner=partner,
        code=code,
        value=table["imports_usd"].to_numpy().astype(float),
        duty=table["duty_usd"].to_numpy().astype(float),
        packs=folder,
    )


def _positions(column) -> tuple[tuple[str, ...], np.ndarray]:
    """The labels of a column of text in order, and where each row's label is among them."""
    encoded = column.cast("string").combine_chunks().dictionary_encode()
    names = np.array(encoded.dictionary.to_pylist())
    order = np.argsort(names)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return tuple(map(str, names[order])), rank[encoded.indices.to_numpy()]


def descriptions(packs: Path) -> dict[str, str]:
    """Short texts by ten-digit code (US Census)."""
    table = _parquet(packs / IMPORTS / "hs10_descriptions.parquet")
    return dict(zip(table["hs10"].to_pylist(), table["description"].to_pylist(), strict=True))


def _parquet(path: Path):
    try:
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            "Reading the full tables needs pyarrow; install it with: pip install 'detente[data]'."
        ) from None
    return parquet.read_table(path)
