# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportCallIssue=false, reportOptionalMemberAccess=false
# (the stubs of pandas take a cell of a table for any of ten types)
"""Elasticities by horizon from published estimates, one source list per number.

Long-run trade elasticities: per sector the median over four mainstream sources, each the mean of
its rows for the sector: Caliendo and Parro (2015, 99% sample), Fontagne, Guimbard and Orefice
(2022), Bagwell, Staiger and Yurukoglu (2021), GTAP (theta = ESUBM - 1). The standard error is that
of the mean over sources. Short run: the same pattern, scaled so that the trade-weighted mean over
goods is that of Fajgelbaum et al. (2020): 2.53 across origins, so theta 1.53. Medium run: the
geometric mean of short and long. The others are read row by row (`substitution_rules.csv`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from ..._text import plain
from ...errors import InputError
from ..checks import ELASTICITIES, HORIZONS, STD_ERROR
from .sources import SERVICES, Sources, rules

STUDIES = {
    "caliendo_parro": ("Caliendo & Parro 2015 REStud 82(1), Table 1, 99% sample", 0.0),
    "fontagne": ("Fontagne, Guimbard & Orefice", 0.0),
    "bagwell": ("Bagwell, Staiger & Yurukoglu 2021", 0.0),
    "gtap": ("GTAP documentation ch. 14 (ESUBM", 1.0),
    "other": ("", 1.0),
}
"""Column of `trade_elasticity_rules.csv` -> start of the source, what to take off (sigma - 1)."""
SHORT_RUN = "Fajgelbaum, Goldberg"
SHORT_RUN_TIER = "CES sigma across import origins within product"


def table(sources: Sources, sectors: tuple[str, ...], trade: dict[str, float]) -> pd.DataFrame:
    """One row per elasticity, horizon and sector: value, std_error, source, confidence.

    trade: international trade by sector, the weights of the short-run mean.
    """
    rows = [*_trade(sources, sectors, trade), *_substitution(sources, sectors)]
    return pd.DataFrame(
        rows,
        columns=["elasticity", "horizon", "sector", "value", "std_error", "confidence", "source"],
    )


def dataset(rows: pd.DataFrame, sectors: tuple[str, ...]) -> xr.Dataset:
    """`rows` as `World.elasticities`."""
    out = {}
    for name in ELASTICITIES:
        own = rows[rows["elasticity"] == name]
        for column, suffix in (("value", ""), ("std_error", STD_ERROR)):
            grid = own.pivot(index="horizon", columns="sector", values=column)
            grid = grid.reindex(index=list(HORIZONS), columns=list(sectors))
            out[name + suffix] = (("horizon", "sector"), grid.to_numpy(float))
    return xr.Dataset(out, {"horizon": list(HORIZONS), "sector": list(sectors)})


def _trade(
    sources: Sources, sectors: tuple[str, ...], trade: dict[str, float]
) -> list[tuple[object, ...]]:
    record = sources.facts("trade_elasticities.csv")
    record = record.assign(value=pd.to_numeric(record["elasticity"], errors="coerce"))
    wanted = rules("trade_elasticity_rules.csv").set_index("sector")
    long, error, cited = {}, {}, {}
    for sector in sectors:
        means, names = [], []
        for study, (start, less) in STUDIES.items():
            labels = [label.strip() for label in wanted.loc[sector, study].split("|") if label]
            if not labels:
                continue
            if study == "other":
                own = record[record["source"].str.startswith(labels[0])]
            else:
                own = record[record["source"].str.startswith(start)]
                own = pd.concat([_one(own, label, study) for label in labels])
            means.append(float(own["value"].mean()) - less)
            names.append(f"{own['source'].iloc[0]} ({len(own)} rows, theta {means[-1]:.2f})")
        long[sector] = float(np.median(means))
        error[sector] = float(np.std(means, ddof=1) / np.sqrt(len(means)))
        cited[sector] = "; ".join(names)
    own_tier = _short_run(record, SHORT_RUN_TIER)
    goods = [s for s in sectors if s != SERVICES]
    mean = sum(long[s] * trade[s] for s in goods) / sum(trade[s] for s in goods)
    rows = []
    for sector in sectors:
        relative = error[sector] / long[sector]
        if tier := wanted.loc[sector, "short"]:
            found = _short_run(record, tier)
            short, text = found[0], f"{found[2]}; {wanted.loc[sector, 'note']}"
            spread = found[1] / found[0]
        else:
            short = long[sector] * own_tier[0] / mean
            text = f"long run x {own_tier[0] / mean:.3f}, to the mean of {own_tier[2]}"
            spread = float(np.hypot(relative, own_tier[1] / own_tier[0]))
        middle = (short * long[sector]) ** 0.5
        for horizon, value, share, source in (
            ("short", short, spread, text),
            ("medium", middle, (spread + relative) / 2, "geometric mean of short and long run"),
            ("long", long[sector], relative, f"median over studies: {cited[sector]}"),
        ):
            sure = "high" if horizon == "long" and relative < 0.25 else "medium"
            sure = "low" if tier else sure
            rows.append(("trade", horizon, sector, value, value * share, sure, source))
    return rows


def _short_run(record: pd.DataFrame, tier: str) -> tuple[float, float, str]:
    """theta = sigma - 1, its standard error and source, of a tier of Fajgelbaum et al. (2020)."""
    own = record[record["source"].str.startswith(SHORT_RUN) & (record["concept"] == tier)]
    if len(own) != 1:
        raise InputError(
            f"trade_elasticities.csv has {len(own)} rows of {SHORT_RUN} for '{plain(tier)}'; one "
            "must match: mend trade_elasticity_rules.csv."
        )
    row = own.iloc[0]
    return float(row["value"]) - 1, float(row["std_error"]), f"{row['source']}, {tier}"


def _one(own: pd.DataFrame, label: str, study: str) -> pd.DataFrame:
    """Rows of a study under `label`; GTAP labels are the code before the first blank."""
    name = own["sector"]
    found = own[(name == label) | ((study == "gtap") & name.str.startswith(f"{label} "))]
    if found.empty:
        raise InputError(
            f"trade_elasticity_rules.csv names '{plain(label)}' of {study}, which "
            "trade_elasticities.csv does not have; mend the label."
        )
    return found


def _substitution(sources: Sources, sectors: tuple[str, ...]) -> list[tuple[object, ...]]:
    record = sources.facts("substitution_elasticities.csv")
    rows = []
    for _, rule in rules("substitution_rules.csv").iterrows():
        found = record[
            (record["nest"] == rule["nest"])
            & record["source"].str.startswith(rule["source"])
            & (pd.to_numeric(record["value"], errors="coerce") == float(rule["value"]))
        ]
        if len(found) != 1:
            raise InputError(
                f"substitution_rules.csv: {len(found)} rows of substitution_elasticities.csv match "
                f"'{plain(rule['nest'])}', '{plain(rule['source'])}', {rule['value']}; one must."
            )
        own = found.iloc[0]
        text = f"{own['source']}; nest: {own['nest']}" + (
            f"; {rule['note']}" if rule["note"] else ""
        )
        rows += [
            (
                rule["elasticity"],
                rule["horizon"],
                sector,
                float(own["value"]),
                float(rule["std_error"] or 0),
                own["confidence"],
                text,
            )
            for sector in sectors
        ]
    return rows
