"""The benchmark harness: one run, ratios within it, results with machine and versions.

    python benchmarks/run.py [--data FOLDER] [--only wiod scaling batch start] [--out FILE]

FOLDER holds the data packs (`wiod2011`); without it the WIOD part is left out. Set OMP_NUM_THREADS
and OPENBLAS_NUM_THREADS before the start; they are recorded. Times are the best and the median of
repeats, with CPU time beside wall time, since other work on the machine lengthens the latter.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
SIZES = ((10, 10), (20, 22), (41, 35), (80, 45), (150, 60))


def machine() -> dict[str, Any]:
    """Where and with what the figures were taken."""
    cpu = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), cpu)

    def installed(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "absent"

    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "threads": {k: os.environ.get(k) for k in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")},
        "python": platform.python_version(),
        "versions": {name: installed(name) for name in ("numpy", "scipy", "jax", "detente")},
    }


def timed(work: Callable[[], Any], repeats: int) -> dict[str, float]:
    """Milliseconds a call: best and median of wall time, best of CPU time."""
    wall, cpu = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (time.process_time() - used))
    return {"best_ms": min(wall), "median_ms": statistics.median(wall), "cpu_ms": min(cpu)}


def wiod_war(data: Path) -> dict[str, Any]:
    """The full WIOD 2011 table under +100 points between the US and China, three ways."""
    from detente.economy import Model
    from textbook import Economy, Textbook
    from wiod import war, wiod

    world = wiod(data / "wiod2011")
    policy = war(world)
    start = time.perf_counter()
    model = Model.of(world)
    done = model.solve_arrays(model.rates(policy))
    first = 1e3 * (time.perf_counter() - start)
    economy = Economy.of(world.flows.values, world.input_use.values, world.tariffs.values, 5.0)
    tariff = policy.tariff.values

    def book(method: str, *options: float, **limits: int) -> Any:
        return getattr(Textbook(economy, tariff), method)(*options, **limits)

    def tuned(method: str, grid: list[tuple[float, ...]]) -> tuple[float, ...]:
        """The options with the fewest sweeps among those that converge."""
        counts = {}
        for options in grid:
            answer = book(method, *options, limit=5000)
            if answer.residual <= 1e-10:
                counts[options] = answer.sweeps
        return min(counts, key=lambda options: counts[options])

    dampings = [round(0.1 * k, 1) for k in range(1, 11)]
    nested = tuned("nested", [(d,) for d in dampings])
    sweeps = tuned("sweeps", [(d, k) for d in dampings for k in (1, 2)])
    out: dict[str, Any] = {
        "ours": {
            **timed(lambda: model.solve_arrays(model.rates(policy)), 40),
            "first_ms": first,
            "evaluations": done.evaluations,
            "residual": done.residual,
            "method": done.method,
        }
    }
    runs = {"nested": (nested, 5), "dense": (nested, 1), "sweeps": (sweeps, 20)}
    for method, (options, repeats) in runs.items():
        answer = book(method, *options)
        gap = float(np.abs(answer.wage / np.exp(done.log_w) - 1).max())
        out[method] = {
            **timed(lambda method=method, options=options: book(method, *options), repeats),
            "options": options,
            "sweeps": answer.sweeps,
            "residual": answer.residual,
            "wage_gap_to_ours": gap,
        }
        out[method]["ratio"] = out[method]["best_ms"] / out["ours"]["best_ms"]
        out[method]["cpu_ratio"] = out[method]["cpu_ms"] / out["ours"]["cpu_ms"]
    return out


def scaling() -> list[dict[str, Any]]:
    """Time and peak memory by size, each in a process of its own."""
    return [_in_process("one_size", regions, sectors) for regions, sectors in SIZES]


def one_size(regions: int, sectors: int) -> dict[str, Any]:
    """A balanced world of this size, +100 points between its two largest regions both ways."""
    from detente.economy import Model
    from detente.policy import Policy
    from detente.world import random_world

    world = random_world(regions, sectors, seed=1, theta=(3, 8))
    big = np.argsort(-world.income.values)[:2]
    a, b = (world.regions[k] for k in big)
    half = world.sectors[: sectors // 2]
    policy = Policy.of(world).add_tariff(1.0, a, b, half).add_tariff(1.0, b, a, half)
    before = _peak()
    start, cpu = time.perf_counter(), time.process_time()
    model = Model.of(world)
    done = model.solve_arrays(model.rates(policy))
    first, first_cpu = time.perf_counter() - start, time.process_time() - cpu
    flows = regions * regions * sectors
    warm = timed(lambda: model.solve_arrays(model.rates(policy)), 3)
    return {
        "regions": regions,
        "sectors": sectors,
        "flows": flows,
        "first_s": first,
        "first_cpu_s": first_cpu,
        "warm_cpu_ms": warm["cpu_ms"],
        "warm_best_ms": warm["best_ms"],
        "warm_ns_per_flow_and_evaluation": 1e6 * warm["cpu_ms"] / flows / done.evaluations,
        "evaluations": done.evaluations,
        "residual": done.residual,
        "method": done.method,
        "peak_mib": _peak(),
        "peak_before_solving_mib": before,
    }


def batch() -> dict[str, Any]:
    """Scenarios a second: one at a time, in lots, lots in two threads, JAX."""
    from detente.economy import Model, solve_many
    from detente.economy.batch import solve_lots

    world, policies = _scenarios(512)
    model = Model.of(world)
    rates = [model.rates(policy) for policy in policies]
    model.solve_arrays(rates[0])
    out: dict[str, Any] = {"world": world.name, "shape": list(world.flows.shape)}

    def rate(work: Callable[[], Any], count: int) -> dict[str, float]:
        took = timed(work, 3)
        return {
            "per_s": 1e3 * count / took["best_ms"],
            "per_cpu_s": 1e3 * count / took["cpu_ms"],
        }

    out["one_at_a_time"] = rate(lambda: [model.solve_arrays(r) for r in rates[:64]], 64)
    for lot in (8, 16, 32, 64):
        tasks = [(model, r, None) for r in rates[:256]]
        out[f"lots_of_{lot}"] = rate(
            lambda tasks=tasks, lot=lot: list(solve_lots(tasks, lot=lot)), 256
        )

    def threads() -> None:
        tasks = [(model, r, None) for r in rates[:256]]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda k: list(solve_lots(tasks[k::2])), range(2)))

    out["lots_of_32_in_two_threads"] = rate(threads, 256)
    results = solve_many(world, policies)
    out["solve_many"] = rate(lambda: solve_many(world, policies), len(policies))
    out["solve_many"]["certified"] = int((results.status == "certified").sum())
    out["solve_many"]["evaluations"] = float(results.evaluations.mean())
    try:
        import jax
    except ImportError:
        return out
    for device in ("cpu", "gpu"):
        if not any(d.platform == device for d in _devices(jax, device)):
            out[f"jax_{device}"] = "not measured: no such device here"
            continue
        start = time.perf_counter()
        solve_many(world, policies, backend="jax", device=device)
        first = time.perf_counter() - start
        many = lambda device=device: solve_many(world, policies, backend="jax", device=device)  # noqa: E731
        out[f"jax_{device}"] = {**rate(many, len(policies)), "first_s": first}
    return out


def _devices(jax: Any, platform_name: str) -> list[Any]:
    try:
        return jax.devices(platform_name)
    except RuntimeError:
        return []


def _scenarios(count: int) -> tuple[Any, list[Any]]:
    """The shipped world (a made-up one of its size where it is absent); random tariffs of 0 to 100
    points both ways between two regions on a random half of the sectors."""
    from detente.policy import Policy

    world = _world()
    random = np.random.default_rng(0)
    base, out = Policy.of(world), []
    for k in range(count):
        a, b = random.choice(world.regions, 2, replace=False)
        half = list(random.choice(world.sectors, len(world.sectors) // 2, replace=False))
        policy = base.add_tariff(random.uniform(0, 1), a, b, half)
        out.append(policy.add_tariff(random.uniform(0, 1), b, a, half, name=f"{k}"))
    return world, out


def _world() -> Any:
    from detente.errors import InputError
    from detente.world import load_world, random_world

    try:
        return load_world()
    except InputError:
        return random_world(20, 22)


FIRST = """
from detente.economy import solve
from detente.policy import Policy
from run import _world
world = _world()
a, b = world.regions[:2]
eq = solve(world, Policy.of(world).add_tariff(1.0, a, b))
print(float(eq.real_income[0]), eq.certificate.max_residual)
"""


def start() -> dict[str, Any]:
    """A new process from its start to a certified answer on the shipped world."""
    wall, cpu = [], []
    for _ in range(5):
        begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", FIRST], check=True, cwd=HERE, capture_output=True)
        wall.append(time.perf_counter() - begin)
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
    return {"best_s": min(wall), "median_s": statistics.median(wall), "cpu_s": min(cpu)}


def _in_process(function: str, *arguments: int) -> Any:
    code = f"import json, run; print(json.dumps(run.{function}{arguments!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=HERE, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _peak() -> float:
    """Peak memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "data")
    parser.add_argument("--only", nargs="*", choices=("wiod", "scaling", "batch", "start"))
    parser.add_argument("--out", type=Path, default=HERE / "results" / "benchmarks.json")
    options = parser.parse_args()
    wanted = options.only or ["wiod", "scaling", "batch", "start"]
    if "wiod" in wanted and not (options.data / "wiod2011").is_dir():
        print(f"no wiod2011 in {options.data}: that part is left out", file=sys.stderr)
        wanted = [name for name in wanted if name != "wiod"]
    parts: dict[str, Callable[[], Any]] = {
        "wiod": lambda: wiod_war(options.data),
        "scaling": scaling,
        "batch": batch,
        "start": start,
    }
    results: dict[str, Any] = {"machine": machine()}
    for name in wanted:
        results[name] = parts[name]()
        print(json.dumps({name: results[name]}, indent=2), flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=2) + "\n")
    print(f"written to {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
