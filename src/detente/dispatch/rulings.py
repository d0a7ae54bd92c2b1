"""Rulings of courts and panels on somebody's measures."""

from __future__ import annotations

from .context import Document
from .draft import AHEAD, Draft, dates_of, evidence, said_on, sides_of
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set
from .subjects import clause_start

_WORLD = word_set("world_courts")
_FAVOURS = word_set("favours")
_ALWAYS = word_set("decides")
_ON_MEASURES = word_set("cases") | {"decision"}
_DUTIES = frozenset(["tariff", "tariffs", "duties", "duty", "levies", "tax"])
_JUDGES = frozenset(
    ["say", "agree", "recommend", "tell", "condemn", "censure", "fault", "criticise", "criticize"]
)
_SIDES = ("country", "capital", "demonym", "person", "government")


def read_rulings(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """The ruling of one sentence, if a court or panel decides in it."""
    return _decisions(p, d, memory) or _cases(p, d)


def _cases(p: Parsed, d: Document) -> list[Draft]:
    """ "India lost a case at the WTO", "Brazil won a panel ruling against Indonesia"."""
    for g in p.groups:
        lemma = g.verb.lemma
        over = {"case", "cases", "dispute", "ruling", "appeal", "suit"} & set(p.low[g.j : g.j + 8])
        world = _WORLD & set(p.low[g.j : p.clause_end(g.j)])
        if lemma not in ("lose", "win") or not over or not world or g.tense in AHEAD or g.negated:
            continue
        who = sides_of(p, d, p.subject(g))
        rest = [m for m in p.mentions if m.i >= g.j and m.codes and m.kind in _SIDES
                and m.codes != ("WLD",) and m.codes != who]  # fmt: skip
        target = who if lemma == "lose" else (rest[0].codes if rest else d.other(who))
        draft = Draft("ruling", ("WLD",), target, date=_day(p, d, g))
        draft.instrument = "tariff" if _DUTIES & set(p.low) else None
        draft.spans = [evidence(p, g.i, min(len(p.low), g.j + 12))]
        return [draft] if target else []
    return []


def _decisions(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    for g in p.groups:
        if not _decides(p, g):
            continue
        court = _court(p, g)
        if court is None:
            continue
        codes = _state(p, d, court)
        target = _judged(p, d, g, court, memory) if codes == ("WLD",) else _hit(d, codes)
        draft = Draft("ruling", codes, target)
        draft.instrument = "tariff" if _DUTIES & set(p.low) else None
        draft.date = _day(p, d, g)
        end = min(len(p.low), max(g.j, p.clause_end(g.j), g.j + 12))
        draft.spans = [evidence(p, min(court.i, g.i), max(end, court.j))]
        return [draft]
    return []


def _decides(p: Parsed, g: VerbGroup) -> bool:
    lemma = g.verb.lemma
    if g.negated or g.tense in AHEAD - {"infinitive"} or p.quoted[g.v] >= 0:
        return False
    if g.tense == "infinitive" and lemma not in ("strike down", "strike", "annul", "overturn"):
        return False
    if lemma in _FAVOURS and g.tense == "present":
        return False  # "the highest rate that the WTO allows"
    halts = g.isa("suspend") and "decision" in p.low[g.j : g.j + 3]  # an appeal is heard
    said = lemma in _JUDGES and bool(p.measures)
    if not (g.isa("rule") or halts or said or lemma in _FAVOURS):
        return False
    after = p.low[g.j : g.j + 1]
    if lemma == "rule" and g.tense == "present" and after not in (
        ["that"], ["on"], ["against"], ["in"], ["for"]
    ):  # fmt: skip
        return False  # "broke WTO rules"
    if lemma in _ALWAYS or halts:
        return True
    about = set(p.low[g.j : g.j + 14]) & (_ON_MEASURES | word_set("goods"))
    return bool(p.measures or about or "that" in p.low[g.j : g.j + 2])


def _court(p: Parsed, g: VerbGroup) -> Mention | Head | None:
    """The court that decides: the subject, the agent of a passive, or a name close before."""
    if g.passive:
        by = [m for m in p.mentions if m.kind in ("court", "body") and g.j <= m.i <= g.j + 3]
        heads = [c for c in p.courts if g.j <= c.i <= g.j + 6 and "by" in p.low[g.j : c.i]]
        return (by or heads or [None])[0]
    s = p.subject(g)
    if isinstance(s, Mention) and s.kind in ("court", "body"):
        return s
    left = clause_start(p, g)
    heads = [c for c in p.courts if left <= c.i and c.j <= g.i]
    if not heads or (isinstance(s, Mention) and s.i > heads[-1].j and not p.in_pp(s)):
        return None
    return heads[-1]


def _state(p: Parsed, d: Document, court: Mention | Head) -> tuple[str, ...]:
    """Whose court it is; WLD for the panels of the WTO and of trade pacts."""
    if isinstance(court, Mention) and court.codes:
        return court.codes
    near = set(p.low[max(0, court.i - 4) : court.j + 5])
    home = {"federal", "judges", "appeals", "circuit", "district"} & near
    if near & (_WORLD - ({"panel", "panels"} if home else set())):
        return ("WLD",)
    if "luxembourg" in near:
        return ("EU",)
    named = [m for m in p.mentions if court.i - 4 <= m.i <= court.j + 3 and m.codes]
    return named[0].codes if named else d.pair()[:1]


def _judged(
    p: Parsed, d: Document, g: VerbGroup, court: Mention | Head, memory: list[Draft]
) -> tuple[str, ...]:
    """Whose measure an international panel judges."""
    sides = [
        m for m in p.mentions
        if m.codes and m.kind in _SIDES and m.codes != ("WLD",) and not court.i <= m.i < court.j
    ]  # fmt: skip
    against = [m for m in sides if "against" in p.low[max(0, m.i - 2) : m.i]]
    if against:
        return against[0].codes
    after = [m for m in sides if m.i >= g.j]
    favour = g.verb.lemma in _FAVOURS or {"favour", "favor", "for"} & set(p.low[g.j : g.j + 3])
    if favour and after:
        losers = [m for m in after[1:] if m.codes != after[0].codes]
        return losers[0].codes if losers else d.other(after[0].codes)
    if after or sides:
        return (after or sides)[0].codes
    earlier = [m for m in memory if m.kind == "ruling" and m.actor == ("WLD",)]
    told = earlier or [m for m in memory if m.kind.startswith("measure_") and m.actor]
    if earlier:
        return earlier[-1].target
    return told[0].actor if told else d.pair()[:1]


def _day(p: Parsed, d: Document, g: VerbGroup) -> str | None:
    for i, _, e in p.dates:
        if (
            e.lead in ("", "on", "late on", "in")
            and p.quoted[i] < 0
            and g.i - 12 <= i < p.clause_end(g.j)
        ):
            return e.on(said_on(p, d, i), False)
    for i, e in dates_of(p, [g]):
        return e.on(said_on(p, d, i), False)
    return None


def _hit(d: Document, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the measures hit that a court judges at home: the one other side, else all."""
    others = [d.sides[code] for code, _ in d.sides.most_common(5) if code not in (*codes, "WLD")]
    alone = len(others) == 1 or (len(others) == 2 and others[0] >= 2 * others[1])
    return d.other(codes) if alone and not d.broad.get(codes[0]) else ("WLD",)
