"""Measures and threats: who does what to whom, in one sentence and those before."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    evidence,
    old,
    resolve,
    sides_of,
    subject,
)
from .events import TALKS
from .grammar import Head, Mention, Parsed, Percent, VerbGroup
from .lexicon import word_set
from .phrases import (
    flows,
    goods_before,
    instrument_of,
    is_measure,
    is_share,
    left_edge,
    owner_of,
    passive_flows,
    rate_of,
    scope_of,
    targets_of,
    to_rate,
    worldwide,
)
from .predicates import KIND_OF, LICENCE_VERBS, governing, measure_class, set_kind
from .standing import read_standing
from .timing import set_dates


def read_measures(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """The measures and threats of one sentence; `memory` holds those of the sentences before."""
    found: list[Draft] = []
    used: set[int] = set()
    sayers = [subject(p, d, g) for g in p.groups if g.isa("say") and p.quoted[g.v] < 0]
    if any(who is not None and who.former for who in sayers):
        return []
    p.measures += passive_flows(p)
    for head in p.measures:
        if is_measure(p, head):
            found += _from_head(p, d, head, memory, used)
    for head in flows(p):
        found += _from_head(p, d, head, memory, used)
    found += read_standing(p, d, [*memory, *found], used)
    for percent in p.percents:
        if percent.i not in used:
            found += _from_percent(p, d, percent, memory, used, found)
    found += _pronoun_objects(p, d, memory)
    return found


def _from_head(
    p: Parsed, d: Document, head: Head, memory: list[Draft], used: set[int]
) -> list[Draft]:
    left = left_edge(p, head)
    right = p.clause_end(head.j)
    g, name, role = governing(p, head, left)
    draft = Draft("measure_in_force", instrument=instrument_of(head, p))
    vague = head.text.lower() in ("measures", "measure", "countermeasures")
    if draft.instrument is None and head.what == "generic" and not vague:
        before = [m.instrument for m in memory if m.instrument and m.kind not in TALKS]
        if before and before[-1] in ("export_control", "export_license"):
            draft.instrument = "export_control"
    draft.rate = rate_of(p, head, left, right, used)
    if name == "raise" or name == "lower":
        draft.rate = to_rate(p, g, used) if to_rate(p, g, used) is not None else draft.rate
    # who
    actor: tuple[str, ...] = ()
    owner = owner_of(p, head, left)
    if role in ("obj", "noun") and g is not None:
        actor = sides_of(p, d, _agent(p, d, g))
        if name == "stand":  # "Chinese goods face a tariff": the subject is hit
            draft.target, actor = actor, ()
            hit = [
                m
                for m in p.mentions
                if m.codes
                and m.j <= g.i
                and m.kind in ("country", "demonym")
                and p.clause_end(m.j) >= g.i
            ]
            if not draft.target and hit:
                draft.target = hit[-1].codes

    elif role == "tail" and p.low[max(0, left - 2) : left] == ["subject", "to"]:
        hit = [
            m for m in p.mentions if m.codes and m.j <= left and m.kind in ("country", "demonym")
        ]
        draft.target = hit[-1].codes if hit else ()
    elif role in ("subj", "part") and g is not None:
        actor = _by(p, d, g)
    if role == "noun":
        possessive = [
            m for m in p.mentions if m.poss and m.j <= left and left - m.j < 6 and m.codes
        ]
        if possessive:
            actor = possessive[-1].codes
    if (owner and role != "obj") or (owner and not actor):
        actor = owner
    elif owner and actor and set(owner) != set(actor) and not draft.target:
        if name in ("announce", "impose", "threaten", "raise"):
            draft.target = owner
        else:
            actor = owner if name not in ("suspend", "revoke", "resume", "lower") else actor
    if not actor:
        actor = _speaker_side(p, d, head, name)
    if name == "stand" and draft.target and not actor:
        # "in the United States", "at American ports": who collects it
        there = [
            m
            for m in p.mentions
            if head.j <= m.i
            and m.codes
            and m.kind in ("country", "demonym")
            and {"in", "at"} & set(p.low[max(head.j, m.i - 2) : m.i])
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
    draft.actor = actor
    explicit = targets_of(p, head, left, right, actor)
    if name == "stand" and draft.target:
        explicit = ()
    draft.target = explicit or tuple(c for c in draft.target if c not in actor)
    if not draft.target and g is not None and role == "subj":
        draft.target = targets_of(p, Head(g.j, g.j, "", ""), g.j, p.clause_end(g.j), actor)
    if not draft.target and role == "obj" and g is not None:
        draft.target = tuple(
            c for m in p.mentions if g.j <= m.i and m.j <= left and m.official and m.codes
            and m.kind in ("country", "capital", "government") for c in m.codes if c not in actor
        )  # fmt: skip
    draft.scope = scope_of(p, head, left, right, draft.target)
    rates = [x for x in p.percents if not is_share(p, x) and not x.points]
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
    definite = left < len(p.low) and p.low[left] in (
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
    pointed = left > 0 and p.low[left - 1] == "that" and p.low[left - 2 : left - 1] in (
        [], [","], ["and"], [";"]
    )  # fmt: skip
    draft.refers = definite or (pointed and (left == 1 or p.low[left - 2] in (",", "and", ";")))
    if not name:
        return _bare(p, d, head, draft, left, right, memory)
    set_kind(p, d, draft, g, name, role, head)
    if not draft.kind or (role == "obj" and g is not None and len(actor) > 1 and g.isa("reach")):
        return []  # what both sides agreed is an agreement
    first = next(
        (m for m in memory if m.kind.startswith("measure_") and m.actor and m.target), None
    )
    answers = head.text.lower().startswith(("countermeasure", "retaliat")) and not draft.actor
    if first and answers and first.target != ("WLD",):  # they answer the measure told of first
        draft.actor, draft.target, draft.refers = first.target, first.actor, False
    lists_move = draft.instrument == "entity_list" or (
        draft.instrument == "export_control" and "list" in head.text.lower()
    )
    start = min(left, g.i) if g is not None and role != "subj" else left
    end = max(head.j, g.j if g is not None else 0)
    if lists_move and draft.kind == "measure_resumed" and draft.instrument == "export_control":
        draft.kind, draft.status = "measure_revoked", "revoked"  # back on the list of the trusted
    elif lists_move and draft.kind in ("measure_revoked", "measure_in_force"):
        # to strike a buyer from a white list, or to enter a firm on a black one, is a new measure
        white = draft.instrument == "export_control"
        if white == (draft.kind == "measure_revoked") or not white:
            draft.kind, draft.status = "measure_announced", "announced"
            if g is not None and g.tense in ("would", "may"):
                draft.kind, draft.status, draft.stance = "threat", "threatened", "escalatory"
    set_dates(p, d, draft, g, name, head, left, right)
    listed = lists_move and draft.kind == "measure_announced" and not draft.date
    if listed and old(draft.announced_on, d):
        draft.kind, draft.status = "measure_in_force", "in_force"
        draft.date, draft.announced_on = draft.announced_on, None
    draft.spans = [evidence(p, max(0, start), max(end, min(right, end + 12)))]
    _fill(p, d, draft, memory)
    clones = _clones(p, d, draft, head, right, used)
    return [draft, *clones]


def _agent(p: Parsed, d: Document, g: VerbGroup) -> Mention | Head | None:
    if g.passive:
        by = _by_mention(p, g)
        return by
    found = p.subject(g)
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
    draft.tentative = not background and not owner_of(p, head, left)
    draft.background = background
    draft.spans = [evidence(p, left, max(head.j, min(right, head.j + 8)))]
    set_dates(p, d, draft, None, "", head, left, right)
    _fill(p, d, draft, memory)
    return [draft]


def _fill(p: Parsed, d: Document, draft: Draft, memory: list[Draft]) -> None:
    """What the sentence leaves open, from the measure named before or the two main sides."""
    if draft.refers and draft.kind != "threat":
        for earlier in reversed(memory):
            if earlier.kind == "statement" or earlier.instrument in ("meeting", "agreement"):
                continue
            if draft.instrument not in (None, earlier.instrument):
                continue
            if draft.actor and earlier.actor and not set(draft.actor) & set(earlier.actor):
                continue
            if draft.target and earlier.target and not set(draft.target) & set(earlier.target):
                continue
            if draft.rate is not None and draft.rate != earlier.rate:
                continue
            draft.actor = draft.actor or earlier.actor
            draft.target = draft.target or earlier.target
            draft.instrument = draft.instrument or earlier.instrument
            draft.rate = earlier.rate if draft.rate is None else draft.rate
            draft.scope = draft.scope or earlier.scope
            break
    if not draft.actor and not draft.target:
        known = [(m.actor, m.target) for m in memory if m.kind.startswith("measure_")
                 and m.actor and m.target and m.instrument == draft.instrument]  # fmt: skip
        near = [(m.actor, m.target) for m in memory[-2:] if m.kind.startswith("measure_")
                and m.actor and m.target]  # fmt: skip
        if known or near:
            draft.actor, draft.target = max(reversed(known or near), key=(known or near).count)
            draft.guessed_target = True
    if not draft.actor and draft.target:
        known = [m for m in memory if m.actor and set(m.target) & set(draft.target)]
        if known:
            draft.actor = known[-1].actor
    if not draft.actor and draft.target:
        pair = d.pair()
        draft.actor = tuple(c for c in pair if c not in draft.target)[:1]
    if not draft.actor and draft.speaker:
        draft.actor = d.last
    if not draft.target and draft.actor:
        if worldwide(p, draft) or d.broad.get(draft.actor[0]):
            draft.target = ("WLD",)
        else:
            draft.target = d.other(draft.actor) or ("WLD",)
            draft.guessed_target = True
    draft.target = tuple(sorted(set(draft.target) - set(draft.actor)))
    if not draft.target and draft.actor:
        draft.target, draft.guessed_target = d.other(draft.actor) or ("WLD",), True
    draft.actor = tuple(sorted(set(draft.actor)))


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
            own = [e for i, _, e in p.dates if x.j <= i < p.clause_end(x.j + 1)]
            if own and draft.kind == "measure_in_force" and own[0].rule != "length":
                clone.date = own[0].on(d.published, False) or clone.date
            end = min(p.clause_end(x.j), x.j + 8)
            clone.spans = [evidence(p, x.i, max(end, x.j))]
            used.add(x.i)
            found.append(clone)
    return found


def _from_percent(
    p: Parsed, d: Document, x: Percent, memory: list[Draft], used: set[int], found: list[Draft]
) -> list[Draft]:
    """A rate without a noun: "the rate is to climb to 25 percent", "charge 25 percent on"."""
    if is_share(p, x) or x.points:
        return []
    before = [g for g in p.groups if g.v < x.i]
    after = [g for g in p.groups if x.j <= g.i <= x.j + 1 and g.passive]
    charged = after and measure_class(after[0], p) in ("impose", "raise", "announce")
    if charged:
        before = after[:1]  # "an extra 50% will be charged on sugar"
    if not before:
        return []
    g = before[-1]
    lemma = g.verb.lemma
    nxt = p.low[x.j] if x.j < len(p.low) else ""
    head = Head(x.i, x.j, "tariff", "")
    draft = Draft("measure_in_force", instrument="tariff", rate=x.value, status="in_force")
    name = measure_class(g, p)
    bare = nxt in (".", ",", "for", "") and not any(h.i > g.j for h in p.measures)
    climbs = lemma in ("climb", "rise", "increase", "fall", "go", "raise", "jump", "drop")
    if charged:
        used.add(x.i)
        draft.actor = _by(p, d, g)
        set_kind(p, d, draft, g, name, "subj", head)
        draft.scope = scope_of(p, Head(g.j, g.j, "", ""), g.j, p.clause_end(g.j + 1), ())
        draft.refers = not draft.actor
    elif lemma in ("charge", "levy", "collect") and nxt == "on" and g.tense not in AHEAD:
        sides = sides_of(p, d, p.subject(g))
        draft.scope = scope_of(p, head, x.i, p.clause_end(x.j + 1), ())
        used.add(x.i)
        if len(sides) == 2 and "other" in p.low[g.j : x.i]:
            both = []
            for actor, target in (sides, sides[::-1]):
                one = Draft("measure_in_force", (actor,), (target,), "tariff", x.value, draft.scope)
                one.status = "in_force"
                one.spans = [evidence(p, g.i, min(p.clause_end(x.j + 1), x.j + 8))]
                both.append(one)
            return both
        draft.actor = sides
    elif (
        lemma in ("face", "pay", "attract", "carry")
        and g.tense != "participle"
        and (set(p.low[max(0, g.i - 12) : g.i]) & word_set("goods"))
    ):
        used.add(x.i)
        s = p.subject(g)
        draft.target = sides_of(p, d, s) if not isinstance(s, Head) else ()
        name = "stand"
        if g.tense in AHEAD and p.low[g.i] != "can":
            draft.kind, draft.status = "measure_announced", "announced"
        near = [
            m for m in p.mentions if m.codes and m.j <= g.i and m.kind in ("country", "demonym")
        ]
        if not draft.target and near:
            draft.target = near[-1].codes
        tariffs = [m for m in [*memory, *found] if m.instrument == "tariff" and m.actor]
        if tariffs:
            draft.actor = tariffs[-1].actor
            draft.target = draft.target or tariffs[-1].target
            if set(draft.actor) & set(draft.target):
                draft.target = tariffs[-1].target
        draft.scope = p.text(max(0, g.i - 3), g.i)
    elif climbs and any(
        w in ("rate", "tariff", "duty", "levy", "tariffs", "duties", "it") for w in p.low[: g.i]
    ):
        draft.refers = True
        used.add(x.i)
        if g.tense in AHEAD:
            draft.kind, draft.status = "measure_announced", "announced"
            if g.tense == "may":
                return []
    elif name in ("impose", "announce", "threaten", "raise") and (
        nxt == "on" or (bare and lemma in ("charge", "levy", "collect", "impose", "put", "apply"))
    ):
        used.add(x.i)
        draft.actor = sides_of(p, d, p.subject(g))
        set_kind(p, d, draft, g, name, "obj", head)
        if not draft.kind:
            return []
    else:
        return []
    right = p.clause_end(x.j)
    draft.target = targets_of(p, head, x.i, p.clause_end(x.j + 1), draft.actor) or draft.target
    rate = draft.rate
    draft.rate = None
    if draft.refers:
        pool = [m for m in memory if m.instrument == "tariff"]
        last = next(
            (m for m in reversed([*pool, *[f for f in found if f.instrument == "tariff"]])), None
        )
        if last is not None:
            draft.actor, draft.target, draft.scope = last.actor, last.target, last.scope
    draft.rate = rate
    set_dates(p, d, draft, g, "effect" if climbs else name, head, x.i, right)
    draft.spans = [evidence(p, g.i, max(x.j, min(right, x.j + 8)))]
    draft.refers = False
    _fill(p, d, draft, memory)
    return [draft]


def _pronoun_objects(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """ "Donald Trump imposed them in March 2018": more on the measures of the sentence before."""
    from copy import deepcopy

    found: list[Draft] = []
    for g in p.groups:
        name = measure_class(g, p)
        if name not in (
            "impose",
            "suspend",
            "revoke",
            "resume",
            "announce",
            "effect",
            "expire",
            "stand",
        ):
            continue
        subject_of = p.subject(g)
        if (
            isinstance(subject_of, Mention)
            and subject_of.name in ("they", "it")
            and subject_of.i <= 1
            and (g.passive or name in ("effect", "expire", "stand", "resume"))
            and p.quoted[g.v] < 0
        ):
            found += _pronoun_subject(p, d, memory, g, name)
            continue
        if name == "effect" and p.quoted[g.v] < 0 and _points_back(p, g):
            found += _pronoun_subject(p, d, memory, g, name)
            continue
        if g.passive or g.j >= len(p.low) or p.low[g.j] not in ("them", "it"):
            continue
        if p.low[g.j] == "it" and name == "announce":
            continue
        sides = sides_of(p, d, p.subject(g))
        last = [
            m
            for m in memory
            if m.instrument in ("tariff", "export_control", "export_license", "port_fee")
        ]
        if not sides or not last or g.negated:
            continue
        recent = (
            [m for m in last if m.sentence == last[-1].sentence]
            if p.low[g.j] == "them"
            else last[-1:]
        )
        for m in recent:
            draft = deepcopy(m)
            draft.kind, draft.status = KIND_OF[name]  # type: ignore[assignment]
            draft.actor = sides
            draft.target = tuple(c for c in draft.target if c not in sides) or ("WLD",)
            draft.date = draft.announced_on = None
            draft.spans = [evidence(p, g.i, min(len(p.low), g.j + 5))]
            set_dates(p, d, draft, g, name, Head(g.j, g.j + 1, "", ""), g.j, p.clause_end(g.j))
            found.append(draft)
    return found


_ANAPHORA = word_set("anaphora")


def _points_back(p: Parsed, g: VerbGroup) -> bool:
    """ "The order, printed on Friday, enters into force": of the measure named before."""
    if p.low[0] not in ("the", "this", "that") or any(h.j <= g.i for h in p.measures):
        return False
    return any(p.low[k] in _ANAPHORA for k in range(1, min(4, g.i)))


def _pronoun_subject(
    p: Parsed, d: Document, memory: list[Draft], g: VerbGroup, name: str
) -> list[Draft]:
    """ "They will be reinstated on 1 April": the measure named last, in a new state."""
    from copy import deepcopy

    last = [m for m in memory if m.kind.startswith("measure_") and m.actor and m.target]
    if not last or g.verb.lemma in (
        "set",
        "put",
        "place",
        "list",
        "carry",
        "pay",
        "attract",
        "add",
    ):
        return []
    draft = deepcopy(last[-1])
    draft.kind, draft.status = KIND_OF[name]  # type: ignore[assignment]
    draft.date = draft.announced_on = None
    draft.background, draft.certainty = False, "negated" if g.negated else "stated"
    draft.refers = True
    head = Head(g.i, g.i, "", "")
    draft.spans = [evidence(p, g.i, min(len(p.low), max(g.j, p.clause_end(g.j))))]
    set_kind(p, d, draft, g, name, "subj", head)
    if not draft.kind or draft.kind == "threat":
        return []
    set_dates(p, d, draft, g, name, head, g.i, p.clause_end(g.j))
    return [draft]
