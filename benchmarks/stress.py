"""Random policies on random worlds: every case ends certified or in a typed error.

    python benchmarks/stress.py --count 10000 --seed 1 [--out FILE] [--shard 1/2] [--again]

A case is drawn from (seed, number) alone. Each result is appended to the file, so that a run that
was stopped goes on where it was; --again solves what was refused once more. Certified cases are
checked again by `oracle.py`, which shares no code with the solver. The exit status is 1 if a
certificate is false, if an error is untyped, or if a case whose solution is assured to exist
(tariffs and export taxes of zero or more, no deficits, no caps, no iceberg changes, and prices that
can cover costs) is refused. Taxes on inputs that nothing can replace may leave no such prices; a
refusal for that cause counts as right only where the oracle proves it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from detente.economy import Model, Solution
from detente.economy.errors import Unproductive
from detente.errors import ComputationError
from detente.policy import Policy
from detente.world import World, random_world
from oracle import Candidate, no_prices, violations

HORIZONS = ("short", "medium", "long")
FALSE = 1e-7  # a certified solution that the oracle finds further off than this is a false one


@dataclass(frozen=True)
class Case:
    world: World
    policy: Policy
    horizon: str
    closure: str
    features: tuple[str, ...]
    assured: bool


def elasticities(random: np.random.Generator, world: World, features: list[str]) -> World:
    """Elasticities of their own at each horizon, near zero, ordinary or high."""
    values = world.elasticities.copy(deep=True)
    S = len(world.sectors)
    kind = random.choice(["ordinary", "low", "high", "mixed"])
    features.append(f"{kind} elasticities")
    low, high = {"ordinary": (2, 10), "low": (0.05, 1), "high": (10, 40), "mixed": (0.05, 40)}[kind]
    for h in range(3):
        values.trade.values[h] = np.exp(random.uniform(np.log(low), np.log(high), S))
        if kind != "ordinary":
            top = 0.1 if kind == "low" else 4.0
            values.inputs.values[h] = random.uniform(0, top, S)
            values.value_added.values[h] = random.uniform(0, min(top, 1.5), S)
            values.final.values[h] = random.uniform(0, top)
        values.critical.values[h] = random.choice([0.0, 0.05, 0.2]) * random.random(S)
    return world.with_elasticities(values)


def case(seed: int, number: int) -> Case:
    """Case `number` of a seed."""
    random = np.random.default_rng([seed, number])
    features: list[str] = []

    def chance(p: float, name: str) -> bool:
        yes = bool(random.random() < p)
        if yes:
            features.append(name)
        return yes

    N, S = int(random.integers(2, 13)), int(random.integers(1, 11))
    critical = int(random.integers(1, 3)) if S > 3 and chance(0.4, "critical inputs") else 0
    world = random_world(
        N,
        S,
        seed=int(random.integers(1 << 30)),
        density=float(random.choice([0.08, 0.3])) if chance(0.35, "sparse trade") else 1.0,
        size_spread=1e6 if chance(0.25, "sizes 1e6 apart") else float(random.choice([1, 10, 1e3])),
        deficits=float(random.choice([1.0, 3.0]))
        if chance(0.25, "huge deficits")
        else float(random.choice([0, 0, 0.1])),
        max_tariff=float(random.choice([0, 0.3])),
        max_export_tax=float(random.choice([0, 0, 0.2])),
        home_share=float(random.choice([0.2, 0.7, 0.95])),
        input_share=float(random.choice([0, 0.3, 0.6, 0.8])),
        max_profit=float(random.choice([0, 0, 0.3])),
        critical=critical,
        cobb_douglas=True,
    )
    world = elasticities(random, world, features)
    abroad = np.broadcast_to(~np.eye(N, dtype=bool)[:, :, None], (N, N, S))

    def some(p: float) -> np.ndarray:
        """Cells abroad, each with probability p, or all flows between some pairs."""
        cells = random.random((N, N, S)) < p
        if random.random() < 0.5:
            cells = np.broadcast_to((random.random((N, N)) < p)[:, :, None], (N, N, S))
        return cells & abroad

    base = Policy.of(world)
    tariff, tax = base.tariff.values.copy(), base.export_tax.values.copy()
    iceberg, cap = base.iceberg.values.copy(), base.cap.values.copy()
    if chance(0.85, "tariffs to 1000%"):
        at = some(float(random.choice([0.05, 0.3, 1.0])))
        top = float(random.choice([0.2, 1.0, 10.0]))
        tariff[at] = random.uniform(0, top, (N, N, S))[at]
    if chance(0.2, "subsidies to -50%"):
        at = some(0.3)
        tariff[at] = random.uniform(-0.5, 0, (N, N, S))[at]
    if chance(0.2, "export taxes"):
        at = some(0.3)
        tax[at] = random.uniform(0, 1, (N, N, S))[at]
    if chance(0.15, "iceberg costs"):
        at = some(0.3)
        iceberg[at] = random.uniform(0.8, 3, (N, N, S))[at]
    if chance(0.25, "caps 0 to 2"):
        at = some(float(random.choice([0.05, 0.3, 1.0])))
        cap[at] = random.uniform(0, 2, (N, N, S))[at]
    if chance(0.15, "tiny caps"):
        at = some(0.1)
        cap[at] = 10 ** random.uniform(-6, -1, (N, N, S))[at]
    if chance(0.15, "bans"):
        cap[some(float(random.choice([0.05, 0.3])))] = 0
    if chance(0.08, "a region cut off"):
        n = int(random.integers(N))
        cap[n, np.arange(N) != n] = 0
        cap[np.arange(N) != n, n] = 0
    share, lost = random.dirichlet([1, 1, 1])[:2]
    like = base.tariff
    policy = Policy(
        like.copy(data=tariff),
        like.copy(data=tax),
        like.copy(data=iceberg),
        like.copy(data=cap),
        rent_share=float(share),
        rent_lost=float(min(lost, 1 - share)),
    )
    closure = str(random.choice(["fixed", "world_share", "zero"]))
    balanced = float(np.abs(world.deficit.values).max()) <= 1e-9 * float(world.income.values.min())
    assured = bool(
        (tariff >= 0).all()
        and (tax >= 0).all()
        and np.isinf(cap).all()
        and (iceberg == 1).all()
        and (closure == "zero" or balanced)
    )
    return Case(world, policy, str(random.choice(HORIZONS)), closure, tuple(features), assured)


def judge(one: Case) -> dict[str, Any]:
    """Solve a case; say how it ended and what the oracle thinks of a certificate."""
    out: dict[str, Any] = {
        "regions": len(one.world.regions),
        "sectors": len(one.world.sectors),
        "horizon": one.horizon,
        "closure": one.closure,
        "assured": one.assured,
        "features": list(one.features),
    }
    clock = time.process_time()
    try:
        model = Model.of(one.world, one.horizon, one.closure)
        done = model.solve_arrays(model.rates(one.policy))
    except ComputationError as error:
        out |= {"status": type(error).__name__, "message": str(error)}
        if isinstance(error, Unproductive) and no_prices(
            one.world, one.policy, horizon=one.horizon
        ):
            out |= {"assured": False, "no_solution": True}
    except Exception as error:
        out |= {"status": "untyped", "message": f"{type(error).__name__}: {error}"}
    else:
        found = check(one, done)
        worst = max(found, key=lambda name: found[name])
        false = not found[worst] <= FALSE
        out |= {
            "status": "false certificate" if false else "certified",
            "residual": done.residual,
            "oracle": found[worst],
            "worst": worst,
            "method": done.method,
            "evaluations": done.evaluations,
            "blocs": len(done.flows.blocs),
        }
    return out | {"seconds": time.process_time() - clock}


def check(one: Case, done: Solution) -> dict[str, float]:
    """Violations of the equilibrium conditions, by the oracle."""
    candidate = Candidate(np.exp(done.log_w), np.exp(done.log_p).T, done.spend.T.copy(), done.wedge)
    blocs = [np.flatnonzero(row).tolist() for row in done.flows.blocs]
    return violations(
        one.world, one.policy, candidate, horizon=one.horizon, closure=one.closure, blocs=blocs
    )


def summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts by outcome, in all and where a solution is assured, and refusals by feature."""
    refused = [r for r in results if r["status"] != "certified"]
    assured = [r for r in results if r["assured"]]
    by_cause: dict[str, Counter[str]] = {}
    for r in refused:
        by_cause.setdefault(r["status"], Counter()).update([r["closure"], *r["features"]])
    certified = [r for r in results if r["status"] == "certified"]
    return {
        "cases": len(results),
        "outcomes": dict(Counter(r["status"] for r in results).most_common()),
        "methods": dict(Counter(r["method"] for r in certified).most_common()),
        "assured": len(assured),
        "proved_without_solution": sum(bool(r.get("no_solution")) for r in results),
        "assured_outcomes": dict(Counter(r["status"] for r in assured).most_common()),
        "largest_residual": max((r["residual"] for r in certified), default=None),
        "largest_oracle_violation": max((r["oracle"] for r in certified), default=None),
        "refusals_by_cause": {k: dict(v.most_common()) for k, v in by_cause.items()},
        "cpu_seconds": round(sum(r["seconds"] for r in results), 1),
    }


def passed(report: dict[str, Any]) -> bool:
    """No false certificate, no untyped error, and all assured cases certified."""
    bad = {"untyped", "false certificate"} & set(report["outcomes"])
    return not bad and set(report["assured_outcomes"]) <= {"certified"}


def known(path: Path) -> dict[int, dict[str, Any]]:
    """Results already in the file; a last line cut short by a kill is dropped."""
    out = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        out[record["number"]] = record
    return out


def numbers(count: int, shard: str) -> Iterator[int]:
    part, parts = map(int, shard.split("/"))
    return iter(range(part - 1, count, parts))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="JSON lines; default benchmarks/results/")
    parser.add_argument("--shard", default="1/1", help="which part of how many, such as 1/2")
    parser.add_argument("--again", action="store_true", help="solve refused cases once more")
    parser.add_argument("--show", action="store_true", help="print every refusal")
    options = parser.parse_args()
    default = Path(__file__).parent / "results" / f"stress-{options.seed}.jsonl"
    path = options.out or default
    path.parent.mkdir(parents=True, exist_ok=True)
    done = known(path)
    with path.open("a") as file:
        for number in numbers(options.count, options.shard):
            if number in done and not (options.again and done[number]["status"] != "certified"):
                continue
            done[number] = {"number": number, **judge(case(options.seed, number))}
            file.write(json.dumps(done[number]) + "\n")
            file.flush()
    results = [done[number] for number in sorted(done) if number < options.count]
    if options.show:
        for r in results:
            if r["status"] != "certified":
                print(r["number"], r["status"], r.get("message", r.get("worst")), r["features"])
    report = summary(results)
    print(json.dumps(report, indent=2))
    return 0 if passed(report) else 1


if __name__ == "__main__":
    raise SystemExit(main())
