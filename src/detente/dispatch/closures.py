"""Measures told by a verb alone: "barred garments from India", "closed its border"."""

from __future__ import annotations

from dataclasses import dataclass

from .context import Document
from .draft import AHEAD, Draft, evidence, sides_of, subject
from .governing import chain_of
from .grammar import PREPOSITIONS, Head, Mention, Parsed, VerbGroup
from .lexicon import word_set, yaml_data
from .phrases import targets_of
from .predicates import set_kind
from .sides import fill_sides
from .subjects import clause_start, owner_subject
from .timing import set_dates


def _list(name: str) -> frozenset[str]:
    return frozenset(yaml_data("closures.yaml")[name])


_SHUT, _FREE, _AGAIN = _list("shut"), _list("free"), _list("again")
_FLOWS_ONLY, _PASSAGE_VERBS = _list("flows_only"), _list("passage_verbs")
_FLOWS, _OUTWARD, _PASSAGES = _list("flows"), _list("outward"), _list("passages")
_SELLING, _BUYING, _DEEDS = _list("outward_deeds"), _list("inward_deeds"), _list("deeds")
_ADMITTING, _ORDERING = _list("admitting"), _list("ordering")
_LOOSE = ("of", "than", "over", "about", "around", "some")
_BARRED = frozenset(["ban", "bar", "prohibit", "forbid", "block", "stop", "exclude"])
_ACTING = ("country", "capital", "government", "ministry", "person", "official", "office", "group",
           "demonym", "pronoun", "body")  # fmt: skip


@dataclass
class Shut:
    """What a verb shuts or frees: tokens `i` up to `j`, and the word `k` that tells."""

    g: VerbGroup
    i: int
    j: int
    k: int
    passive: bool = False
    free: bool = False


def read_closures(p: Parsed, d: Document, memory: list[Draft], found: list[Draft]) -> list[Draft]:
    """The closures and openings of one sentence that no noun of measure tells."""
    drafts = []
    for g in p.groups:
        shut = _shut(p, g)
        if shut is None or _told(p, shut, found):
            continue
        draft = _draft(p, d, shut, memory)
        if draft is not None:
            drafts.append(draft)
            memory = [*memory, draft]
    return drafts


def _told(p: Parsed, shut: Shut, found: list[Draft]) -> bool:
    """Whether another rule has read the verb already."""
    at = p.at[shut.g.v][0]
    return any(a <= at < b for draft in found for a, b in draft.spans)


# --- what is shut -----------------------------------------------------------------------------


def _shut(p: Parsed, g: VerbGroup) -> Shut | None:
    lemma = g.verb.lemma
    if _SUPPOSED & set(p.low[max(0, clause_start(p, g) - 1) : g.i]):
        return None  # "until India stops buying Russian oil"
    longer = g.negated or _no_longer(p, g)
    if longer and lemma in _DEEDS and g.tense == "may":
        return _subject_of(p, g, False)  # "may no longer do business"
    none = p.low[g.j : g.j + 2] in (["no", "more"], ["no", "further"])
    if ((longer and (lemma not in _FREE or _no_longer(p, g))) or none) and lemma in _ADMITTING:
        plain = g.negated and not _no_longer(p, g) and lemma not in ("accept", "clear")
        if p.quoted[g.v] >= 0 or (plain and not none):
            return None
        return _subject_of(p, g, False) if g.passive else _object_of(p, g, False)
    if lemma in _COMING and g.tense in ("may", "future", "present") and not g.negated:
        return _subject_of(p, g, True) if _undone(p, g) else None
    deed = _deed_barred(p, g)
    if deed is not None:
        return deed
    if lemma not in _SHUT | _FREE or (p.quoted[g.v] >= 0 and not g.passive):
        return None
    free = lemma in _FREE
    if free and longer and lemma in ("allow", "admit", "permit", "let in"):
        if g.tense in AHEAD:
            return None
        free = False
    elif (free and lemma in _AGAIN and not _undone(p, g)) or g.negated:
        return None
    shut = _subject_of(p, g, free) if g.passive else _object_of(p, g, free)
    if shut is None or (lemma in _FLOWS_ONLY and not _flows(p, shut)):
        return None
    return shut


_COMING = frozenset(["enter", "cross", "flow", "arrive"])  # "may enter China again"
_SUPPLYING = frozenset(["sell", "export", "ship", "deliver", "supply", "provide", "send"])


def _deed_barred(p: Parsed, g: VerbGroup) -> Shut | None:
    """ "were forbidden to supply Chinese plants", "is not allowed to sell chips to China"."""
    barred = g.verb.lemma in _BARRED and not g.negated
    if not g.passive or not (barred or (g.negated and g.verb.lemma in ("allow", "permit"))):
        return None
    nxt = next((x for x in p.groups if x.i >= g.j), None)
    if nxt is None or nxt.i - g.j > 2 or nxt.tense not in ("infinitive", "ing"):
        return None
    if nxt.verb.lemma not in _SUPPLYING or not _clear(p, nxt.j, nxt.j + 4):
        return None
    return Shut(g, nxt.j, min(p.clause_end(nxt.j), len(p.low)), nxt.v)


_SUPPOSED = frozenset(["if", "unless", "until", "whether"])


def _no_longer(p: Parsed, g: VerbGroup) -> bool:
    return p.low[g.i : g.j + 2].count("longer") > 0 or "longer" in p.low[max(0, g.i - 2) : g.i]


def _undone(p: Parsed, g: VerbGroup) -> bool:
    """Whether the words say that the thing was shut before: "again", "once more", "freed"."""
    near = set(p.low[max(0, g.i - 3) : p.clause_end(g.j)])
    return bool(near & {"again", "back", "anew"}) or "once more" in " ".join(p.low) or (
        p.low[g.v] == "freed"
    )  # fmt: skip


def _flows(p: Parsed, shut: Shut) -> bool:
    word = p.low[shut.k]
    if word in _FLOWS | _SELLING | _BUYING:
        return True
    return word in _PASSAGES and shut.g.verb.lemma in _PASSAGE_VERBS


def _clear(p: Parsed, i: int, j: int) -> bool:
    """Whether no measure, talks or deal stand in tokens `i` up to `j`, which others read."""
    heads = (*p.measures, *p.talks, *p.deals, *p.courts)
    return not any(i <= h.i < j for h in heads)


def _object_of(p: Parsed, g: VerbGroup, free: bool) -> Shut | None:
    end = min(p.clause_end(g.j), g.j + 18, len(p.low))
    for other in p.groups:
        if g.j <= other.i < end and other.tense not in ("participle", "ing", "infinitive"):
            end = other.i
            break
    if g.verb.lemma in _BARRED and not _clear(p, g.j, min(end, g.j + 5)):
        return None
    dated = {x for i, j, _ in p.dates for x in range(i, j)}
    for k in range(g.j, end):
        word = p.low[k]
        if k in dated:
            continue
        if not _clear(p, k, k + 1):
            return None
        deed = word in _SELLING | _BUYING and (k == g.j or p.low[k - 1] == "from")
        if deed or word in _FLOWS or (word in _PASSAGES and g.verb.lemma in _PASSAGE_VERBS):
            return Shut(g, g.j, end, k, free=free)
        if word in word_set("goods") and _goods_shut(p, g, k, end):
            return Shut(g, g.j, end, k, free=free)
        if (
            word in PREPOSITIONS
            and word not in _LOOSE
            and not (word == "from" and _deed(p, k + 1, end))
        ):
            return None
    return None


def _deed(p: Parsed, k: int, end: int) -> bool:
    return k < end and p.low[k] in _SELLING | _BUYING


def _goods_shut(p: Parsed, g: VerbGroup, k: int, end: int) -> bool:
    """Goods are shut out only if they are another side's, or the verb says out of what."""
    foreign = any(g.j <= m.i < end and m.codes for m in p.mentions)
    return foreign or bool({"in", "out", "from", "entry"} & set(p.low[k:end]))


def _subject_of(p: Parsed, g: VerbGroup, free: bool) -> Shut | None:
    """The noun phrase before a passive: "imports of fruit from Taiwan had been halted"."""
    j = g.i
    while j > 0 and (p.low[j - 1] in ("which", "who", "that", ",", "were", "all", "both")):
        j -= 1
    i = clause_start(p, g)
    if not _clear(p, i, j):
        return None
    order = (
        _FLOWS,
        _PASSAGES if g.verb.lemma in _PASSAGE_VERBS else frozenset(),
        word_set("goods"),
    )
    for words in order:
        for k in range(i, j):
            if p.low[k] in words and not (
                k > i and p.low[k - 1] in ("at", "in", "through", "with")
            ):
                if words is order[2] and g.tense == "participle" and k < j - 4:
                    return None
                if g.tense == "participle" and not _anchored(p, g):
                    return None
                return Shut(g, i, j, k, passive=True, free=free)
    return None


def _anchored(p: Parsed, g: VerbGroup) -> bool:
    """A bare participle tells of a measure where a day or an agent follows: "closed since May"."""
    return "by" in p.low[g.j : g.j + 3] or any(g.j <= i <= g.j + 4 for i, _, _ in p.dates)


# --- the event --------------------------------------------------------------------------------


def _draft(p: Parsed, d: Document, shut: Shut, memory: list[Draft]) -> Draft | None:
    g = shut.g
    head = Head(shut.i, shut.i, "", "") if shut.passive else Head(g.j, g.j, "", "")
    name = "revoke" if shut.free else "impose"
    draft = Draft("measure_in_force", instrument=_instrument(p, shut))
    actor = _actor(p, d, shut)
    if actor is None or (shut.free and len(actor) > 1):
        return None  # what both sides open again is an agreement
    draft.actor = actor
    draft.target = _target(p, shut, draft.actor)
    if not draft.actor and shut.passive:
        draft.actor = _collector(p, d, shut, draft.target)
    over = _orders(p, g)
    if not shut.free and (g.negated or over or g.verb.lemma in _ADMITTING):
        draft.status = "in_force"  # "may no longer be sold", "were told to stop buying"
        if g.tense in ("future", "would"):
            draft.kind, draft.status = "measure_announced", "announced"
    else:
        set_kind(p, d, draft, g, name, "obj", Head(shut.k, shut.k + 1, "", ""))
    if not draft.kind or draft.kind == "commitment":
        return None
    if draft.kind == "measure_in_force" and _AGAIN_WORDS & set(p.low[max(0, g.i - 2) : shut.j]):
        draft.kind = "measure_resumed"
    right = p.clause_end(g.j)
    set_dates(p, d, draft, g, name, head, shut.i, right if not shut.passive else max(right, g.j))
    draft.scope = p.text(shut.i, min(shut.j, shut.i + 10)).strip(" ,") or None
    start = min(shut.i, g.i)
    draft.spans = [evidence(p, start, max(g.j, min(right, g.j + 12)))]
    fill_sides(p, d, draft, memory)
    return draft if draft.actor else None


_AGAIN_WORDS = frozenset(["again", "anew", "re-closed"])


def _orders(p: Parsed, g: VerbGroup) -> VerbGroup | None:
    """The order that somebody stop: "importers were told to stop buying"."""
    over = chain_of(p, g)[1:2] if g.tense == "infinitive" else []
    done = over and over[0].verb.lemma in _ORDERING and over[0].tense in _DONE
    return over[0] if done else None


_DONE = ("past", "perfect", "pluperfect")


def _instrument(p: Parsed, shut: Shut) -> str | None:
    words = set(p.low[shut.i : shut.j])
    word = p.low[shut.k]
    abroad = "to" in p.low[shut.k : shut.j] and "from" not in p.low[shut.k : shut.j]
    if word in ("investment", "investments", "investing"):
        return "investment_restriction"
    if word in _SELLING or {word, shut.g.verb.lemma} & _SUPPLYING:
        return "export_control"
    if word in _OUTWARD and not words & {"import", "imports", "purchases"}:
        return "export_control"
    if word in ("shipment", "shipments", "cargoes", "consignments") and abroad:
        return "export_control"
    return None


def _actor(p: Parsed, d: Document, shut: Shut) -> tuple[str, ...] | None:
    """The side that shuts; () where a passive leaves it open, None where no government acts."""
    g = shut.g
    if shut.passive:
        for m in p.mentions:
            if g.j <= m.i <= g.j + 4 and m.codes and "by" in p.low[g.j : m.i]:
                return m.codes
        return ()
    over = _orders(p, g)
    if g.passive or (over is not None and over.passive):
        return owner_subject(p, over or g)
    owner = owner_subject(p, g)
    if owner:
        return owner
    who = p.subject(g)
    if isinstance(who, Head) or who is None:
        return None
    found = subject(p, d, g)
    if found is None or not found.codes or found.kind not in _ACTING or found.former:
        return None
    if found.kind == "demonym" and not found.official:
        return None
    return sides_of(p, d, who)


def _target(p: Parsed, shut: Shut, actor: tuple[str, ...]) -> tuple[str, ...]:
    g = shut.g
    direct = [m for m in p.mentions if m.i in (g.j, g.j + 1) and m.kind == "country" and m.codes]
    if not shut.passive and direct and g.verb.lemma in ("strip", "deny", "bar", "ban", "exclude"):
        nxt = p.low[direct[0].j : direct[0].j + 1]
        if not direct[0].poss and nxt in (["of"], ["from"], ["access"], ["entry"]):
            return tuple(c for c in direct[0].codes if c not in actor)
    return targets_of(p, Head(shut.i, shut.i, "", ""), shut.i, shut.j, actor)


def _collector(p: Parsed, d: Document, shut: Shut, target: tuple[str, ...]) -> tuple[str, ...]:
    """Who shuts, of a passive: "barred from China", "at Tanzania's borders", "Ankara said"."""
    g = shut.g
    end = p.clause_end(g.j)
    for m in p.mentions:
        if not (g.j <= m.i < end and m.codes and m.kind in ("country", "capital", "demonym")):
            continue
        before = set(p.low[max(g.j, m.i - 2) : m.i])
        entered = g.verb.lemma in _COMING and m.i <= g.j + 1
        if (entered or before & {"from", "at", "in", "into", "of"}) and not set(m.codes) & set(
            target
        ):
            return m.codes
    return _sayer(p, d, target)


def _sayer(p: Parsed, d: Document, target: tuple[str, ...]) -> tuple[str, ...]:
    for g in p.groups:
        if g.isa("say", "announce") and p.quoted[g.v] < 0:
            who: Mention | None = subject(p, d, g)
            official = who is not None and who.kind in ("government", "ministry", "official")
            if who is not None and official and who.codes and not set(who.codes) & set(target):
                return who.codes
    return ()
