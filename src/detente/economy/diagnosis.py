"""Why no equilibrium was found, as far as it can be known, and what to change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .errors import NegativeIncome, NotConverged, Unproductive
from .fixedpoint import FixedPoint

Array = np.ndarray
HIGH, LOW = 20.0, 1.0  # trade elasticities beyond which trouble is likely
STEEP = 3.0  # a rate of 300%
SMALL = 1e-4  # share of world labour income
OWES = 0.005  # of a region's labour income


def failure(
    reached: FixedPoint,
    target: FixedPoint,
    value: Array,
    share: float,
    best: float,
    spent: int,
    regions: Sequence[str],
) -> NotConverged | NegativeIncome | Unproductive:
    """The error for a search that ended at `value`, a solution of `reached`.

    That problem lies `share` of the way from the baseline to `target`; best: the smallest residual
    of the target; spent: evaluations.
    """
    with np.errstate(all="ignore"):
        point = reached.point(value)
        # of its wages there: a wage may fall by many logs and leave the region whole
        left = point.income / (reached.tech.labour * np.exp(reached.unpack(value)[0]))
        poorest = int(np.argmin(left))
        if not left[poorest] > 0.05:
            return NegativeIncome(
                f"{regions[poorest]} would have no income left after what it owes or pays out "
                f"(its income vanishes {share:.0%} of the way to this policy); "
                "use closure='world_share' or 'zero', or smaller subsidies."
            )
    run = target.runaway()
    if run is not None:
        return Unproductive(
            f"Costs in {regions[run[1]]} rise without bound, since inputs that can hardly be "
            "replaced come to cost more than what they make; use a longer horizon, higher "
            "input elasticities or lower rates."
        )
    causes, remedies = suspects(target, regions)
    with np.errstate(all="ignore"):
        causes += _strains(reached, value, regions, share)
    message = (
        f"No equilibrium was found: the largest relative residual is {best:.1e} after {spent} "
        f"evaluations, and a path of policies from the baseline ends {share:.0%} of the way."
    )
    if causes:
        message += f" What makes this case hard: {'; '.join(causes)}."
    if remedies:
        message += f" What may help: {'; '.join(remedies)}."
    return NotConverged(message)


def suspects(problem: FixedPoint, regions: Sequence[str]) -> tuple[list[str], list[str]]:
    """Features of a world and policy under which a solution may not exist or is hard to reach.

    Returns descriptions, those that rule out the assurance of existence first, and remedies.
    """
    tech, rates = problem.tech, problem.rates
    causes, remedies = [], []
    abroad = ~np.eye(len(regions), dtype=bool)
    for name, rate in (("tariffs", rates.tariff), ("export taxes", rates.export_tax)):
        if rate.min() < 0:
            i, n, _ = np.unravel_index(int(np.argmin(rate)), rate.shape)
            causes.append(
                f"{name} below zero, down to {rate.min():.0%} on goods from {regions[int(i)]} to "
                f"{regions[int(n)]}, which others' incomes must pay for"
            )
            remedies.append(f"{name} of zero or more")
    owes = tech.deficit / tech.labour
    if owes.min() < -OWES and not problem.shape.scaled_deficits:
        n = int(np.argmin(owes))
        causes.append(
            f"trade balances held in the numeraire, of which {regions[n]} owes "
            f"{-owes[n]:.0%} of its baseline labour income"
        )
        remedies.append("closure='world_share' or 'zero'")
    elif np.abs(owes).max() > 0.5:
        n = int(np.argmax(np.abs(owes)))
        causes.append(
            f"a trade {'deficit' if owes[n] > 0 else 'surplus'} of {regions[n]} of "
            f"{abs(owes[n]):.0%} of its baseline labour income"
        )
        remedies.append("closure='zero'")
    if problem.flows.caps is not None:
        level = rates.cap[np.isfinite(rates.cap) & (rates.cap > 0)]
        causes.append(
            f"capped flows ({len(problem.flows.caps.sector)}), the tightest at "
            f"{level.min():.2g} of its baseline"
        )
        remedies.append("looser caps, or a ban (0) where a cap is near zero")
    if len(problem.flows.blocs) > 1:
        causes.append(f"{len(problem.flows.blocs)} blocs without trade between them")
    top = max(rates.tariff[abroad].max(initial=0), rates.export_tax[abroad].max(initial=0))
    if top > STEEP:
        causes.append(f"rates up to {top:.0%}")
        remedies.append("lower rates")
    if rates.iceberg.min() < 1:
        causes.append(f"trade costs that fall to {rates.iceberg.min():.2g} of the baseline's")
    if tech.theta.min() < LOW:
        causes.append(
            f"trade elasticities below one (down to {tech.theta.min():.2g}), so that a wage must "
            "move very far to balance trade"
        )
        remedies.append("a longer horizon or higher trade elasticities")
    if tech.theta.max() > HIGH:
        causes.append(f"trade elasticities up to {tech.theta.max():.0f}, so that flows flip")
        remedies.append("lower trade elasticities")
    n = int(np.argmin(tech.labour))
    if tech.labour[n] < SMALL:
        causes.append(f"{regions[n]} is {tech.labour[n]:.0e} of the world")
    return causes, list(dict.fromkeys(remedies))


def _strains(problem: FixedPoint, value: Array, regions: Sequence[str], share: float) -> list[str]:
    """What had moved far, or run short, where the path of policies ended."""
    log_w, _, _ = problem.unpack(value)
    out = []
    n = int(np.argmax(np.abs(log_w)))
    if abs(log_w[n]) > 2:
        out.append(
            f"the wage of {regions[n]} has come to {np.exp(log_w[n]):.1e} of its baseline "
            f"{share:.0%} of the way"
        )
    income = problem.point(value).income / problem.tech.labour / np.exp(log_w)
    n = int(np.argmin(income))
    if income[n] < 0.3:
        out.append(
            f"{regions[n]} has {income[n]:.0%} of its wages left to spend {share:.0%} of the way"
        )
    return out
