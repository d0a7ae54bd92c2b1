"""A what-if as a small YAML overlay on a policy.

```yaml
name: electronics spared
base: truce-ended          # a branch, `today` (measures in force) or `baseline` (the world's own)
tariffs:
  - {importer: USA, exporter: CHN, sectors: [electronics], set_pct: 20}
  - {importer: CHN, exporter: USA, add_pct: 10}
export_taxes:
  - {exporter: CHN, importer: USA, sectors: [rare_earths], add_pct: 15}
caps:
  - {exporter: CHN, importer: USA, sectors: [rare_earths], quantity: 0.5}
iceberg:
  - {exporter: RUS, importer: EU27, factor: 1.2}
rent_share: 1
rent_lost: 0
```

Without `sectors` an entry covers all goods sectors; services carry no border measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from .._text import plain
from ..errors import InputError
from ..record.yamlfile import read
from .arrays import Policy, positions

SERVICES = "services"
"""The sector that carries no border measure unless a scenario names it."""


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Labels = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Flows(_Strict):
    importer: Labels
    exporter: Labels
    sectors: Labels | None = None


class Rate(_Flows):
    """A change of an ad valorem rate: points added, or the rate set, in percent."""

    add_pct: Number | None = None
    set_pct: Number | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Rate:
        if (self.add_pct is None) == (self.set_pct is None):
            raise ValueError("give either add_pct or set_pct")
        return self


class Cap(_Flows):
    """A quantity cap relative to the world's baseline; 0 is a ban."""

    quantity: Annotated[Number, Field(ge=0)]


class Iceberg(_Flows):
    """A trade-cost factor relative to the world's baseline."""

    factor: Annotated[Number, Field(gt=0)]


class Scenario(_Strict):
    """The overlay: where it starts and what it changes."""

    name: str = "scenario"
    base: str = "today"
    tariffs: tuple[Rate, ...] = ()
    export_taxes: tuple[Rate, ...] = ()
    caps: tuple[Cap, ...] = ()
    iceberg: tuple[Iceberg, ...] = ()
    rent_share: Annotated[Number, Field(ge=0, le=1)] | None = None
    rent_lost: Annotated[Number, Field(ge=0, le=1)] | None = None

    def over(self, base: Policy) -> Policy:
        """`base` with this overlay applied.

        Raises:
            InputError: a region or sector is not in the world, or a rate leaves no price.
        """
        arrays = {
            "tariff": base.tariff.values.copy(),
            "export_tax": base.export_tax.values.copy(),
            "cap": base.cap.values.copy(),
            "iceberg": base.iceberg.values.copy(),
        }
        for name, entries in (("tariff", self.tariffs), ("export_tax", self.export_taxes)):
            for entry in entries:
                for at in _cells(base, entry):
                    if entry.set_pct is not None:
                        arrays[name][at] = entry.set_pct / 100
                    else:
                        arrays[name][at] += (entry.add_pct or 0.0) / 100
        for entry in self.caps:
            for at in _cells(base, entry):
                arrays["cap"][at] = entry.quantity
        for entry in self.iceberg:
            for at in _cells(base, entry):
                arrays["iceberg"][at] = entry.factor
        changed = {key: base.tariff.copy(data=values) for key, values in arrays.items()}
        rents = {
            key: value
            for key, value in (("rent_share", self.rent_share), ("rent_lost", self.rent_lost))
            if value is not None
        }
        return replace(base, **changed, **rents, name=self.name)


def _cells(policy: Policy, entry: _Flows) -> Iterator[tuple[int, int, int]]:
    """Positions that an entry covers, home sales left out."""
    sectors = positions(policy.tariff, "sector", entry.sectors)
    if entry.sectors is None:
        names = policy.tariff["sector"].values
        sectors = [k for k in sectors if names[k] != SERVICES]
    exporters = positions(policy.tariff, "exporter", entry.exporter)
    importers = positions(policy.tariff, "importer", entry.importer)
    if len(exporters) == len(importers) == 1 and exporters[0] == importers[0]:
        raise InputError(
            f"Scenario: an entry has {plain(entry.importer[0])} as exporter and importer, and "
            "home sales carry no border measure; name two regions."
        )
    for i in exporters:
        for n in importers:
            if i != n:
                yield from ((int(i), int(n), int(k)) for k in sectors)


def load_scenario(path: Path) -> Scenario:
    """Read an overlay from YAML, as strictly as a record: no key twice, no anchors, real days.

    Raises:
        InputError: the file is missing, is no YAML mapping, or a field is unknown or wrong.
    """
    shown = plain(path)
    content = read(path)
    if not isinstance(content, dict):
        raise InputError(
            f"Scenario {shown} must be a mapping with name, base, tariffs, ...; see the docs."
        )
    try:
        return Scenario.model_validate(dict(content))
    except ValidationError as error:
        first = error.errors()[0]
        where = plain(".".join(str(part) for part in first["loc"]), 60) or "the whole file"
        if first["type"] == "extra_forbidden":
            raise InputError(
                f"Scenario {shown}: there is no field {where}; check its spelling or take it out."
            ) from None
        value = plain(first.get("input"), 60)
        raise InputError(
            f"Scenario {shown}: {where} is {value!r}: {first['msg']}; mend that field."
        ) from None
