"""Goods that are "subject to" a rate or a rule: a measure that applies, told by its goods."""

from __future__ import annotations

from .context import Document
from .draft import Draft, evidence, is_ahead, said_on, sorted_codes
from .grammar import Parsed
from .lexicon import word_set

_STANDING = word_set("standing")
_RULES = frozenset(
    ["controls", "restrictions", "rules", "curbs", "licences", "licenses", "permits", "licensing"]
)


def read_standing(p: Parsed, d: Document, memory: list[Draft], used: set[int]) -> list[Draft]:
    """ "Steel remains subject to 50 percent", "exports of gallium are subject to similar rules"."""
    found = []
    for k in range(1, len(p.low) - 2):
        if p.low[k : k + 2] != ["subject", "to"] or p.quoted[k] >= 0:
            continue
        rates = [x for x in p.percents if k < x.i <= k + 4 and x.i not in used]
        ruled = _RULES & set(p.low[k + 2 : k + 6])
        near = [h for h in p.measures if k < h.i <= k + 8]
        if near and (not ruled or near[0].what.startswith("export")):
            continue  # "subject to a duty of": the noun's own rules read it
        if not rates and not ruled:
            continue
        draft = Draft("measure_in_force", status="in_force")
        if rates:
            draft.instrument, draft.rate = "tariff", rates[0].value
            used.add(rates[0].i)
        else:
            draft.instrument = "export_license"
        draft.scope = _goods(p, k)
        same = [m for m in memory if m.kind.startswith(("measure_", "threat"))
                and m.actor and m.target]  # fmt: skip
        kinds = ("tariff",) if rates else ("export_license", "export_control")
        same = [m for m in same if m.instrument in kinds] or same
        if same:
            draft.actor, draft.target = same[-1].actor, same[-1].target
        else:
            hit = [m for m in p.mentions if m.j <= k and m.codes and m.kind == "demonym"]
            draft.target = sorted_codes(*(m.codes for m in hit)) or ("WLD",)
            draft.actor = d.other(draft.target)
        for i, _, e in p.dates:
            if i > p.clause_end(k):
                break  # "..., and that could double on 9 July"
            draft.date = draft.date or e.on(said_on(p, d, i), False)
        if not draft.actor or is_ahead(draft.date, d):
            continue
        draft.spans = [evidence(p, max(0, k - 6), min(len(p.low), k + 5))]
        found.append(draft)
    return found


def _goods(p: Parsed, end: int) -> str | None:
    """What stands before "are subject to"."""
    while end > 0 and p.low[end - 1] in _STANDING:
        end -= 1
    i = end
    while i > 0 and end - i < 6 and p.low[i - 1] not in (",", ";", "that", "which", "said", "of"):
        i -= 1
    return p.text(i, end) if i < end else None
