"""What becomes of a measure: the verb that governs it, and the kind and status it gives."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    subject,
)
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set, yaml_data
from .phrases import BREAKS

_NOMINAL = {
    "suspension": "suspend",
    "pause": "suspend",
    "freeze": "suspend",
    "exemption": "suspend",
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


_PONDERING = frozenset(yaml_data("threats.yaml")["weighing"])
CASES = word_set("cases")
AVERTING = word_set("averting")
LICENCE_VERBS = frozenset(["require", "need", "seek", "obtain"])


def governing(p: Parsed, head: Head, left: int) -> tuple[VerbGroup | None, str, str]:
    """(verb group, its class, "obj", "subj", "part" or "noun")."""
    following = [
        g for g in p.groups
        if g.i >= head.j and p.subject(g) is head and ";" not in p.low[head.j : g.i]
    ]  # fmt: skip
    if len(following) > 1 and following[0].tense == "participle":
        rest = [g for g in following[1:] if not g.relative and measure_class(g, p)]
        following = rest or following  # "the dues charged on vessels are suspended"
    for g in following:
        name = measure_class(g, p)
        if name and g.tense != "ing" and not (name == "stand" and g.verb.lemma in ("carry", "pay")):
            if name in ("threaten",):
                continue
            return g, name, "part" if g.tense == "participle" else "subj"
    for k in range(head.j, min(head.j + 14, len(p.low) - 2)):
        if p.low[k] in ("which", "that"):  # "the duties that Beijing has charged"
            inner = [m for m in p.mentions if m.i in (k + 1, k + 2) and m.official]
            verbs = [g for g in p.groups if inner and 0 <= g.i - inner[0].j <= 1]
            name = measure_class(verbs[0], p) if verbs else ""
            main = [x for x in p.groups if x.j <= head.i and head.i - x.j <= 6]
            earlier = verbs and verbs[0].tense == "pluperfect" and main
            if earlier and measure_class(main[-1], p):
                break  # "brought back its surtax that it had shelved": the main verb tells
            if name and name not in ("effect", "bite", "expire"):
                return verbs[0], name, "obj"
            break
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
    ):
        return _noun_group(p, head.j, _NOMINAL.get(p.low[head.j], "raise"))
    before = [g for g in p.groups if g.v < head.i and g.j <= head.i]
    if before:
        g = before[-1]
        dated = {x for i, j, _ in p.dates for x in range(i, j)}
        gap = [p.low[x] for x in range(g.j, left) if x not in dated]
        if any(w in BREAKS for w in gap):
            return None, "", ""
        if "that" in gap and g.isa("say"):
            return None, "", ""
        if CASES & set(gap):
            return None, "", ""  # "withdraw the complaint about the curbs"
        name = measure_class(g, p)
        if head.text == "flow":
            return g, "impose", "obj"
        if not name and g.tense == "infinitive":
            for governing in chain_of(p, g)[1:3]:
                if governing.isa("oblige"):
                    g, name = governing, "impose"
                    break
        if len(gap) <= 24 and name and ";" not in gap and name not in ("effect", "bite", "expire"):
            if name == "stand" and g.verb.lemma in ("remain", "apply to"):
                return None, "", ""
            return g, name, "obj"
    # "in place since", "in force since" right after the phrase
    if p.low[max(0, left - 2) : left] == ["subject", "to"]:
        return None, "stand", "tail"
    tail = p.low[head.j : head.j + 22]
    for k in range(len(tail) - 1):
        if tail[k] in (";", "while", "but"):
            break
        if tail[k] == "in" and tail[k + 1] in ("place", "force", "effect"):
            return None, "stand", "tail"
    return None, "", ""


def _noun_group(p: Parsed, k: int, name: str) -> tuple[VerbGroup | None, str, str]:
    before = [g for g in p.groups if g.v < k]
    if before and before[-1].isa("bite"):
        return None, name, "noun"  # "following Beijing's announcement": on no day of this sentence
    return (before[-1] if before else None), name, "noun"


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
    faces = name == "stand" and g.verb.lemma in ("face", "pay")
    if name not in ("impose", "raise") and not faces:
        return False
    if said.verb.lemma not in _WORD or g.passive or g.negated:
        return False
    who = subject(p, d, said)
    progressive = g.tense == "past" and p.low[g.v].endswith("ing")
    ahead = progressive or g.tense in ("would", "future")
    acts = {"signed", "ordered", "order", "decree", "authorised", "authorized"}
    return bool(
        who is not None and who.leader and not who.former and ahead and not acts & set(p.low)
    )


_WORD = frozenset(["say", "tell", "write", "post", "tweet", "warn", "threaten", "vow"])


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
    if name == "announce" and "no" in p.low[max(g.j, head.i - 3) : head.i]:
        draft.certainty = "negated"  # "has adopted no comparable rule"
    s = p.subject(g)
    if role == "obj" and isinstance(s, Head) and s.what == "deal" and g.tense == "present" and (
        name in ("impose", "raise", "lower")
    ):  # fmt: skip
        draft.kind, draft.status = "measure_announced", "announced"  # a term of the deal
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
            if threatens[0].verb.lemma in _PONDERING:
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
        if g.verb.lemma == "reserve" and not {"right", "rights"} & set(p.low[g.j : head.i]):
            draft.kind = ""  # "reserving its quotas for its own processors"
        if any(x.verb.lemma in ("stop", "urge", "call on", "cease", "end") for x in lead_in):
            draft.kind = ""
        if (
            g.isa("say")
            and g.verb.lemma in ("warn", "caution", "signal", "float")
            and role == "obj"
            and draft.rate is None
        ):
            draft.kind = ""
        if g.verb.lemma in _PONDERING | {"float"}:
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
        if name == "extend" and head.text.lower() in (
            "tariffs",
            "tariff",
            "duties",
            "measures",
            "measure",
            "restrictions",
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
