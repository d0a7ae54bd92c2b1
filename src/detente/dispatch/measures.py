"""Measures and threats: who does what to whom, in one sentence and those before."""

from __future__ import annotations

from dataclasses import replace

from .acts import acts
from .anaphora import read_anaphora
from .benefits import LOSING, is_benefit, turn
from .closures import read_closures
from .context import Document
from .draft import Draft, evidence, old, resolve, sides_of, subject
from .events import TALKS
from .governing import FREE_OF, LICENCE_VERBS, governing, governing_relative
from .grammar import Head, Mention, Parsed, VerbGroup
from .listings import is_list, lists, settle_list
from .phrases import (
    flows,
    goods_before,
    instrument_of,
    is_measure,
    left_edge,
    owner_of,
    passive_flows,
    pronouns,
    scope_of,
    targets_of,
)
from .predicates import set_kind
from .ratelists import pair_rates
from .rates import bare_rates, is_share, rate_of, tariffs_told, to_rate
from .sides import fill_sides
from .standing import read_standing
from .subjects import hit_goods, hit_subject, judges, owner_subject
from .timing import set_dates


def read_measures(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """The measures and threats of one sentence; `memory` holds those of the sentences before."""
    found: list[Draft] = []
    used: set[int] = set()
    sayers = [subject(p, d, g) for g in p.groups if g.isa("say") and p.quoted[g.v] < 0]
    if any(who is not None and who.former for who in sayers):
        return []
    p.measures += [*passive_flows(p), *lists(p, memory), *pronouns(p, tariffs_told(memory))]
    p.measures += acts(p)
    p.measures.sort(key=lambda head: head.i)
    for head in p.measures:
        if is_measure(p, head):
            found += _from_head(p, d, head, [*memory, *found], used)
    for head in flows(p):
        found += _from_head(p, d, head, [*memory, *found], used)
    found += read_standing(p, d, [*memory, *found], used)
    named = list(p.measures)
    p.measures += bare_rates(p, used, bool(found or tariffs_told(memory)))
    for head in p.measures[len(named) :]:
        if head.i not in used:
            found += _from_head(p, d, head, [*memory, *found], used)
    p.measures = named
    found = pair_rates(p, d, found, memory)
    found += read_closures(p, d, memory, found)
    found += read_anaphora(p, d, memory)
    return found


def _from_head(
    p: Parsed, d: Document, head: Head, memory: list[Draft], used: set[int]
) -> list[Draft]:
    left = left_edge(p, head)
    right = p.clause_end(head.j)
    g, name, role = governing(p, head, left)
    if role in ("obj", "subj") and g is not None and judges(p, g):
        return []  # "a court struck down the tariffs": a ruling
    draft = Draft("measure_in_force", instrument=instrument_of(head, p))
    vague = head.text.lower() in ("measures", "measure", "countermeasures")
    if draft.instrument is None and head.what == "generic" and not vague:
        before = [m.instrument for m in memory if m.instrument and m.kind not in TALKS]
        if before and before[-1] in ("export_control", "export_license"):
            draft.instrument = "export_control"
    draft.rate = rate_of(p, head, left, right, used)
    if name == "raise" or name == "lower":
        draft.rate = to_rate(p, g, used) if to_rate(p, g, used) is not None else draft.rate
    if head.what == "other" and "quota" in head.text.lower():
        draft.rate = None  # cut by 47 percent: no duty
    # who
    actor: tuple[str, ...] = ()
    taxed = False
    owner = owner_of(p, head, left)
    if role in ("obj", "noun") and g is not None:
        licensed = head.text.lower().startswith("licen") or draft.instrument == "export_license"
        needs = licensed and g.verb.lemma in ("require", "need") and not owner_subject(p, g)
        taxed = (
            name == "stand"
            or (is_benefit(head) and g.verb.lemma in LOSING)
            or (needs and bool(_SHIPPED & set(p.low[: g.i])))
            or (g.passive and g.verb.lemma in _TAXED and role == "obj")
        )
        if taxed:  # "Chinese goods face a tariff", "are charged 25 percent": the subject is hit
            if head.text == "rate" and not hit_goods(p, g):
                return []  # "BYD faces 17.4 per cent": a firm's share in a measure told already
            draft.target = hit_subject(p, d, g)
            actor = _by(p, d, g) if g.passive else ()
        else:
            if is_list(head) and g.passive:
                draft.target = hit_subject(p, d, g)
            actor = sides_of(p, d, _agent(p, d, g))
            if not actor and not g.passive:
                actor = next((c for x in chain_back(p, g) if (c := owner_subject(p, x))), ())
    elif role == "tail" and p.low[max(0, left - 2) : left] in (["subject", "to"], *FREE_OF):
        hit = [
            m for m in p.mentions if m.codes and m.j <= left and m.kind in ("country", "demonym")
        ]
        draft.target = hit[-1].codes if hit else ()
        taxed = bool(hit)
    elif role in ("subj", "part") and g is not None:
        actor = _by(p, d, g)
    if role == "tail" and not actor:
        inner, _, part = governing_relative(p, head)
        actor = sides_of(p, d, _agent(p, d, inner)) if inner is not None and part == "obj" else ()
    if role == "noun":
        possessive = [
            m for m in p.mentions if m.poss and m.j <= left and left - m.j < 6 and m.codes
        ]
        if possessive:
            actor = possessive[-1].codes
    if is_benefit(head) and owner and not actor:
        draft.target = owner
    elif (owner and role != "obj") or (owner and not actor):
        actor = owner
    elif owner and actor and set(owner) != set(actor) and not draft.target:
        if name in ("announce", "impose", "threaten", "raise") or is_benefit(head):
            draft.target = owner
        else:
            actor = owner if name not in ("suspend", "revoke", "resume", "lower") else actor
    if not actor and left <= 1 and p.low[left] in ("its", "his", "her", "their"):
        actor = d.last  # "Its tariffs ... took effect": of the side told of last
    if not actor:
        actor = _speaker_side(p, d, head, name)
    if taxed and not actor:
        # "in the United States", "at American ports", "with Chinese customs": who collects it
        places = {"in", "at"} | ({"to"} if is_benefit(head) else set())
        there = [
            m
            for m in p.mentions
            if head.j <= m.i
            and m.codes
            and m.kind in ("country", "demonym", "government")
            and (places if m.kind != "government" else {"with"})
            & set(p.low[max(head.j, m.i - 2) : m.i])
        ]
        if there and set(there[0].codes) != set(draft.target):
            actor = there[0].codes
    if not actor and g is not None and g.verb.lemma in LICENCE_VERBS:
        near = [m for m in p.mentions if m.j <= g.i and m.kind == "demonym" and m.codes]
        actor = near[-1].codes if near else ()
    if not actor and draft.instrument == "export_license":
        asked = [m for m in p.mentions if head.j <= m.i <= head.j + 4 and m.codes and m.official
                 and "from" in p.low[head.j : m.i]]  # fmt: skip
        actor = asked[0].codes if asked else ()
    if not actor and head.text == "flow" and draft.instrument == "export_control":
        out = [m for m in p.mentions if head.j <= m.i <= head.j + 8 and m.codes
               and p.low[m.i - 1] == "from"]  # fmt: skip
        actor = out[0].codes if out else ()  # "the export of ore from Indonesia"
    if actor == ("WLD",):
        actor = ()  # the WTO judges measures and has none
    draft.actor = actor
    explicit = targets_of(p, head, left, right, actor)
    if taxed and draft.target:
        explicit = ()
    draft.target = explicit or tuple(c for c in draft.target if c not in actor)
    if not draft.target and g is not None and role == "subj":
        draft.target = targets_of(p, Head(g.j, g.j, "", ""), g.j, p.clause_end(g.j), actor)
    if not draft.target and role == "obj" and g is not None:
        draft.target = tuple(
            c for m in p.mentions if g.j <= m.i and m.j <= left and m.official and m.codes
            and m.kind in ("country", "capital", "government") for c in m.codes if c not in actor
        ) or targets_of(p, Head(g.j, g.j, "", ""), g.j, left, actor)  # fmt: skip
    if not draft.target and role == "noun" and name == "suspend" and g is not None and g.j < left:
        favoured = [m for m in p.mentions if m.i == g.j and m.kind in ("country", "group")]
        draft.target = targets_of(p, Head(g.j, g.j, "", ""), g.j, left, actor) or (
            favoured[0].codes if favoured and set(favoured[0].codes) != set(actor) else ()
        )  # "granted Canada a reprieve from its duties"
    draft.scope = scope_of(p, head, left, right, draft.target)
    rates = [x for x in p.percents if not is_share(p, x) and not x.points]
    if draft.rate is None and name == "suspend" and g is not None:  # "24 points of its duties"
        draft.rate = next((x.value for x in p.percents if x.points and g.j <= x.i < left), None)
    lone = draft.rate is None and len(p.measures) == len(rates) == 1 and rates[0].i not in used
    if lone:
        near = [x for x in p.groups if x.v < rates[0].i]
        lone = (
            not near
            or near[-1] is g
            or (p.subject(near[-1]) is head and "rate" not in p.low[head.j : near[-1].i])
        )
    if lone and name not in ("", "threaten") and draft.instrument == "tariff":
        draft.rate = rates[0].value
        used.add(rates[0].i)
    named = head.text != "that" and not is_benefit(head)
    definite = (
        named
        and left < len(p.low)
        and p.low[left]
        in (
            "the",
            "that",
            "those",
            "these",
            "this",
            "its",
            "their",
            "his",
            "such",
            "both",
        )
    )
    pointed = left > 0 and p.low[left - 1] == "that" and p.low[left - 2 : left - 1] in (
        [], [","], ["and"], [";"]
    )  # fmt: skip
    draft.refers = definite or (pointed and (left == 1 or p.low[left - 2] in (",", "and", ";")))
    vague = head.text.lower() in ("rate", "rates") and draft.rate is None
    if vague and (taxed or name not in ("effect", "bite", "expire", "suspend", "resume")):
        return []  # "is charged the top rate"
    if not name:
        return _bare(p, d, head, draft, left, right, memory)
    set_kind(p, d, draft, g, name, role, head)
    both = len(actor) > 1 and g is not None and (g.isa("reach") or head.what == "act")
    if not draft.kind or (role == "obj" and both):
        return []  # what both sides agreed is an agreement
    first = next(
        (m for m in memory if m.kind.startswith("measure_") and m.actor and m.target), None
    )
    answers = head.text.lower().startswith(("countermeasure", "retaliat")) and not draft.actor
    if first and answers and first.target != ("WLD",):  # they answer the measure told of first
        draft.actor, draft.target, draft.refers = first.target, first.actor, False
    lists_move = is_list(head)
    start = min(left, g.i) if g is not None and role != "subj" else left
    end = max(head.j, g.j if g is not None else 0)
    if is_benefit(head):
        turn(draft, g, name)
        if not draft.kind:
            return []
    if lists_move:
        settle_list(p, draft, head, g)
    set_dates(p, d, draft, g, name, head, left, right)
    listed = lists_move and draft.kind == "measure_announced" and not draft.date
    if listed and old(draft.announced_on, d):
        draft.kind, draft.status = "measure_in_force", "in_force"
        draft.date, draft.announced_on = draft.announced_on, None
    draft.spans = [evidence(p, max(0, start), max(end, min(right, end + 12)))]
    if len(draft.actor) == 2 and {"other", "another"} & set(p.low[start : right + 1]):
        return _mutual(draft)
    fill_sides(p, d, draft, memory)
    clones = _clones(p, d, draft, head, right, used)
    return [draft, *clones]


def _mutual(draft: Draft) -> list[Draft]:
    """ "The two charge each other 25 percent": a measure of each on the other."""
    one, two = draft.actor
    return [
        replace(draft, actor=(one,), target=(two,)), replace(draft, actor=(two,), target=(one,))
    ]  # fmt: skip


def chain_back(p: Parsed, g: VerbGroup) -> list[VerbGroup]:
    """The verb, and for "a bill that raises" the verb whose object the bill is."""
    k = p.groups.index(g)
    relative = p.low[g.i - 1] in ("that", "which") if g.i else False
    return [g, p.groups[k - 1]] if k and relative else [g]


_SHIPPED = frozenset(["exports", "export", "sales", "sale", "shipments", "shipment", "supplies"])
_TAXED = frozenset(
    [
        "exempt",
        "spare",
        "free",
        "charge",
        "tax",
        "hit",
        "slap",
        "subject",
        "target",
        "confront",
        "saddle",
        "burden",
        "whack",
        "clobber",
    ]
)


def _agent(p: Parsed, d: Document, g: VerbGroup) -> Mention | Head | None:
    if g.passive:
        by = _by_mention(p, g)
        return by
    found = p.subject(g)
    if isinstance(found, Head) and found.what == "deal":
        return None  # "the deal that brought the rate down": whose rate, its goods tell
    if isinstance(found, Head) or found is None:
        return subject(p, d, g)
    return resolve(p, d, found) or found


def _by_mention(p: Parsed, g: VerbGroup) -> Mention | None:
    for m in p.mentions:
        if g.j <= m.i <= g.j + 3 and m.codes and "by" in p.low[g.j : m.i]:
            return m
    return None


def _by(p: Parsed, d: Document, g: VerbGroup) -> tuple[str, ...]:
    m = _by_mention(p, g)
    if m:
        return m.codes
    # "the duties that Beijing has charged"
    inner = [m for m in p.mentions if g.i - 2 <= m.j <= g.i and m.official and m.codes]
    return inner[-1].codes if inner and p.low[inner[-1].i - 1] in ("that", "which") else ()


def _speaker_side(p: Parsed, d: Document, head: Head, name: str) -> tuple[str, ...]:
    """The government that announces the measure ("X said the duties would ...")."""
    verbs = [g for g in p.groups if g.isa("say", "announce", "announce") and p.quoted[g.v] < 0]
    if verbs and name not in ("stand", "bite"):
        who = subject(p, d, verbs[0])
        if who is not None and who.codes and who.kind != "media":
            return who.codes
    return ()


_LASTING = frozenset(
    ["unchanged", "untouched", "unaffected", "affected", "still", "stays", "remain", "remains",
     "continue", "continues", "already"]
)  # fmt: skip


def _bare(
    p: Parsed,
    d: Document,
    head: Head,
    draft: Draft,
    left: int,
    right: int,
    memory: list[Draft],
) -> list[Draft]:
    """A measure without a verb of its own: counted only where a rate and a side stand with it."""
    words = p.low[left : head.j]
    background = bool({"existing", "current", "old", "longstanding"} & set(words))
    if draft.rate is None or not (draft.actor or draft.refers or draft.target):
        return []
    if "threatened" in words or "proposed" in words or "planned" in words:
        draft.kind, draft.status = "threat", "threatened"
    else:
        draft.kind, draft.status = "measure_in_force", "in_force"
    lasting = bool(_LASTING & set(p.low))
    draft.tentative = not (background or lasting or owner_of(p, head, left))
    draft.background = background
    draft.spans = [evidence(p, left, max(head.j, min(right, head.j + 8)))]
    finite = [g.i for g in p.groups if g.i >= head.j and g.tense not in ("participle", "ing")]
    set_dates(p, d, draft, None, "", head, left, max(right, min(finite[:1] or [right + 10])))
    fill_sides(p, d, draft, memory)
    return [draft]


def _clones(
    p: Parsed, d: Document, draft: Draft, head: Head, right: int, used: set[int]
) -> list[Draft]:
    """ "25 percent on steel and 10 percent on aluminium": one measure for each rate."""
    from copy import deepcopy

    found = []
    for x in p.percents:
        if x.i in used or x.i < head.j or is_share(p, x):
            continue
        if any(h.i > head.j and h.j <= x.i for h in p.measures):
            continue  # the rate of the next measure
        nxt = p.low[x.j] if x.j < len(p.low) else ""
        before = p.low[x.i - 1]
        if nxt in ("on", "for") or (before == "to" and draft.rate is not None):
            gap = p.low[head.j : x.i]
            if ";" in gap and nxt != "on":
                continue
            clone = deepcopy(draft)
            clone.rate = x.value
            if nxt in ("on", "for"):
                clone.scope = scope_of(p, Head(x.i, x.j, "", ""), x.i, p.clause_end(x.j + 1), ())
            else:
                clone.scope = goods_before(p, x.i)
            end = next((k for k in range(x.j, len(p.low)) if p.low[k] in (",", ";")), len(p.low))
            own = [e for i, _, e in p.dates if x.j <= i < min(end, p.clause_end(x.j + 1))]
            states = ("measure_in_force", "measure_announced")
            if own and draft.kind in states and own[0].rule != "length":
                clone.date = own[0].on(d.published, False) or clone.date
            end = min(p.clause_end(x.j), x.j + 8)
            clone.spans = [evidence(p, x.i, max(end, x.j))]
            used.add(x.i)
            found.append(clone)
    return found
