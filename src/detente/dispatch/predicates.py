"""What becomes of a measure: the verb that governs it, and the kind and status it gives."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    subject,
)
from .grammar import NOT, Head, Mention, Parsed, VerbGroup
from .lexicon import word_set
from .phrases import BREAKS

_NOMINAL = {
    "suspension": "suspend",
    "pause": "suspend",
    "freeze": "suspend",
    "exemption": "suspend",
    "exemptions": "suspend",
    "holiday": "suspend",
    "moratorium": "suspend",
    "reprieve": "suspend",
    "deferral": "postpone",
    "abolition": "revoke",
    "dismantling": "revoke",
    "phasing-out": "revoke",
    "restoration": "resume",
    "revival": "resume",
    "reintroduction": "resume",
    "tripling": "raise",
    "quadrupling": "raise",
    "hike": "raise",
    "rise": "raise",
    "tightening": "raise",
    "widening": "raise",
    "prolongation": "extend",
    "lowering": "lower",
    "halving": "lower",
    "easing": "lower",
    "collection": "impose",
    "application": "impose",
    "entry into force": "effect",
    "waiver": "suspend",
    "imposition": "impose",
    "introduction": "impose",
    "doubling": "raise",
    "increase": "raise",
    "announcement": "announce",
    "expansion": "announce",
    "removal": "revoke",
    "lifting": "revoke",
    "withdrawal": "revoke",
    "repeal": "revoke",
    "scrapping": "revoke",
    "elimination": "revoke",
    "end": "revoke",
    "expiry": "expire",
    "expiration": "expire",
    "resumption": "resume",
    "reimposition": "resume",
    "reinstatement": "resume",
    "rollout": "impose",
    "prospect": "threaten",
    "possibility": "threaten",
    "option": "threaten",
    "idea": "threaten",
    "cut": "lower",
    "reduction": "lower",
    "threat": "threaten",
    "threats": "threaten",
    "enforcement": "impose",
    "raising": "raise",
    "postponement": "postpone",
    "delay": "postpone",
}


_MEASURE_CLASSES = (
    "announce", "impose", "raise", "lower", "suspend", "postpone", "resume", "expire", "revoke",
    "effect", "stand", "threaten", "bite", "extend",
)  # fmt: skip


CASES = word_set("cases")
AVERTING = word_set("averting")
LICENCE_VERBS = frozenset(["require", "need", "seek", "obtain"])


def governing(p: Parsed, head: Head, left: int) -> tuple[VerbGroup | None, str, str]:
    """(verb group, its class, "obj", "subj", "part" or "noun")."""
    following = [
        g for g in p.groups
        if g.i >= head.j and p.subject(g) is head and ";" not in p.low[head.j : g.i]
        and not _has_own_subject(p, g)
    ]  # fmt: skip
    if len(following) > 1 and following[0].tense == "participle":
        rest = [g for g in following[1:] if not g.relative and measure_class(g, p)]
        following = rest or following  # "the dues charged on vessels are suspended"
    main = _after_relative(p, head)
    if main is not None:
        return main, measure_class(main, p), "subj"
    for g in following:
        name = measure_class(g, p)
        if name and g.tense != "ing" and not (name == "stand" and g.verb.lemma in ("carry", "pay")):
            if name in ("threaten",):
                continue
            return g, name, "part" if g.tense == "participle" else "subj"
    # a noun of action in front: "suspension of tariffs", "pause in", "doubling of tariffs"
    for k in range(max(0, left - 4), left):
        if p.low[k] in _NOMINAL and p.low[k + 1 : left] in (
            ["of"], ["of", "the"], ["on"], ["in"], ["of", "its"], ["to"], ["from"], ["of", "their"],
            ["of", "a"], ["of", "new"], ["of", "those"], ["of", "these"],
        ):  # fmt: skip
            return _noun_group(p, k, _NOMINAL[p.low[k]])
    if head.j < len(p.low) and p.low[head.j] in (
        "suspension",
        "pause",
        "increase",
        "hike",
        "exemption",
        "waiver",
        "holiday",
        "freeze",
        "moratorium",
        "reprieve",
    ):
        return _noun_group(p, head.j, _NOMINAL.get(p.low[head.j], "raise"))
    found = _verb_before(p, head, left)
    if head.text == "rate" and p.low[head.j : head.j + 1] in (["that"], ["which"]):
        inner = governing_relative(p, head)  # "adds 40 points to the 10 percent that Brazil has paid"
        found = inner if inner[0] is not None else found
    if found is not None:
        return found
    # "in place since", "in force since" right after the phrase
    if p.low[max(0, left - 2) : left] == ["subject", "to"]:
        return None, "stand", "tail"
    tail = p.low[head.j : head.j + 22]
    for k in range(len(tail) - 1):
        if tail[k] in (";", "while", "but"):
            break
        if tail[k] in NOT:
            break
        if tail[k] == "in" and tail[k + 1] in ("place", "force", "effect"):
            return None, "resume" if k and tail[k - 1] == "back" else "stand", "tail"
    return governing_relative(p, head)


_INTRANSITIVE = frozenset(["fall", "rise", "climb", "go up", "go down", "jump", "soar"])


def _verb_before(p: Parsed, head: Head, left: int) -> tuple[VerbGroup | None, str, str] | None:
    """The verb whose object the measure is: "lifted on Friday the duties"."""
    before = [g for g in p.groups if g.v < head.i and g.j <= head.i]
    if not before:
        return None
    g = before[-1]
    dated = {x for i, j, _ in p.dates for x in range(i, j)}
    gap = [p.low[x] for x in range(g.j, left) if x not in dated]
    if set(gap) & (BREAKS | CASES | {";"}) or ("that" in gap and g.isa("say")):
        return None  # another clause; "withdraw the complaint about the curbs"
    if head.text == "flow":
        return g, "impose", "obj"
    name = measure_class(g, p)
    if not name and g.tense == "infinitive":
        for verb in chain_of(p, g)[1:3]:
            if verb.isa("oblige"):
                g, name = verb, "impose"
                break
    if not name or len(gap) > 24 or name in ("effect", "bite", "expire"):
        return None
    if g.verb.lemma in _INTRANSITIVE and head.text != "rate" and not g.passive:
        return None  # "fell under the prohibition"
    if name == "stand" and g.verb.lemma in ("remain", "apply to"):
        return None
    return g, name, "obj"


def _has_own_subject(p: Parsed, g: VerbGroup) -> bool:
    """ "which the president ordered": whoever stands between pronoun and verb acts."""
    inner = [m for m in p.mentions if g.i - 2 <= m.j <= g.i and p._can_act(m)]
    return bool(inner) and bool({"which", "that"} & set(p.low[max(0, inner[-1].i - 3) : inner[-1].i]))


def _after_relative(p: Parsed, head: Head) -> VerbGroup | None:
    """The main verb behind a relative clause: "a tax that Ecuador placed on oil was removed"."""
    mark = next((k for k in range(head.j, min(head.j + 14, len(p.low)))
                 if p.low[k] in ("that", "which")), None)  # fmt: skip
    if mark is None or any(head.j <= g.i < mark for g in p.groups):
        return None
    after = [g for g in p.groups if g.i > mark and g.tense not in ("participle", "infinitive")]
    if len(after) < 2 or after[0].i - mark > 6:
        return None
    g = after[1]
    gap = p.low[after[0].j : g.i]
    fresh = any(m.j >= g.i - 1 and after[0].j <= m.i < g.i for m in p.mentions)
    joined = p.low[g.i - 1] in ("and", "but", "who") or set(gap) & (BREAKS | {";", "that", "which"})
    another = any(after[0].j <= h.i < g.i for h in p.measures)
    if not g.passive or fresh or joined or another or not measure_class(g, p):
        return None
    return g


def governing_relative(p: Parsed, head: Head) -> tuple[VerbGroup | None, str, str]:
    """The verb of a relative clause about the measure: "the duty that has applied since May"."""
    for k in range(head.j, min(head.j + 16, len(p.low) - 1)):
        if any(h.i == k for h in p.measures):
            break
        if p.low[k] in ("which", "that") and p.low[k - 1] not in ("with", "by"):
            verbs = [g for g in p.groups if k < g.i <= k + 3 and not p.mention_at(k + 1)]
            name = measure_class(verbs[0], p) if verbs else ""
            if name and (verbs[0].passive or name in ("effect", "bite", "stand", "expire")):
                return verbs[0], name, "subj"
            inner = [m for m in p.mentions if m.i in (k + 1, k + 2) and m.official]
            verbs = [g for g in p.groups if inner and 0 <= g.i - inner[0].j <= 2]
            name = measure_class(verbs[0], p) if verbs else ""
            if name and name not in ("effect", "bite", "expire"):
                return verbs[0], name, "obj"  # "the duties that Beijing has charged"
            break
    return None, "", ""


_ASKED = word_set("asked")
_TURNED = {
    ("postpone", "raise"): "postpone", ("postpone", "impose"): "postpone",
    ("suspend", "raise"): "suspend", ("suspend", "impose"): "suspend",
    ("revoke", "suspend"): "resume", ("revoke", "raise"): "revoke", ("revoke", "impose"): "revoke",
}  # fmt: skip


def _noun_group(p: Parsed, k: int, name: str) -> tuple[VerbGroup | None, str, str]:
    """A noun of action, in the light of its verb: "put off a doubling", "urged the removal"."""
    before = [g for g in p.groups if g.v < k]
    if not before:
        return None, name, "noun"
    g = before[-1]
    if g.isa("bite"):
        return None, name, "noun"  # "following Beijing's announcement": on no day of this sentence
    if k - g.j <= 6 and not set(p.low[g.j : k]) & BREAKS:
        outer = measure_class(g, p)
        if g.verb.lemma in _ASKED and not g.isa("announce", "impose"):
            return None, "", ""  # what is only asked for or talked of
        name = "threaten" if outer == "threaten" else _TURNED.get((outer, name), name)
    return g, name, "noun"


def measure_class(g: VerbGroup, p: Parsed) -> str:
    lemma = g.verb.lemma
    if (
        lemma in ("set", "add", "target", "place", "list", "hit", "carry", "pay")
        and g.tense == "ing"
    ):
        return ""
    if lemma in ("hit", "target", "punish", "answer", "respond", "hit back", "counter", "reply",
                 "retaliate") and "with" not in p.low[g.j : g.j + 9]:  # fmt: skip
        return ""
    if (
        lemma in ("put", "set", "place", "list", "add", "charge")
        and g.isa("impose")
        and not ({"on", "from", "onto", "to"} & set(p.low[g.j : g.j + 16]) or g.passive)
    ):
        return ""
    if lemma in ("keep", "maintain", "retain", "leave") and g.tense in (
        "past", "perfect", "present", "pluperfect", "ing"
    ):  # fmt: skip
        stays = {"force", "place", "effect", "unchanged"} & set(p.low[g.j : g.j + 14])
        return "impose" if stays or lemma != "leave" else ""
    if lemma in ("give", "put", "get", "win", "receive") and (
        word_set("assents") & set(p.low[g.j : g.j + 7])
    ):
        return "announce"  # "gave its final approval to", "put his signature to"
    if g.isa("say") and not g.isa("announce", "impose", "threaten", "revoke", "lower"):
        return ""
    if lemma == "drop" and any(p.low[x.i - 1] == "to" for x in p.percents if x.i > g.v):
        return "lower"
    for name in _MEASURE_CLASSES:
        if name in g.verb.classes:
            return name
    if lemma in LICENCE_VERBS or g.isa("oblige"):
        return "impose"
    return ""


KIND_OF = {
    "suspend": ("measure_suspended", "suspended"), "resume": ("measure_resumed", "in_force"),
    "expire": ("measure_expired", "expired"), "revoke": ("measure_revoked", "revoked"),
    "effect": ("measure_in_force", "in_force"), "stand": ("measure_in_force", "in_force"),
    "bite": ("measure_in_force", "in_force"), "impose": ("measure_in_force", "in_force"),
    "raise": ("measure_in_force", "in_force"), "lower": ("measure_in_force", "in_force"),
    "announce": ("measure_announced", "announced"), "postpone": ("measure_announced", "announced"),
    "threaten": ("threat", "threatened"), "extend": ("measure_suspended", "suspended"),
}  # fmt: skip


def chain_of(p: Parsed, g: VerbGroup) -> list[VerbGroup]:
    """`g` and the verbs that govern it to its left, nearest first: "agreed to suspend"."""
    chain = [g]
    k = p.groups.index(g)
    while k > 0:
        k -= 1
        before = p.groups[k]
        gap = p.low[before.j : chain[-1].i]
        if any(w in (";", "while", "but", "whereas") for w in gap) or (
            "and" in gap[:-1] and gap[gap.index("and") + 1] in ("the", "that", "this", "its")
        ):
            break  # another clause, with a subject of its own
        if (
            chain[-1].tense in ("infinitive", "ing", "future", "would", "may", "should")
            and len(gap) <= 12
        ):
            chain.append(before)
            continue
        if before.isa("say", "threaten", "announce") and ("that" in gap or len(gap) <= 8):
            chain.append(before)
        break
    return chain


def _leaders_word(p: Parsed, d: Document, g: VerbGroup, said: VerbGroup, name: str) -> bool:
    """ "Trump said he was raising tariffs": a leader's word with no act behind it."""
    if name not in ("impose", "raise") or said.verb.lemma not in _WORD or g.passive or g.negated:
        return False
    who = subject(p, d, said)
    progressive = g.tense == "past" and p.low[g.v].endswith("ing")
    ahead = progressive or g.tense in ("would", "future")
    acts = {"signed", "ordered", "order", "decree", "authorised", "authorized"}
    return bool(
        who is not None and who.leader and not who.former and ahead and not acts & set(p.low)
    )


_WORD = frozenset(["say", "tell", "write", "post", "tweet", "warn", "threaten", "vow"])


def _for_a_time(p: Parsed) -> bool:
    """Whether a length or an end is named: "exempted for a year", "until July", "temporarily"."""
    ends = any(e.rule == "length" or e.lead in ("until", "till", "through") for _, _, e in p.dates)
    return ends or bool({"temporarily", "temporary", "provisionally", "meantime"} & set(p.low))


_REPRIEVES = frozenset(
    ["exemption", "exemptions", "suspension", "pause", "waiver", "waivers", "freeze", "reprieve",
     "moratorium", "delay", "grace", "relief", "truce", "holiday", "concessions"]
)  # fmt: skip
_ACTS = word_set("acts")


def _ordered(p: Parsed, g: VerbGroup) -> bool:
    """ "signed an order that lowers the tariff": what the act lays down is announced by it."""
    k = p.groups.index(g)
    before = p.groups[k - 1] if k else None
    return bool(
        before is not None
        and before.isa("announce", "reach")
        and before.tense in ("past", "perfect", "pluperfect")
        and {"that", "which"} & set(p.low[max(before.j, g.i - 2) : g.i])
        and _ACTS & set(p.low[before.j : g.i])
    )


def set_kind(
    p: Parsed, d: Document, draft: Draft, g: VerbGroup | None, name: str, role: str, head: Head
) -> None:
    draft.kind, draft.status = KIND_OF[name]  # type: ignore[assignment]
    if (
        name == "postpone"
        and role != "noun"
        and not any(e.lead in ("until", "till", "to", "by") for _, _, e in p.dates)
    ):
        draft.kind, draft.status = "measure_suspended", "suspended"
    if g is None:
        return
    if g.verb.lemma in ("exempt", "spare", "free") and name == "suspend" and not _for_a_time(p):
        name = "revoke"
        draft.kind, draft.status = KIND_OF[name]
    if g.tense == "infinitive" and any(h.j == g.i for h in p.deals):
        draft.kind = ""  # "a deal to cut tariffs": the deal's own rules read it
        return
    chain = chain_of(p, g)
    lead_in = [x for x in chain if x is not g]
    conditional = any(w in ("if", "unless") for w in p.low) or p.low[0] == "should"
    if lead_in and _leaders_word(p, d, g, lead_in[0], name):
        draft.kind, draft.status = "threat", "threatened"
        who = subject(p, d, lead_in[0])
        draft.speaker, draft.stance = who.name if who is not None else None, "escalatory"
        return
    tense = g.tense if role != "noun" else ""
    if tense == "ing" and lead_in and p.low[g.i - 1] == "by":
        tense = lead_in[0].tense  # "might answer by limiting sales"
    if tense == "infinitive" and lead_in and lead_in[0].verb.lemma in ("begin", "start"):
        lead_in, tense = lead_in[1:], lead_in[0].tense
    if g.negated or any(x.negated for x in lead_in[:1]):
        draft.certainty = "negated"
    if draft.instrument == "export_license" and g.verb.lemma in (
        "issue", "grant", "approve", "give", "speed up", "accelerate", "guarantee", "ease"
    ):  # fmt: skip
        draft.kind, draft.status = ("commitment", "announced") if tense in AHEAD else ("", None)
        return
    if tense == "ing" and p.quoted[g.v] >= 0:
        draft.kind = ""  # "the United States insists on raising tariffs": a reproach
        return
    before = p.low[max(0, g.i - 2) : g.v]
    if {"plans", "plan", "intention"} & set(before) and "no" in before:
        draft.kind, draft.status, draft.certainty = "measure_announced", "announced", "negated"
        return
    if name == "stand" and g.negated and "longer" in p.low[g.i : g.j]:
        draft.kind, draft.status, draft.certainty = "measure_revoked", "revoked", "stated"
        return  # "will no longer face the duty"
    if name == "announce" and "no" in p.low[max(g.j, head.i - 3) : head.i]:
        draft.certainty = "negated"  # "has adopted no comparable rule"
    s = p.subject(g)
    if role == "obj" and isinstance(s, Head) and s.what == "deal" and g.tense == "present" and (
        name in ("impose", "raise", "lower")
    ):  # fmt: skip
        draft.kind, draft.status = "measure_announced", "announced"  # a term of the deal
        return
    if g.tense == "present" and name in ("impose", "raise", "lower") and _ordered(p, g):
        draft.kind, draft.status = "measure_announced", "announced"
        return
    if role == "noun" and g.isa("announce") and name in ("raise", "impose", "lower"):
        draft.kind, draft.status = "measure_announced", "announced"
        return
    if name in ("impose", "effect", "bite") and "again" in p.low[g.i : g.j + 2] and not g.negated:
        draft.kind, draft.status = "measure_resumed", "in_force"
        return
    if g.tense == "would" and "have" in p.low[g.i : g.v] and name != "threaten":
        draft.kind = ""  # "would have begun at 5 percent": it did not
        return
    asked = lead_in and lead_in[0].verb.lemma in (
        "urge",
        "call on",
        "ask",
        "demand",
        "appeal",
        "want",
    )
    refused = (
        g.negated
        and g.tense in ("would", "future")
        and name in ("announce", "impose", "raise", "revoke")
    )
    if (asked and tense == "infinitive") or refused:
        draft.kind = ""  # what another should do, or what is not going to be done
        return
    if name in ("announce", "impose", "raise", "lower"):
        threatens = [x for x in lead_in if x.isa("threaten")]
        promises = [x for x in lead_in if x.isa("promise") and not x.isa("announce")]
        if threatens and not (p.low[threatens[0].v].startswith("signal")):
            draft.kind, draft.status = "threat", "threatened"
            if threatens[0].verb.lemma in (
                "consider",
                "weigh",
                "mull",
                "contemplate",
                "study",
                "explore",
                "eye",
            ):
                draft.certainty = "hypothetical"
        elif promises and tense in ("infinitive", "future"):
            draft.kind, draft.status = "commitment", "announced"
        elif tense == "may":
            draft.kind, draft.status, draft.certainty = "threat", "threatened", "hypothetical"
        elif (tense in ("would", "future") and conditional and role == "obj") or {
            "prepared",
            "ready",
            "poised",
        } & set(p.low[g.i : g.v]):
            draft.kind, draft.status = "threat", "threatened"
        elif tense in ("future", "would", "infinitive"):
            draft.kind, draft.status = "measure_announced", "announced"
            subjects = [p.subject(x) for x in p.groups if x.isa("say")]
            person = any(
                isinstance(s, Mention) and s.kind in ("person", "official") for s in subjects
            )
            if tense == "would" and not p.dates and draft.rate is None and person:
                draft.kind, draft.status = "threat", "threatened"
            if (
                tense == "infinitive"
                and lead_in
                and lead_in[0].isa("announce", "impose") is False
                and not lead_in[0].isa("say", "effect", "bite")
            ) and lead_in[0].verb.lemma in (
                "want",
                "seek",
                "plan",
                "try",
                "push",
                "urge",
                "call on",
                "ask",
                "like",
                "need",
            ):
                draft.kind = ""
        own = {"own"} & set(p.low[g.j : head.i])
        promised = tense in ("future", "would") and not p.dates and (draft.rate is None or own)
        if name == "lower" and (draft.kind == "threat" or (promised and role == "obj")):
            draft.kind, draft.status = "commitment", "announced"
        if g.verb.lemma in ("propose", "draft", "prepare", "present", "outline"):
            if draft.certainty == "stated":
                draft.certainty = "hypothetical"
            if g.verb.lemma in ("draft", "prepare") and draft.certainty == "hypothetical":
                draft.kind, draft.status = "threat", "threatened"
    elif name == "threaten":
        if any(x.verb.lemma in ("stop", "urge", "call on", "cease", "end") for x in lead_in):
            draft.kind = ""
        if (
            g.isa("say")
            and g.verb.lemma in ("warn", "caution", "signal", "float")
            and role == "obj"
            and draft.rate is None
        ):
            draft.kind = ""
        if g.verb.lemma in (
            "consider",
            "weigh",
            "mull",
            "contemplate",
            "study",
            "explore",
            "eye",
            "float",
        ):
            draft.certainty = "hypothetical"
    elif name in ("effect", "stand", "bite"):
        if name == "stand" and g.verb.lemma == "face" and tense in ("would", "future"):
            draft.kind, draft.status = "measure_announced", "announced"
            if conditional or any(x.isa("threaten") for x in lead_in) or p.low[0] == "without":
                draft.kind, draft.status = "threat", "threatened"
        elif tense in ("future", "infinitive", "would"):
            draft.kind, draft.status = "measure_announced", "announced"
            if conditional and tense == "would":
                draft.kind, draft.status = "threat", "threatened"
        elif tense == "may" and p.low[g.i] != "can":
            draft.kind, draft.status, draft.certainty = "threat", "threatened", "hypothetical"
        if name == "bite" and "again" in p.low[g.v : g.v + 3]:
            draft.kind, draft.status = "measure_resumed", "in_force"
        if name == "bite" and g.verb.lemma in ("hit", "follow") and role == "subj" and not p.dates:
            draft.kind = ""
    elif name in ("suspend", "revoke", "resume", "expire", "postpone", "extend"):
        if (
            lead_in
            and lead_in[0].isa("promise")
            and not lead_in[0].negated
            and tense in ("future", "infinitive")
        ):
            draft.kind, draft.status = "commitment", "announced"
        weighing = [x for x in lead_in if x.isa("threaten")]
        if name == "revoke" and weighing and tense in ("ing", "infinitive", "would", "future"):
            draft.kind, draft.status = "threat", "threatened"  # "is considering ending preferences"
            if not weighing[0].isa("say"):
                draft.certainty = "hypothetical"
        if tense == "present" and any(
            (x.isa("say") and x.verb.lemma in ("urge", "demand", "call on", "ask", "insist"))
            or x.verb.lemma == "propose"
            for x in p.groups[: p.groups.index(g)]
        ):
            draft.kind = ""
        if name == "resume" and tense in ("may", "would") and not p.dates:
            draft.kind = ""  # "without it the duties would come back"
        if tense in ("may", "would") and (conditional or tense == "may"):
            draft.certainty = "hypothetical"
            if name == "suspend" and p.low[0] == "if":
                draft.kind = ""  # spared from what is itself only supposed
        if tense == "should" or (
            tense == "infinitive"
            and lead_in
            and lead_in[0].verb.lemma
            in (
                "urge",
                "call on",
                "demand",
                "want",
                "ask",
                "seek",
                "push",
                "press",
                "refuse",
                "appeal",
                "need",
                "propose",
                "hope",
                "try",
                "tell",
            )
        ):
            draft.kind = ""
        if name == "suspend" and (
            {"part", "partly", "partially", "portion", "some"}
            & set(p.low[max(0, head.i - 6) : head.j])
        ):
            draft.status = "partly_suspended"
        if name == "extend" and not _REPRIEVES & set(
            p.low[max(0, min(g.j, head.i - 5)) : max(head.j + 3, g.i)]
        ):
            draft.kind, draft.status = "measure_in_force", "in_force"
    text = " ".join(p.low)
    if draft.kind == "measure_revoked" and ("before it took" in text or "before they took" in text):
        draft.status = "withdrawn"
    threatened = [x for x in chain if x.isa("threaten") and x.tense == "pluperfect"]
    if draft.kind == "threat" and threatened and AVERTING & set(p.low):
        draft.status = "withdrawn"
    if draft.kind == "threat":
        speakers = [x for x in chain if x.isa("threaten", "say")]
        who = subject(p, d, speakers[0]) if speakers else subject(p, d, g)
        draft.stance = "conciliatory" if draft.status == "withdrawn" else "escalatory"
        if who is not None and who.kind in ("person", "official", "government", "ministry"):
            draft.speaker = who.name if who.kind != "government" or speakers else None
        if who is not None and who.former:
            draft.kind = ""
        if speakers and who is not None and not draft.actor:
            draft.actor = who.codes
    if (
        any(m.kind == "media" for m in p.mentions)
        or {"sources", "reportedly", "source"} & set(p.low)
    ) and draft.certainty == "stated":
        draft.certainty = "reported"
