"""A world made ready to be solved many times: plain arrays in, plain arrays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from functools import partial as bind
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from .._text import plain
from ..errors import InputError
from .equations import Flows, Point, Shape, Technology
from .fixedpoint import FixedPoint, Markets, Preconditioner
from .paths import Slope
from .search import search
from .technology import ELASTICITIES, Accounts, Baseline, Rates, flows_of, technology

if TYPE_CHECKING:
    from ..policy import Policy
    from ..world import World
    from .gradient import Adjoint

Array = np.ndarray
CLOSURES = ("fixed", "world_share", "zero")
TOLERANCE = 1e-10
EASY = 6.0  # a trade elasticity at which wages balance trade with ease
DENSE = 2000  # cells (regions x sectors) up to which the baseline's labour markets are linearised


@dataclass(frozen=True, eq=False)
class Solution:
    """A certified equilibrium as plain arrays; sector first inside, as in `equations.py`.

    log_w [N], log_p [S, N]: hats relative to the world; spend [S, N]: X' in units of world labour
    income; point: everything that follows; residual: largest relative residual; walras: world
    excess demand for labour over world labour income; evaluations: of the equations; method;
    partial: wages and expenditure were held.
    """

    model: Model
    rates: Rates
    flows: Flows
    log_w: Array
    log_p: Array
    spend: Array
    point: Point
    residual: float
    walras: float
    evaluations: int
    method: str
    partial: bool = False
    variant: Technology | None = None

    @property
    def tech(self) -> Technology:
        """The equations' constants: the model's, unless `variant` replaces them."""
        return self.variant or self.model.tech

    @cached_property
    def real_income(self) -> Array:
        """[N]: income over the consumer price, relative to the world's baseline."""
        return self.point.income / self.model.base.income / np.exp(self.point.log_consumer)

    @cached_property
    def purchases(self) -> Array:
        """[i, n, s]: spending at purchaser prices, in units of world labour income."""
        flows, point = self.flows, self.point
        out = flows.buy * point.u[:, None, :] * (self.spend / point.demand)[:, :, None]
        if flows.caps is not None and point.delivered is not None:
            out[flows.caps.sector, flows.caps.importer, flows.caps.exporter] = point.delivered
        return out.transpose(2, 1, 0)

    @cached_property
    def adjoint(self) -> Adjoint:
        """Derivatives of anything with respect to policy and parameters; see gradient.py."""
        from .gradient import Adjoint

        return Adjoint(self)

    @cached_property
    def wedge(self) -> Array:
        """[i, n, s]: m, the shadow export tax of the caps."""
        out = np.zeros_like(self.rates.tariff)
        if self.flows.caps is not None and self.point.wedge is not None:
            caps = self.flows.caps
            out[caps.exporter, caps.importer, caps.sector] = np.expm1(self.point.wedge)
        return out

    @cached_property
    def trade(self) -> Array:
        """[i, n, s]: z, what producers get for goods delivered, in units of world labour income."""
        rates = self.rates
        return self.purchases / ((1 + rates.tariff) * (1 + rates.export_tax) * (1 + self.wedge))


class Model:
    """A world at one horizon and closure. Build with `Model.of(world)`, which caches.

    base: what policies change, and the unit; shape, tech: the equations' constants.
    """

    def __init__(
        self,
        accounts: Accounts,
        elasticities: dict[str, Array],
        *,
        closure: str = "fixed",
        regions: Sequence[str] | None = None,
        sectors: Sequence[str] | None = None,
        parts: tuple[Shape, Technology, Baseline] | None = None,
    ) -> None:
        """A model of balanced accounts; `parts`, if given, are taken instead of theirs."""
        if closure not in CLOSURES:
            raise InputError(
                f"There is no closure {plain(closure)!r}; choose one of {', '.join(CLOSURES)}."
            )
        N, _, S = accounts.flows.shape
        self.regions = tuple(regions or (f"region {n}" for n in range(N)))
        self.sectors = tuple(sectors or (f"sector {s}" for s in range(S)))
        self.closure = closure
        self.accounts = accounts
        self.shape: Shape
        self.tech: Technology
        self.base: Baseline
        self.shape, self.tech, self.base = parts or technology(
            accounts, elasticities, closure=closure
        )
        bad = ~(self.tech.labour > 0)
        if bad.any():
            raise InputError(
                f"Region {plain(self.regions[int(np.argmax(bad))])} has no value added in this "
                "world; a region must earn something."
            )
        self.elasticities = elasticities
        self.from_accounts = parts is None

    @classmethod
    def of(cls, world: World, horizon: str = "medium", closure: str = "fixed") -> Model:
        """The model of a World at a horizon (`short`, `medium`, `long`) and closure; cached."""
        if horizon not in world.horizons:
            raise InputError(
                f"There is no horizon {plain(horizon)!r}; choose one of "
                f"{', '.join(world.horizons)}."
            )
        cache = _MODELS.setdefault(world, {})
        if (horizon, closure) not in cache:
            values = world.elasticities.sel(horizon=horizon)
            cache[horizon, closure] = cls(
                Accounts(
                    world.flows.values,
                    world.input_use.values,
                    world.final_use.values,
                    world.tariffs.values,
                    world.export_taxes.values,
                    world.profit_share.values,
                    tuple(world.sectors.index(s) for s in world.critical),
                ),
                {name: np.array(values[name].values, float) for name in ELASTICITIES},
                closure=closure,
                regions=world.regions,
                sectors=world.sectors,
            )
        return cache[horizon, closure]

    @cached_property
    def preconditioner(self) -> Preconditioner:
        """What the solver knows of this world beforehand."""
        plain = Preconditioner.of(self.tech, self.base)
        cells = self.tech.unit.size
        if cells > DENSE:
            return plain
        from .linear import Linear
        from .pullback import State

        linear = Linear(State(self.at_baseline))
        to_price, to_spend, total = linear.response
        unit = np.where(self.tech.active, self.tech.unit, 1.0).ravel()
        markets = Markets(
            linear.wp, linear.wx * unit, np.linalg.inv(total), to_price, to_spend / unit[:, None]
        )
        return replace(plain, markets=markets)

    def _markets(self, problem: FixedPoint, value: Array) -> Array:
        """d log labour demand over supply / d log w, prices and expenditures following, [N, N].

        These must solve their conditions at the wages of `value`. Up to DENSE cells.
        """
        from .linear import Linear
        from .pullback import State

        log_w, log_p, spend = problem.unpack(value)
        with np.errstate(all="ignore"):
            here = Solution(
                self,
                problem.rates,
                problem.flows,
                log_w,
                log_p,
                spend,
                problem.point(value),
                0.0,
                0.0,
                0,
                "",
                variant=problem.tech,
            )
            excess = Linear(State(here)).response[2]
            bill = np.exp(log_w) * problem.tech.labour
            blocs = problem.flows.blocs
            level = blocs.T @ (blocs * bill / (blocs @ bill)[:, None])
            return (excess + level) / (here.point.labour_demand / bill)[:, None] - level

    def _eased(self, t: float) -> Model:
        """The same world with elasticities between ordinary ones (t = 0) and its own (t = 1)."""
        own = {name: np.asarray(value, float) for name, value in self.elasticities.items()}
        mixed = {name: np.maximum(1 - t + t * value, 0.0) for name, value in own.items()}
        mixed["trade"] = EASY * (own["trade"] / EASY) ** t
        return Model(
            self.accounts,
            mixed,
            closure=self.closure,
            regions=self.regions,
            sectors=self.sectors,
        )

    @property
    def at_baseline(self) -> Solution:
        """The world as it is (not a solution where the closure changes its deficits)."""
        rates = self.status_quo
        flows = flows_of(self.base, self.tech, rates, (self.regions, self.sectors))
        plain = Preconditioner.of(self.tech, self.base)
        problem = FixedPoint(self.shape, self.tech, flows, rates, plain)
        start = problem.start()
        unknowns, point = problem.unpack(start), problem.point(start)
        error = problem.gaps(start)[-1]
        return Solution(self, rates, flows, *unknowns, point, error, 0.0, 1, "baseline")

    @property
    def status_quo(self) -> Rates:
        """The world's own tariffs and export taxes, no caps."""
        ones = np.ones_like(self.accounts.tariffs)
        return Rates(self.accounts.tariffs, self.accounts.export_taxes, ones, ones * np.inf)

    def rates(self, policy: Policy) -> Rates:
        """A Policy's arrays; InputError if it is on other labels, or changes home sales."""
        array = policy.tariff
        for dim, labels in (
            ("exporter", self.regions),
            ("importer", self.regions),
            ("sector", self.sectors),
        ):
            if tuple(map(str, array[dim].values)) != self.labels(dim):
                raise InputError(
                    f"Policy {plain(policy.name)!r} has other {dim} labels than the world "
                    f"({plain(', '.join(labels[:4]))}, ...); build it with Policy.of(world)."
                )
        home = np.arange(len(self.regions))
        for name, now, own in (
            ("tariff", policy.tariff.values, self.accounts.tariffs),
            ("export_tax", policy.export_tax.values, self.accounts.export_taxes),
        ):
            changed = np.argwhere(now[home, home] != own[home, home])
            if len(changed):
                n, k = (int(i) for i in changed[0])
                raise InputError(
                    f"Policy {plain(policy.name)!r} has a {name} of {now[n, n, k]:g} on home sales "
                    f"of {plain(self.regions[n])}, {plain(self.sectors[k])}, where the world has "
                    f"{own[n, n, k]:g}; borders change nothing at home, so leave it as it is."
                )
        return Rates(
            policy.tariff.values,
            policy.export_tax.values,
            policy.iceberg.values,
            policy.cap.values,
            float(policy.rent_share),
            float(policy.rent_lost),
        )

    def labels(self, dim: str) -> tuple[str, ...]:
        """Region or sector labels of a dim."""
        return self.sectors if dim in ("sector", "input") else self.regions

    def solve_arrays(
        self,
        rates: Rates,
        *,
        start: Solution | None = None,
        tol: float = TOLERANCE,
        partial: bool = False,
    ) -> Solution:
        """The equilibrium under `rates`, certified to `tol`; `start` is a solution to start from.

        partial: wages and expenditure are held at the world's baseline; prices alone respond.
        Raises ComputationError children: NoSupply, CutOff, NegativeIncome, Unproductive,
        NotConverged.
        """
        names = (self.regions, self.sectors)
        flows = flows_of(self.base, self.tech, rates, names)
        problem = FixedPoint(self.shape, self.tech, flows, rates, self.preconditioner, partial)
        first = None
        if start is not None and start.partial == partial:
            first = problem.pack(start.log_w, start.log_p, start.spend)

        def at(share: float) -> FixedPoint:
            way = _towards(self.status_quo, rates, share)
            part = flows_of(self.base, self.tech, way, names)
            deficit = (1 - share) * self.base.deficit + share * self.tech.deficit
            tech = self.tech._replace(deficit=deficit)
            return FixedPoint(self.shape, tech, part, way, self.preconditioner, partial)

        def easier(t: float) -> tuple[FixedPoint, Slope]:
            model = self if t == 1 else self._eased(t)
            part = flows_of(model.base, model.tech, rates, names)
            # where the path starts labour markets are solved for too, along it cells alone
            own = Preconditioner.of(model.tech, model.base) if t else model.preconditioner
            one = FixedPoint(model.shape, model.tech, part, rates, own)
            return one, bind(model._markets, one)

        dense = not partial and self.tech.unit.size <= DENSE
        rates_low = min(rates.tariff.min(), rates.export_tax.min())
        owes = self.closure == "fixed" and bool(self.tech.deficit.any())
        assured = not owes and flows.caps is None and rates_low >= 0
        found = search(
            problem,
            at,
            self._markets if dense else None,
            easier if dense and self.from_accounts else None,
            first,
            tol,
            self.regions,
            assured,
        )
        log_w, log_p, spend = problem.unpack(found.value)
        with np.errstate(all="ignore"):
            point = problem.point(found.value)
        wage_bill = np.exp(log_w) * self.tech.labour
        walras = float(abs(np.sum(point.labour_demand - wage_bill)))
        return Solution(
            self,
            rates,
            flows,
            log_w,
            log_p,
            spend,
            point,
            found.error,
            walras,
            found.evaluations,
            found.method,
            partial,
        )


_MODELS: WeakKeyDictionary[World, dict[tuple[str, str], Model]] = WeakKeyDictionary()


def _towards(old: Rates, new: Rates, share: float) -> Rates:
    """Part of the way from one policy to another, geometric in 1 + rate.

    Caps come down from twice the baseline quantity; a ban is a tiny cap until the end.
    """

    def between(a: Array, b: Array) -> Array:
        return np.exp((1 - share) * np.log1p(a) + share * np.log1p(b)) - 1

    with np.errstate(over="ignore"):
        cap = np.maximum(new.cap, 1e-6) ** share * 2 ** (1 - share)
    cap[np.isinf(new.cap)] = np.inf  # at a share of zero too
    return Rates(
        between(old.tariff, new.tariff),
        between(old.export_tax, new.export_tax),
        new.iceberg**share,
        cap,
        new.rent_share,
        new.rent_lost,
    )
