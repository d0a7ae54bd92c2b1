"""Percentages: which are rates of duty, and which measure each belongs to."""

from __future__ import annotations

from .draft import Draft
from .grammar import Head, Parsed, Percent, VerbGroup
from .lexicon import word_set


def rate_of(p: Parsed, head: Head, left: int, right: int, used: set[int]) -> float | None:
    own = [x for x in p.percents if x.i == head.i and x.j == head.j]
    before = own or [x for x in p.percents if left <= x.i and x.j <= head.i]
    if before:
        used.update(x.i for x in before)
        return before[-1].value
    after = [x for x in p.percents if head.j <= x.i < right and x.i not in used]
    if not after:
        return None
    first = after[0]
    between = p.low[head.j : first.i]
    if any(w in ("by",) for w in between[-2:]):  # "raised tariffs by 25 points"
        used.add(first.i)
        return None if first.points else first.value
    if is_share(p, first):
        return None
    if between and between[-1] in ("from", "between") and len(after) > 1:
        used.update((first.i, after[1].i))
        return after[1].value
    if len(between) > 14 or any(w in (";", "while", "which") for w in between):
        return None
    # "duties on steel to 50 percent": the first; "25 percent on steel" is another's
    used.add(first.i)
    if len(after) > 1 and p.low[first.j : after[1].i] in (["to"], [",", "to"]):
        used.add(after[1].i)
        return after[1].value
    return first.value


_MOVED = word_set("moved")
_STATISTICS = word_set("statistics")


def is_share(p: Parsed, x: Percent) -> bool:
    """Whether the percentage is a share or a growth rate, no duty."""
    after = p.low[x.j] if x.j < len(p.low) else ""
    if "instead" in p.low[max(0, x.i - 4) : x.i] or after in _STATISTICS:
        return True
    # "50 percent of their value"
    whole = {"value", "every", "each"} & set(p.low[x.j + 1 : x.j + 4])
    if (
        after == "of"
        and not whole
        and not (x.j + 1 < len(p.low) and p.low[x.j + 1] in ("tariff", "tariffs", "duty"))
    ):
        return True
    before = [g for g in p.groups if g.v < x.i]
    word = p.low[before[-1].v] if before else ""
    return word in _MOVED


def bare_rates(p: Parsed, used: set[int], told: bool) -> list[Head]:
    """Rates that stand without a noun of measure, as heads: "will pay 35%", "the 10% that"."""
    found = []
    for x in p.percents:
        if x.i in used or x.points or is_share(p, x) or p.quoted[x.i] >= 0 or _former(p, x):
            continue
        near = set(p.low[max(0, x.i - 14) : x.j + 8])
        if told or near & word_set("goods"):
            found.append(Head(x.i, x.j, "tariff", "rate"))
    return found


def _former(p: Parsed, x: Percent) -> bool:
    """Whether the rate is the lower end of a range, or the one that was before: "from 84%"."""
    i = x.i
    while i > 0 and p.low[i - 1] in ("about", "some", "roughly", "nearly", "almost", "the"):
        i -= 1
    return i > 0 and p.low[i - 1] in ("from", "than", "between", "against")


def tariffs_told(memory: list[Draft]) -> bool:
    return any(m.instrument == "tariff" for m in memory)


def to_rate(p: Parsed, g: VerbGroup | None, used: set[int]) -> float | None:
    """ "raised to 50 percent", "down from 39 percent to 15 percent": where it ends."""
    if g is None:
        return None
    for x in p.percents:
        if x.i > g.v and p.low[x.i - 1] == "to":
            used.add(x.i)
            for other in p.percents:
                if g.v < other.i < x.i and p.low[other.i - 1] == "from":
                    used.add(other.i)
            return x.value
    return None
