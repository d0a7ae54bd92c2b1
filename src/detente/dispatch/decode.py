"""From finds to events: one for each distinct fact, with the fields that go together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from .context import Document
from .dates import bounds
from .encode import encode
from .events import CERTAINTIES, INSTRUMENTS, SALIENCES, STANCES, STATUSES, TALKS, Event, Evidence
from .fields import goods, people, place, quoted_words, speaker, told_on
from .finds import STATES, Find, finds_of, label
from .network import Network, network
from .story import read_sentences

LONGEST = 490  # pieces looked at together
OVERLAP = 6  # sentences read again for their context when a text is longer
NEAR = 80  # events kept in mind: a dispatch has fewer, and long texts stay linear
# What is asked of two finds to be one event (chosen on `training/heldback`).
SAME = 0.4


def read_trained(
    text: str, published: date | None, net: Network | None = None
) -> tuple[tuple[Event, ...], date | None]:
    """The events of one dispatch, in the order of the text, and the day it was published.

    All that may be an event's side, rate or day is put to the network with the words. `published`
    None is taken from the dateline, where it has a year.
    """
    net = net or network()
    parsed, document = read_sentences(text, published)
    kept: list[Find] = []
    for first, last, new in windows([net.pieces.count(p.low) for p in parsed]):
        encoded = encode(parsed[first:last], document)
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


def _told_before(find: Find, kept: list[Find], net: Network) -> Find | None:
    """The event among `kept` that `find` tells again, if any does."""
    best, score = None, SAME
    for earlier in kept:
        group = (earlier, *earlier.also)
        if earlier.kind != find.kind or any(_apart(x, find) for x in group):
            continue
        for x in group:
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


# --- one event of the passages that tell it; the likeliest passage comes first ---


def _event(find: Find, document: Document) -> Event:
    group = sorted([find, *find.also], key=lambda f: -f.weight)
    best, kind = group[0], find.kind
    status = _status(group)
    day = min((f.day for f in group if f.day is not None), key=_width, default=None)
    talks = kind in TALKS
    act = kind.startswith("measure_") or kind in ("threat", "commitment", "ruling")
    told = (act and kind != "ruling") or status == "planned"
    scopes = [goods(f.parsed, f.token, best.target) for f in group if act]
    days_told = [told_on(f.parsed, document, f.token, day) for f in group if told]
    spans = dict.fromkeys(
        quoted_words(f.parsed, f.token - f.start, f.words, kind == "statement")
        for f in sorted(group[:2], key=lambda f: f.sentence)
    )
    return Event(
        kind, best.actor, best.target, _instrument(group),
        next((f.rate for f in group if f.rate is not None), None),
        next(filter(None, scopes), None), day, next(filter(None, days_told), None),
        place(group, document, best.actor) if talks or kind == "agreement" else None,
        people(group, best.actor) if talks else (), status, _speaker(best), _stance(find, status),
        certainty=label(find.heads.certainty, CERTAINTIES),
        salience=label(np.sum([f.heads.salience for f in group], axis=0), SALIENCES),
        evidence=tuple(Evidence(a, b, document.text[a:b]) for a, b in spans),
    )  # fmt: skip


def _status(group: list[Find]) -> str | None:
    kind = group[0].kind
    if kind not in STATES:
        return None
    total = np.sum([_log_softmax(f.heads.status) for f in group], axis=0)
    return label(total, (None, *STATUSES), STATES[kind])


def _instrument(group: list[Find]) -> str | None:
    kind = group[0].kind
    if kind == "statement":
        return None
    if kind in TALKS or kind == "agreement":
        return "meeting" if kind in TALKS else "agreement"
    total = np.sum([_log_softmax(f.heads.instrument) for f in group], axis=0)
    return label(total, (None, *INSTRUMENTS))


def _stance(find: Find, status: str | None) -> str | None:
    if find.kind == "threat":
        return "conciliatory" if status == "withdrawn" else "escalatory"
    return label(find.heads.stance, STANCES) if find.kind == "statement" else None


def _speaker(best: Find) -> str | None:
    """Of statements and threats."""
    if best.kind not in ("statement", "threat"):
        return None
    return speaker(best.encoded, best.start, best.actor, best.heads.names[:, 0])


def _log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max()
    return x - np.log(np.exp(x).sum())


def _width(value: str) -> int:
    span = bounds(value)
    return (span[1] - span[0]).days if span else 10**6
