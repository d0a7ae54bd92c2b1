"""How well a reader reads: precision, recall and F1 against gold facts.

Matching. A found event can match a gold event of the same dispatch if both have the same kind,
their actors share a code and their targets share a code (two empty lists agree). Among the
pairs that can match, the one that agrees in most other fields is taken first, then the next, each
event once. Fields are scored on matched pairs only. The headline figures count an event as
right if kind, actor and target are equal as sets, and, for the second, rate, date and status too.
A date agrees if it covers the same days ("2025-11" and "2025-11-01/2025-11-30" do).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .dates import bounds
from .events import KINDS, Event

FIELDS = (
    "instrument", "rate_pct", "scope", "date", "announced_on", "place", "participants", "status",
    "speaker", "stance", "certainty", "salience",
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """Counts of right (`both`), found and gold items. Figures are None where undefined."""

    both: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float | None:
        return self.both / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.both / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        return 2 * self.both / (self.found + self.gold) if self.found + self.gold else None

    def __add__(self, other: Score) -> Score:
        return Score(self.both + other.both, self.found + other.found, self.gold + other.gold)

    def to_dict(self) -> dict[str, Any]:
        return {
            "precision": self.precision, "recall": self.recall, "f1": self.f1,
            "both": self.both, "found": self.found, "gold": self.gold,
        }  # fmt: skip


@dataclass(frozen=True)
class Evaluation:
    """`who_what_whom` and `with_figures` are the headlines; `by_kind` counts matched events."""

    dispatches: int
    who_what_whom: Score
    with_figures: Score
    matched: Score
    by_kind: dict[str, Score]
    by_field: dict[str, Score]
    by_dispatch: dict[str, Score]

    def to_dict(self) -> dict[str, Any]:
        def table(rows: dict[str, Score]) -> dict[str, Any]:
            return {name: score.to_dict() for name, score in rows.items()}

        return {
            "dispatches": self.dispatches,
            "kind_actor_target": self.who_what_whom.to_dict(),
            "kind_actor_target_rate_date_status": self.with_figures.to_dict(),
            "matched": self.matched.to_dict(),
            "by_kind": table(self.by_kind),
            "by_field": table(self.by_field),
            "by_dispatch": table(self.by_dispatch),
        }


def _words(text: str | None) -> set[str]:
    return {w.rstrip("s") for w in re.findall(r"\w+", (text or "").lower())} - _EMPTY


_EMPTY = {"the", "of", "and", "a", "an", "on", "some", "all", "it", "from", "to", "in"}


def agrees(name: str, gold: Event, found: Event) -> bool:
    """Whether the two events agree in one field; None agrees with None."""
    x, y = getattr(gold, name), getattr(found, name)
    if x in (None, ()) or y in (None, ()):
        return x in (None, ()) and y in (None, ())
    if name == "rate_pct":
        return abs(x - y) < 1e-9
    if name in ("date", "announced_on"):
        return bounds(x) == bounds(y)
    if name == "scope":  # words of the text, compared loosely
        return bool(_words(x) & _words(y))
    if name == "place":
        return bool(_words(x) & _words(y))
    if name == "speaker":
        return bool({w for w in _words(x) if len(w) > 2} & {w for w in _words(y) if len(w) > 2})
    if name == "participants":
        return {p.split()[-1].lower() for p in x} == {p.split()[-1].lower() for p in y}
    return x == y


def _overlap(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return bool(set(a) & set(b)) if a and b else not a and not b


def match(gold: Iterable[Event], found: Iterable[Event]) -> list[tuple[Event, Event]]:
    """Pairs of gold and found events, each event at most once; the best agreeing first."""
    gold, found = list(gold), list(found)
    pairs = []
    for i, g in enumerate(gold):
        for j, f in enumerate(found):
            if g.kind == f.kind and _overlap(g.actor, f.actor) and _overlap(g.target, f.target):
                same = sum(agrees(name, g, f) for name in FIELDS)
                known = sum(
                    getattr(g, name) not in (None, ()) and agrees(name, g, f) for name in FIELDS
                )
                exact = set(g.actor) == set(f.actor) and set(g.target) == set(f.target)
                near = any(
                    a.start < b.end and b.start < a.end for a in g.evidence for b in f.evidence
                )
                pairs.append((-(same + known + 2 * exact + 3 * near), i, j))
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    matched = []
    for _, i, j in sorted(pairs):
        if i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            matched.append((gold[i], found[j]))
    return matched


def evaluate(cases: dict[str, tuple[list[Event], list[Event]]]) -> Evaluation:
    """Score dispatches: name -> (gold events, found events)."""
    zero = Score()
    total = figures = matched_all = zero
    by_kind: dict[str, Score] = dict.fromkeys(KINDS, zero)
    by_field: dict[str, Score] = dict.fromkeys(FIELDS, zero)
    by_dispatch: dict[str, Score] = {}
    for name, (gold, found) in cases.items():
        pairs = match(gold, found)
        exact = [
            (g, f)
            for g, f in pairs
            if set(g.actor) == set(f.actor) and set(g.target) == set(f.target)
        ]
        full = [
            (g, f) for g, f in exact if all(agrees(x, g, f) for x in ("rate_pct", "date", "status"))
        ]
        total += Score(len(exact), len(found), len(gold))
        figures += Score(len(full), len(found), len(gold))
        matched_all += Score(len(pairs), len(found), len(gold))
        by_dispatch[name] = Score(len(exact), len(found), len(gold))
        for kind in KINDS:
            by_kind[kind] += Score(
                sum(g.kind == kind for g, _ in exact),
                sum(f.kind == kind for f in found),
                sum(g.kind == kind for g in gold),
            )
        for field in FIELDS:
            for g, f in pairs:
                has_gold = getattr(g, field) not in (None, ())
                has_found = getattr(f, field) not in (None, ())
                right = has_gold and has_found and agrees(field, g, f)
                by_field[field] += Score(int(right), int(has_found), int(has_gold))
    return Evaluation(
        len(cases), total, figures, matched_all,
        {k: s for k, s in by_kind.items() if s.found or s.gold}, by_field, by_dispatch,
    )  # fmt: skip
