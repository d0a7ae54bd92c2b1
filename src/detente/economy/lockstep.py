"""Many scenarios advance together: Anderson acceleration with a leading scenario axis.

Written once over an array namespace `xp` (numpy or jax.numpy). Every scenario has its own window
of past steps and leaves when it is done; what does not get there by plain acceleration is left to
the surer methods of `search.py`. (Anderson 1965; type II as in Walker and Ni 2011; see
`anderson.py` for one scenario.)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .equations import Flows, Point, Shape, Technology, evaluate
from .fixedpoint import Preconditioner

Array = Any
WINDOW = 10
LIMIT = 120  # evaluations before a scenario is handed to the surer methods
LARGEST = 2.0  # bound on any component of one move, in logs
WORSE = 1e3  # growth of the error over the best that ends plain acceleration


class Lot(NamedTuple):
    """Scenarios of one world solved together: a leading axis B on the policy's flows, and on
    theta where draws differ."""

    tech: Technology
    flows: Flows
    price: Array  # preconditioner, [N, S, S]
    spend: Array
    wage: Array
    markets: tuple[Array, ...] | None  # by_price, by_spend, inverse, price, spend of Markets


class State(NamedTuple):
    """Where every scenario stands. value [B, D]: log w, log P, log X' over baseline."""

    count: Array  # evaluations so far
    value: Array
    error: Array  # [B], of `value`
    best: Array  # [B], smallest error so far
    alive: Array  # [B]
    spent: Array  # [B], evaluations used
    moves: Array  # [B, WINDOW, D]
    falls: Array
    gram: Array  # [B, WINDOW, WINDOW]
    last_value: Array
    last_residual: Array


def lot_of(tech: Technology, flows: Flows, preconditioner: Preconditioner) -> Lot:
    """The arrays that `advance` needs."""
    own, at = preconditioner, preconditioner.markets
    markets = None if at is None else (at.by_price, at.by_spend, at.inverse, at.price, at.spend)
    return Lot(tech, flows, own.price, own.spend, own.wage, markets)


def begin(xp: Any, value: Array) -> State:
    """All scenarios at `value` [B, D]."""
    B, D = value.shape
    many = xp.full(B, xp.inf)
    return State(
        xp.asarray(0),
        value,
        many,
        many,
        xp.ones(B, bool),
        xp.zeros(B, int),
        xp.zeros((B, WINDOW, D)),
        xp.zeros((B, WINDOW, D)),
        xp.zeros((B, WINDOW, WINDOW)),
        value,
        xp.zeros_like(value),
    )


def unpack(xp: Any, tech: Technology, value: Array) -> tuple[Array, Array, Array]:
    """log w [B, N], log P and X' [B, S, N]."""
    S, N = tech.unit.shape
    log_p = value[:, N : N + S * N].reshape(-1, S, N)
    spend = xp.exp(value[:, N + S * N :].reshape(-1, S, N)) * tech.unit
    return value[:, :N], log_p, xp.where(tech.active, spend, 0.0)


def pack(xp: Any, tech: Technology, log_w: Array, log_p: Array, spend: Array) -> Array:
    """[B, D] from log w [B, N], log P and X' [B, S, N]."""
    B = log_w.shape[0]
    log_x = xp.where(tech.active, xp.log(xp.where(tech.active, spend, 1.0) / tech.unit), 0.0)
    return xp.concatenate([log_w, log_p.reshape(B, -1), log_x.reshape(B, -1)], axis=1)


def point_at(xp: Any, shape: Shape, lot: Lot, value: Array) -> Point:
    """Everything implied at `value`."""
    return evaluate(xp, shape, lot.tech, lot.flows, *unpack(xp, lot.tech, value))


def step(xp: Any, shape: Shape, lot: Lot, value: Array) -> tuple[Array, Array]:
    """The preconditioned difference [B, D] and the error [B], as `FixedPoint.step`."""
    tech = lot.tech
    log_w, log_p, spend = unpack(xp, tech, value)
    point = evaluate(xp, shape, tech, lot.flows, log_w, log_p, spend)
    price = point.log_price - log_p
    now = xp.where(tech.active, spend, tech.unit)
    ratio = xp.where(tech.active, point.spend, tech.unit) / now
    change = (ratio - 1) * xp.minimum(now / tech.unit, 1.0)
    labour = point.labour_demand / (xp.exp(log_w) * tech.labour) - 1
    level = labour - point.excess  # the numeraire's gap, which must not hide the market's
    error = xp.max(xp.maximum(abs(labour), abs(level)), axis=1)
    error = xp.maximum(error, xp.max(abs(price), axis=(1, 2)))
    error = xp.maximum(error, xp.max(abs(change), axis=(1, 2)))

    def within(inverse: Array, gap: Array) -> Array:
        solved = (inverse @ gap.swapaxes(1, 2)[..., None])[..., 0]
        return solved.swapaxes(1, 2).reshape(len(gap), -1)

    price, spend = within(lot.price, price), within(lot.spend, xp.log(ratio))
    wage = lot.wage * point.excess
    if lot.markets is not None:
        by_price, by_spend, inverse, to_price, to_spend = lot.markets
        wage = -(point.excess + price @ by_price.T + spend @ by_spend.T) @ inverse.T
        price, spend = price + wage @ to_price.T, spend + wage @ to_spend.T
    return xp.concatenate([wage, price, spend], axis=1), error


def advance(xp: Any, shape: Shape, lot: Lot, state: State, tol: float) -> State:
    """One evaluation and one move of every scenario that is not done."""
    value, alive = state.value, state.alive
    residual, error = step(xp, shape, lot, value)
    error = xp.where(xp.isfinite(error), error, xp.inf)
    residual = xp.where(xp.isfinite(residual), residual, 0.0)
    error = xp.where(alive, error, state.error)
    spent = xp.where(alive, state.count + 1, state.spent)
    best = xp.minimum(state.best, error)
    alive = alive & (error > tol) & (error <= WORSE * best) & xp.isfinite(error)

    moves, falls, gram = state.moves, state.falls, state.gram
    started = state.count > 0
    k = (state.count - 1) % WINDOW
    fall = xp.where(started, residual - state.last_residual, 0.0)
    falls = _put(xp, falls, k, fall)
    moves = _put(xp, moves, k, xp.where(started, value - state.last_value + fall, 0.0))
    row = (falls @ fall[:, :, None])[:, :, 0]
    gram = _put(xp, _put(xp, gram, k, row).swapaxes(1, 2), k, row)
    weights = _weights(xp, gram, (falls @ residual[:, :, None])[:, :, 0])
    move = residual - (weights[:, None, :] @ moves)[:, 0, :]
    size = xp.max(abs(move), axis=1, keepdims=True)
    move = move * xp.minimum(1.0, LARGEST / xp.maximum(size, 1e-300))
    move = xp.where(alive[:, None] & xp.isfinite(move), move, 0.0)
    return State(
        state.count + 1,
        value + move,
        error,
        best,
        alive,
        spent,
        moves,
        falls,
        gram,
        value,
        residual,
    )


def run(shape: Shape, lot: Lot, value: Array, tol: float) -> tuple[Array, Array, Array, Point]:
    """Solve with NumPy: value [B, D], error and evaluations [B], and the point at the values.
    Finished scenarios leave."""
    whole = lot
    left = np.arange(len(value))
    out, error, spent = value.copy(), np.full(len(value), np.inf), np.zeros(len(value), int)
    state = begin(np, value)
    with np.errstate(all="ignore"):
        while len(left) and state.count < LIMIT:
            state = advance(np, shape, lot, state, tol)
            going = state.alive
            if going.mean() > 0.8:
                continue
            done = ~going
            at = left[done]
            out[at], error[at], spent[at] = state.value[done], state.error[done], state.spent[done]
            left = left[going]
            lot = lot._replace(**kept(lot, going))
            state = State(state.count, *(array[going] for array in state[1:]))
        out[left], error[left], spent[left] = state.value, state.error, state.spent
        return out, error, spent, point_at(np, shape, whole, out)


def kept(lot: Lot, going: Array) -> dict[str, Any]:
    """`tech` and `flows` of the scenarios at positions (or under a mask) `going`."""
    flows, tech = lot.flows, lot.tech
    caps = flows.caps
    if caps is not None:
        caps = caps._make([*caps[:3], *(array[going] for array in caps[3:])])
    flows = Flows(
        flows.buy[going],
        flows.sell[going],
        None if flows.net is None else flows.net[going],
        caps,
        flows.blocs[going],
    )
    if tech.theta.ndim > 1:
        tech = tech._replace(theta=tech.theta[going])
    return {"tech": tech, "flows": flows}


def _put(xp: Any, target: Array, k: Array, row: Array) -> Array:
    """`target` with [:, k] replaced, in place where that is allowed."""
    if hasattr(target, "at"):
        return target.at[:, k].set(row)
    target[:, k] = row
    return target


def _weights(xp: Any, gram: Array, right: Array) -> Array:
    """Least-squares weights [B, WINDOW]; steps not yet taken have none."""
    diagonal = xp.einsum("bii->bi", gram)
    used = diagonal > 0
    scale = xp.where(used, 1 / xp.sqrt(xp.where(used, diagonal, 1.0)), 0.0)
    scaled = gram * scale[:, :, None] * scale[:, None, :]
    ridge = xp.where(used, 1e-14, 1.0)
    scaled = scaled + ridge[:, :, None] * xp.eye(gram.shape[-1])
    scaled = xp.where(xp.isfinite(scaled), scaled, xp.eye(gram.shape[-1]))
    return scale * xp.linalg.solve(scaled, (right * scale)[:, :, None])[:, :, 0]
