"""The network that tells which words carry an event, and who, when and how much belongs to it.

An encoder (BERT; Devlin et al. 2019) gives every word a state in its context; beside the words it
is told who is named, by the order of first mention. Then every candidate - side, rate, day - has a
score for each event. Trained by
`training/train.py`, which holds the same equations for their gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from .._text import plain
from ..errors import InputError
from .encode import ANY, SIZES, TRAITS, Encoded
from .pieces import Pieces

__all__ = ["Heads", "Network", "buckets", "near", "network"]

REACH = 16  # words apart told one by one; further away by powers of two
LONGEST = 500  # pieces the encoder takes at once
PAIR = 64  # numbers by which an event and a candidate are held against each other
FAR = 4  # sentences apart told one by one


def buckets(apart: np.ndarray) -> np.ndarray:
    """Class of a signed distance in words: 0..2 REACH near, beyond by doubling, to either side."""
    size = np.abs(apart)
    far = REACH + 1 + np.floor(np.log2(np.maximum(size, REACH + 1) / REACH)).astype(int)
    steps = np.where(size <= REACH, size, np.minimum(far, REACH + 5))
    return REACH + 5 + np.sign(apart) * steps


BUCKETS = 2 * (REACH + 5) + 1


def near(apart: np.ndarray) -> np.ndarray:
    """Class of a signed distance in sentences."""
    return np.clip(apart, -FAR, FAR) + FAR


NEARS = 2 * FAR + 1
OFFSETS = np.concatenate([[0], np.cumsum(SIZES)[:-1]]).astype(np.int64)


@dataclass(frozen=True)
class Heads:
    """What is said of one event: log-odds and log-probabilities, candidates in their order.

    `sides` (C + 1, 2): actor and target against neither, the last row for all partners; `rate`
    (R + 1,) and `day` (D + 1,) with none first; `status`, `stance`, `certainty`, `salience`,
    `instrument` by class; `names` (M, 2) the scores of the mentions as actor and target.
    """

    sides: np.ndarray
    rate: np.ndarray
    day: np.ndarray
    status: np.ndarray
    stance: np.ndarray
    certainty: np.ndarray
    salience: np.ndarray
    instrument: np.ndarray
    names: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class Candidates:
    """`keys` (M, width) and `pairs` (M, PAIR), the first token of each, and its sentence."""

    keys: np.ndarray
    pairs: np.ndarray
    at: np.ndarray
    sentence: np.ndarray


@dataclass(frozen=True)
class Window:
    """The states of a window's words, and all that may belong to its events."""

    encoded: Encoded
    states: np.ndarray
    candidates: dict[str, Candidates]
    rows: list[np.ndarray]
    traits: np.ndarray


class Network:
    """`encoder` maps (pieces, columns, slots, first) to states; `weights` are the heads'."""

    def __init__(
        self, encoder: Callable[..., np.ndarray], weights: dict[str, np.ndarray], pieces: Pieces
    ):
        self.encoder = encoder
        self.w = weights
        self.pieces = pieces
        self.width = weights["event2.weight"].shape[0]

    def states(self, encoded: Encoded) -> np.ndarray:
        """(n, width of the encoder): what each word means where it stands."""
        numbers, owner, first = self.pieces.rows(encoded)
        columns, slots = features(encoded, owner)
        found, at = [], 0
        while at < len(first):  # a sentence beyond the encoder's length is read in parts
            a = first[at]
            end = int(np.searchsorted(first, a + LONGEST))
            b = first[end] if end < len(first) else len(numbers) - 1
            rows = np.r_[0, a:b, len(numbers) - 1]
            found.append(
                self.encoder(numbers[rows], columns[rows], slots[rows], first[at:end] - a + 1)
            )
            at = end
        return np.concatenate(found)

    def triggers(self, states: np.ndarray) -> np.ndarray:
        """(n, kinds): the probability that a word carries an event of each kind."""
        return _sigmoid(states @ self.w["trigger.weight"].T + self.w["trigger.bias"])

    # --- one event ---

    def window(self, encoded: Encoded, states: np.ndarray) -> Window:
        """What is the same for every event of a window."""
        w = self.w
        names, days = encoded.names, encoded.days
        traits = np.zeros((len(days), TRAITS), np.float32)
        for k, day in enumerate(days):
            traits[k, list(day.traits)] = 1.0
        known = w["side_known"][[int(m.known) for m in names]]
        candidates = {
            "side": self._candidates("side", encoded, states, names, known),
            "rate": self._candidates("rate", encoded, states, encoded.rates, 0.0),
            "day": self._candidates("day", encoded, states, days, traits @ w["day_traits"]),
        }
        rows = [
            np.flatnonzero([code in m.codes for m in names]) for code in encoded.codes
        ]  # the mentions of each side
        return Window(encoded, states, candidates, rows, code_traits(encoded))

    def _candidates(
        self,
        label: str,
        encoded: Encoded,
        states: np.ndarray,
        found: Sequence,
        more: np.ndarray | float,
    ) -> Candidates:
        spans = [(x[0], x[1]) if isinstance(x, tuple) else (x.start, x.end) for x in found]
        at = np.array([i for i, _ in spans], np.int64)
        width = self.w[f"{label}_k.weight"].shape[0]
        keys, pairs = np.zeros((0, width), np.float32), np.zeros((0, PAIR), np.float32)
        if spans:
            means = np.stack([states[i:j].mean(0) for i, j in spans])
            keys = means @ self.w[f"{label}_k.weight"].T + more
            pairs = means @ self.w[f"{label}_to.weight"].T + self.w[f"{label}_to.bias"]
        return Candidates(keys, pairs, at, encoded.sentence[at])

    def event(self, window: Window, start: int, end: int, kind: int) -> Heads:
        """All that belongs to the event of `kind` carried by tokens `start` up to `end`."""
        w = self.w
        both = np.concatenate([window.states[start:end].mean(0), w["kind.weight"][kind]])
        hidden = _gelu(both @ w["event1.weight"].T + w["event1.bias"])
        e = hidden @ w["event2.weight"].T + w["event2.bias"]

        marks = self._scores("side", window, e, start)
        sides = np.empty((len(window.rows) + 1, 2), np.float32)
        for row, mine in enumerate(window.rows):
            sides[row] = _logsumexp(marks[mine])
        sides[-1] = e @ w["side_any.weight"].T + w["side_any.bias"]
        sides = self._weighed(sides + w["side_bias"][kind], window.traits, kind)
        found = {
            label: e @ w[f"{label}.weight"].T + w[f"{label}.bias"]
            for label in ("status", "stance", "certainty", "salience", "instrument")
        }
        return Heads(
            sides,
            rate=self._choice("rate", window, e, start),
            day=self._choice("day", window, e, start),
            names=marks, state=e, **found,
        )  # fmt: skip

    def _scores(self, label: str, window: Window, e: np.ndarray, start: int) -> np.ndarray:
        """(M, outputs): how well each candidate fits the event."""
        w, c = self.w, window.candidates[label]
        x = c.keys + (e @ w[f"{label}_q.weight"].T + w[f"{label}_q.bias"])
        x = x + w[f"{label}_near"][near(c.sentence - window.encoded.sentence[start])]
        x = x + w[f"{label}_apart"][buckets(c.at - start)]
        event = (e @ w[f"{label}_from.weight"].T + w[f"{label}_from.bias"]).reshape(-1, PAIR)
        pairs = c.pairs @ event.T / PAIR**0.5
        return _gelu(x) @ w[f"{label}_out.weight"].T + w[f"{label}_out.bias"] + pairs

    def _choice(self, label: str, window: Window, e: np.ndarray, start: int) -> np.ndarray:
        """Scores of none and of each candidate."""
        none = e @ self.w[f"{label}_none.weight"].T + self.w[f"{label}_none.bias"]
        return np.concatenate([none, self._scores(label, window, e, start)[:, 0]])

    def _weighed(self, sides: np.ndarray, traits: np.ndarray, kind: int) -> np.ndarray:
        """The scores of the sides once each has been held against the others'."""
        w = self.w
        top = np.sort(sides, 0)[::-1][:2] if len(sides) > 1 else np.concatenate([sides, sides - 30])
        rival = np.where(sides >= top[:1], top[1:], top[:1])
        every = np.broadcast_to(sides[-1:], sides.shape)
        traits = np.concatenate([traits, np.zeros((1, traits.shape[1]), np.float32)])
        x = np.concatenate([np.clip(y, -15, 15) / 5 for y in (sides, rival, every)] + [traits], 1)
        x = _gelu(x @ w["code1.weight"].T + w["code1.bias"] + w["code_kind"][kind])
        return sides + x @ w["code2.weight"].T + w["code2.bias"]

    def same(self, a: Heads, b: Heads, apart: int) -> float:
        """The probability that two events of one kind, `apart` sentences apart, are one fact."""
        w = self.w
        x = np.concatenate([a.state * b.state, np.abs(a.state - b.state)])
        x = x @ w["pair1.weight"].T + w["pair1.bias"] + w["pair_near"][near(np.array(apart))]
        return float(_sigmoid(_gelu(x) @ w["pair2.weight"][0] + w["pair2.bias"][0]))


def features(encoded: Encoded, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each piece: the classes of its token (L, COLUMNS), numbered through, and its sides."""
    token = np.maximum(owner, 0)
    inside = (owner >= 0)[:, None]
    if not len(encoded.words):
        return np.zeros((len(owner), len(SIZES)), np.int64) + OFFSETS, np.zeros((len(owner), 1))
    ids = encoded.ids[token] * inside + OFFSETS
    return ids.astype(np.int64), encoded.slots[token] * inside


def code_traits(encoded: Encoded) -> np.ndarray:
    """(C, 5): share of all mentions, first and second most named, a bloc, all partners."""
    if not encoded.codes:
        return np.zeros((0, 5), np.float32)
    rank = np.argsort(np.argsort(-encoded.share, kind="stable"), kind="stable")
    return np.stack(
        [encoded.share, rank == 0, rank == 1, [c == "EU" for c in encoded.codes],
         [c == ANY for c in encoded.codes]], 1,
    ).astype(np.float32)  # fmt: skip


def _gelu(x: np.ndarray) -> np.ndarray:
    """The tanh form of Hendrycks and Gimpel 2016, eq. 2."""
    inner = x * x
    inner *= x
    inner *= np.float32(0.044715)
    inner += x
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def _logsumexp(x: np.ndarray) -> np.ndarray:
    """Over the first axis."""
    top = x.max(0)
    return top + np.log(np.exp(x - top).sum(0))


@cache
def network() -> Network:
    """The shipped network."""
    return load(Path(str(files("detente.dispatch") / "data" / "reader")))


def load(folder: Path) -> Network:
    """The network in `folder`; `InputError` where a part of it is missing."""
    import onnxruntime

    for name in ("encoder.onnx", "heads.npz", "pieces.txt"):
        if not (folder / name).is_file():
            raise InputError(f"{plain(folder / name)} is missing; install detente anew.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
    )

    def encoder(
        pieces: np.ndarray, columns: np.ndarray, slots: np.ndarray, first: np.ndarray
    ) -> np.ndarray:
        feed = {"pieces": pieces, "columns": columns, "slots": slots.astype(np.float32)}
        feed["first"] = first
        return np.asarray(session.run(None, {k: v[None] for k, v in feed.items()})[0])[0]

    with np.load(folder / "heads.npz") as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    vocabulary = (folder / "pieces.txt").read_text(encoding="utf-8").split("\n")
    return Network(encoder, weights, Pieces(vocabulary))
