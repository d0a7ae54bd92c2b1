"""Where the network sees events in a window of text, and what it chooses for each: a `Find`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from .encode import ANY, COLUMNS, Encoded
from .events import KINDS, STANCES, STATUSES, TALKS
from .grammar import Parsed
from .lexicon import kin
from .network import Heads, Network, Window

# What is asked of a word to carry an event (chosen on `training/heldback`).
CUT = 0.35
# And of the usual sides to have a role, and of further ones (log-odds against any other role).
FIRST, EXTRA = -1.0, 1.0
# the kinds that rival each other for the same words
FAMILIES = (
    ("measure_announced", "measure_in_force", "measure_suspended", "measure_resumed",
     "measure_expired", "measure_revoked", "threat", "commitment"),
    ("meeting", "call", "summit"),
    ("agreement",),
    ("ruling",),
    ("statement",),
)  # fmt: skip
STATES: dict[str, tuple[str, ...]] = {
    "measure_announced": ("announced",), "measure_in_force": ("in_force",),
    "measure_suspended": ("suspended", "partly_suspended"), "measure_resumed": ("in_force",),
    "measure_expired": ("expired",), "measure_revoked": ("revoked", "withdrawn", "annulled"),
    "threat": ("threatened", "withdrawn"),
    "meeting": ("planned", "held"), "call": ("planned", "held"),
    "summit": ("planned", "held"), "agreement": ("announced", "planned", "in_force"),
    "commitment": ("announced",),
}  # fmt: skip

T = TypeVar("T")


@dataclass
class Find:
    """Words that carry an event, and what the network says of it; `also` tells it again."""

    encoded: Encoded
    start: int
    end: int
    kind: str
    weight: float
    heads: Heads
    actor: tuple[str, ...]
    target: tuple[str, ...]
    rate: float | None
    day: str | None
    sentence: int  # of the whole text
    words: list[tuple[int, int]]  # tokens of the window: of the trigger, sides, rate and day
    also: list[Find] = field(default_factory=list)

    @property
    def parsed(self) -> Parsed:
        return self.encoded.parsed[int(self.encoded.sentence[self.start])]

    @property
    def named(self) -> bool:
        """Whether a name stands for the event."""
        return bool(self.encoded.ids[self.start, COLUMNS.index("side")])

    @property
    def stance(self) -> str:
        return STANCES[int(self.heads.stance.argmax())]

    @property
    def status(self) -> str | None:
        return label(self.heads.status, (None, *STATUSES), STATES.get(self.kind, (None,)))

    @property
    def token(self) -> int:
        """The trigger's place in its sentence."""
        return self.start - self.encoded.starts[int(self.encoded.sentence[self.start])]


def finds_of(encoded: Encoded, net: Network, offset: int = 0, new: int = 0) -> list[Find]:
    """The triggers of a window whose first sentence is number `offset` of the text, from sentence
    `new` on."""
    if not encoded.codes:  # nobody named, nobody acts
        return []
    states = net.states(encoded)
    window = net.window(encoded, states)
    return [
        _find(window, net, start, end, kind, weight, offset)
        for start, end, kind, weight in triggers(net.triggers(states), encoded)
        if encoded.sentence[start] + offset >= new
    ]


def triggers(scores: np.ndarray, encoded: Encoded) -> list[tuple[int, int, int, float]]:
    """Runs of tokens that carry an event of one kind: start, end, number of the kind, odds.

    Kinds of one family are rivals: the likeliest stands if any of them is likely enough.
    """
    n = len(scores)
    label: list[dict[int, float]] = [{} for _ in range(n)]
    for family in FAMILIES:
        ks = [KINDS.index(k) for k in family]
        some = 1 - np.prod(1 - scores[:, ks], axis=1)
        for t in np.flatnonzero(some > CUT):
            label[t][ks[int(scores[t, ks].argmax())]] = float(some[t])
    found = []
    for k in range(len(KINDS)):
        t = 0
        while t < n:
            if k not in label[t]:
                t += 1
                continue
            end = t + 1
            while end < n and k in label[end] and encoded.sentence[end] == encoded.sentence[t]:
                end += 1
            found.append((t, end, k, max(label[x][k] for x in range(t, end))))
            t = end
    return sorted(found)


def _find(
    window: Window, net: Network, start: int, end: int, k: int, weight: float, offset: int
) -> Find:
    encoded = window.encoded
    heads = net.event(window, start, end, k)
    actor, target = sides_of(encoded, heads, KINDS[k])
    words = [(start, end)]
    rate = day = None
    if j := int(heads.rate.argmax()):
        first, last, rate = encoded.rates[j - 1]
        words.append((first, last))
    if j := int(heads.day.argmax()):
        found = encoded.days[j - 1]
        day = found.value
        words.append((found.start, found.end))
    here = int(encoded.sentence[start])
    for role, codes in enumerate((actor, target)):
        for code in codes:
            named = [
                (heads.names[m, role], x.start, x.end) for m, x in enumerate(encoded.names)
                if code in x.codes and encoded.sentence[x.start] == here
            ]  # fmt: skip
            if named:
                words.append(max(named)[1:])
    return Find(encoded, start, end, KINDS[k], weight, heads, actor, target, rate, day,
                here + offset, words)  # fmt: skip


def sides_of(encoded: Encoded, heads: Heads, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The likely sides, at least one actor (and a target where one is due).

    More sides than are usual need better odds, and the EU never stands beside its members.
    """
    codes = [*encoded.codes, ANY]
    z = np.concatenate([np.zeros((len(codes), 1), np.float32), heads.sides], 1)
    if ANY in encoded.codes:  # named and meant are one
        k = encoded.codes.index(ANY)
        z[k] = np.maximum(z[k], z[-1])
        z[-1] = (0, -30, -30)
    acts = z[:, 1] - np.maximum(z[:, 0], z[:, 2])
    hit = z[:, 2] - np.maximum(z[:, 0], z[:, 1])
    if kind in TALKS or kind == "agreement":
        acts[-1] = -np.inf
        actor = _likely(codes, acts, 2)
        return tuple(sorted(actor | _best(codes, acts, actor | {ANY}, 2 - len(actor)))), ()
    actor = _likely(codes, acts, 1) or _best(codes, acts, set(), 1)
    target = _likely(codes, hit, 1) - actor
    if not target and kind not in ("statement", "measure_expired"):
        target = _best(codes, hit, actor, 1)  # only an accord that expires hits nobody
    if ANY in target and len(target) > 1:
        target = {ANY} if heads.sides[-1, 1] > 0 else target - {ANY}
    return tuple(sorted(actor)), tuple(sorted(target))


def _best(codes: list[str], odds: np.ndarray, without: set[str], most: int) -> set[str]:
    """The likeliest codes, `most` of them, not among those `without`."""
    rest = [codes[k] for k in np.argsort(-odds) if codes[k] not in without]
    return set(rest[: max(most, 0)])


def _likely(codes: list[str], odds: np.ndarray, usual: int) -> set[str]:
    """The codes with good log-odds for a role that `usual` sides have."""
    kept: list[str] = []
    for k in np.argsort(-odds):
        code = codes[k]
        rival = bool((kin((code,)) - {code}) & set(kept))  # a bloc and its member
        if odds[k] > (EXTRA if len(kept) >= usual else FIRST) and not rival:
            kept.append(code)
    return set(kept)


def label(scores: np.ndarray, values: Sequence[T], allowed: Sequence[T] | None = None) -> T:
    """The likeliest of `values`, of those `allowed`."""
    order = [values[k] for k in np.argsort(-scores)]
    return next(v for v in order if allowed is None or v in allowed)
