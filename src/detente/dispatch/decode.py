"""From the network's scores to events: one for each fact, with the fields that go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np

from .context import Document
from .dates import bounds
from .draft import Draft
from .encode import ANY, COLUMNS, FAMILIES, Encoded, encode
from .events import (
    CERTAINTIES,
    INSTRUMENTS,
    KINDS,
    SALIENCES,
    STANCES,
    STATUSES,
    TALKS,
    Event,
    Evidence,
)  # fmt: skip
from .fields import goods, people, place, quoted_words, speaker, told_on
from .grammar import Parsed
from .network import Heads, Network, Window, network
from .rules import read_drafts

LONGEST = 490  # pieces looked at together
OVERLAP = 6  # sentences read again for their context when a text is longer
NEAR = 80  # events kept in mind: a dispatch has fewer, and long texts stay linear
# What is asked of a word to carry an event, and of two events to be one (`training/heldback`).
CUT, SAME = 0.4, 0.4
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
        return _label(self.heads.status, (None, *STATUSES), STATES.get(self.kind, (None,)))

    @property
    def token(self) -> int:
        """The trigger's place in its sentence."""
        return self.start - self.encoded.starts[int(self.encoded.sentence[self.start])]


def read_trained(
    text: str, published: date | None, net: Network | None = None
) -> tuple[tuple[Event, ...], date | None]:
    """The events of one dispatch, in the order of the text, and the day it was published.

    The rules read first; what they find, and all that may be an event's side, rate or day, is put
    to the network. `published` None is taken from the dateline, where it has a year.
    """
    net = net or network()
    drafts, parsed, document = read_drafts(text, published)
    kept: list[Find] = []
    for first, last, new in windows([net.pieces.count(p.low) for p in parsed]):
        encoded = encode(parsed[first:last], document, drafts)
        for find in finds_of(encoded, net, first, new):
            earlier = _told_before(find, kept[-NEAR:], net)
            (kept if earlier is None else earlier.also).append(find)
    return tuple(_event(find, document) for find in kept), document.published


def windows(sizes: list[int]) -> Iterator[tuple[int, int, int]]:
    """Runs of sentences (first, end) that fit the encoder, and the first that is new in each."""
    first = new = 0
    while new < len(sizes):
        end, size = first, 0
        while end < len(sizes) and (size + sizes[end] <= LONGEST or end <= new):
            size += sizes[end]
            end += 1
        yield first, end, new
        first, new = max(first + 1, end - OVERLAP), end


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


def _told_before(find: Find, kept: list[Find], net: Network) -> Find | None:
    """The event among `kept` that `find` tells again, if any does."""
    best, score = None, SAME
    for earlier in kept:
        if earlier.kind != find.kind or _apart(earlier, find):
            continue
        for x in (earlier, *earlier.also):
            same = (
                1.0
                if _alike(x, find)
                else net.same(x.heads, find.heads, find.sentence - x.sentence)
            )
            if same > score:
                best, score = earlier, same
    return best


def _apart(a: Find, b: Find) -> bool:
    """Whether two passages of one kind cannot be one fact: other rates, talks held and planned, or
    talks told apart by their places ("meetings in Madrid, Stockholm and Geneva")."""
    if _differ(a.rate, b.rate) or (a.kind in TALKS and a.status != b.status):
        return True
    return a.named and b.named and a.sentence == b.sentence


def _alike(a: Find, b: Find) -> bool:
    """Whether two passages of the same kind, sides and figures are one fact without a doubt."""
    if (a.actor, a.target) != (b.actor, b.target) or _differ(a.day, b.day):
        return False
    apart = b.sentence - a.sentence
    if a.kind == "statement":  # consecutive words of one speaker with one stance
        return apart <= 2 and a.stance == b.stance
    if apart == 0:
        return True
    return (a.rate is not None and a.rate == b.rate) or (a.day is not None and a.day == b.day)


def _differ(a: object, b: object) -> bool:
    return a is not None and b is not None and a != b


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
    """The sides with better than even odds, at least one actor (and a target where one is due)."""
    codes = [*encoded.codes, ANY]
    z = np.concatenate([np.zeros((len(codes), 1), np.float32), heads.sides], 1)
    if ANY in encoded.codes:  # named and meant are one
        k = encoded.codes.index(ANY)
        z[k] = np.maximum(z[k], z[-1])
        z[-1] = (0, -30, -30)
    best = z.argmax(1)
    actor = {codes[k] for k in np.flatnonzero(best == 1)}
    target = {codes[k] for k in np.flatnonzero(best == 2)}
    if not actor:
        k = int((z[:, 1] - np.maximum(z[:, 0], z[:, 2])).argmax())
        actor = {codes[k]}
        target -= actor
    if kind in TALKS or kind == "agreement":
        target = set()
        if len(actor) < 2:
            rest = [k for k in range(len(codes)) if codes[k] not in actor and codes[k] != ANY]
            if rest:
                actor.add(codes[max(rest, key=lambda k: z[k, 1] - z[k, 0])])
    elif not target and kind not in ("statement", "measure_expired"):  # an accord hits nobody
        rest = [k for k in range(len(codes)) if codes[k] not in actor]
        if rest:
            target = {codes[max(rest, key=lambda k: z[k, 2] - z[k, 0])]}
    if ANY in target and len(target) > 1:
        target = {ANY} if heads.sides[-1, 1] > 0 else target - {ANY}
    return tuple(sorted(actor)), tuple(sorted(target))


def _label(scores: np.ndarray, values: Sequence[T], allowed: Sequence[T] | None = None) -> T:
    """The likeliest of `values`, of those `allowed`."""
    order = [values[k] for k in np.argsort(-scores)]
    return next(v for v in order if allowed is None or v in allowed)


def _event(find: Find, document: Document) -> Event:
    group = sorted([find, *find.also], key=lambda f: -f.weight)
    kind, heads = find.kind, find.heads
    status = None
    if kind in STATES:
        total = np.sum([_log_softmax(f.heads.status) for f in group], axis=0)
        status = _label(total, (None, *STATUSES), STATES[kind])
    actor, target = group[0].actor, group[0].target
    rate = next((f.rate for f in group if f.rate is not None), None)
    days = [f.day for f in group if f.day is not None]
    day = min(days, key=_width) if days else None
    talks = kind in TALKS
    act = kind.startswith("measure_") or kind in ("threat", "commitment", "ruling")
    if talks or kind == "agreement":
        instrument = "meeting" if talks else "agreement"
    elif kind == "statement":
        instrument = None
    else:
        total = np.sum([_log_softmax(f.heads.instrument) for f in group], axis=0)
        instrument = _label(total, (None, *INSTRUMENTS))
    stance = None
    if kind == "statement":
        stance = _label(heads.stance, STANCES)
    elif kind == "threat":
        stance = "conciliatory" if status == "withdrawn" else "escalatory"
    spans = dict.fromkeys(
        quoted_words(f.parsed, f.token - f.start, f.words, kind == "statement")
        for f in sorted(group[:2], key=lambda f: f.sentence)
    )
    draft = _draft_of(group)
    p, token = find.parsed, find.token
    scope = announced_on = where = who = None
    taking_part: tuple[str, ...] = ()
    if act:
        scope = draft.scope or goods(p, token, target)
    if (act and kind != "ruling") or status == "planned":
        announced_on = draft.announced_on or told_on(p, document, token, day)
    if talks or kind == "agreement":
        where = place(p, document, token, actor, draft.place)
    if talks:
        taking_part = tuple(draft.participants) or people(p, actor)
    if kind in ("statement", "threat"):
        best = group[0]
        near, far = (
            speaker(best.encoded, best.start, actor, best.heads.names[:, 0], reach)
            for reach in (0, 2)
        )
        who = near or draft.speaker or far
    return Event(
        kind, actor, target, instrument, rate, scope, day, announced_on, where, taking_part,
        status, who, stance,
        certainty=_label(heads.certainty, CERTAINTIES),
        salience=_label(np.sum([f.heads.salience for f in group], axis=0), SALIENCES),
        evidence=tuple(Evidence(a, b, document.text[a:b]) for a, b in spans),
    )  # fmt: skip


def _draft_of(group: list[Find]) -> Draft:
    """What the rules say of the same words, if they see an event of that kind there."""
    for f in group:
        for t in f.encoded.told:
            if t.draft.kind == f.kind and t.covers(f.start, f.end):
                return t.draft
    return Draft(group[0].kind)


def _log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max()
    return x - np.log(np.exp(x).sum())


def _width(value: str) -> int:
    span = bounds(value)
    return (span[1] - span[0]).days if span else 10**6
