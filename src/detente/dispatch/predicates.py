"""What becomes of a measure: the verb that governs it, and the kind and status it gives."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    subject,
)
from .governing import chain_of, for_a_time
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set, yaml_data
from .subjects import clause_start

_PONDERING = frozenset(yaml_data("threats.yaml")["weighing"])
AVERTING = word_set("averting")
KIND_OF = {
    "suspend": ("measure_suspended", "suspended"), "resume": ("measure_resumed", "in_force"),
    "expire": ("measure_expired", "expired"), "revoke": ("measure_revoked", "revoked"),
    "effect": ("measure_in_force", "in_force"), "stand": ("measure_in_force", "in_force"),
    "bite": ("measure_in_force", "in_force"), "impose": ("measure_in_force", "in_force"),
    "raise": ("measure_in_force", "in_force"), "lower": ("measure_in_force", "in_force"),
    "announce": ("measure_announced", "announced"), "postpone": ("measure_announced", "announced"),
    "threaten": ("threat", "threatened"), "extend": ("measure_suspended", "suspended"),
}  # fmt: skip


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


def _limited(p: Parsed, g: VerbGroup) -> bool:
    """Whether what `g` does holds for a time: "temporarily lifted", "will not apply until May"."""
    near = p.low[max(0, g.i - 2) : g.j + 2]
    if {"temporarily", "provisionally"} & set(near):
        return True
    end = p.clause_end(g.j)
    return any(
        g.j <= i < end and (
            e.lead in ("until", "till") or (e.rule == "length" and e.text.startswith("for "))
        )
        for i, _, e in p.dates
    )  # fmt: skip


_REPRIEVES = frozenset(
    ["exemption", "exemptions", "suspension", "pause", "waiver", "waivers", "freeze", "reprieve",
     "moratorium", "delay", "grace", "relief", "truce", "holiday", "concessions"]
)  # fmt: skip
_ACTS = word_set("acts")
_DONE = ("past", "perfect", "pluperfect", "participle", "future", "present", "infinitive")
_LIFTING = frozenset(["lift", "remove", "withdraw", "drop", "take off", "cancel", "waive", "scrap"])


def _ordered(p: Parsed, g: VerbGroup) -> bool:
    """ "signed an order that lowers the tariff": what the act lays down is announced by it."""
    k = p.groups.index(g)
    before = p.groups[k - 1] if k else None
    if before is None or not before.isa("announce", "reach"):
        return False
    bare = before.tense == "past" and p.low[before.i - 1] in _ACTS
    if before.tense == "participle" or bare:  # "an order signed by the president cuts"
        return bool(_ACTS & set(p.low[max(0, before.i - 3) : before.i])) and g.tense == "present"
    linked = g.tense == "ing" or {"that", "which"} & set(p.low[max(before.j, g.i - 2) : g.i])
    done = before.tense in ("past", "perfect", "pluperfect")
    return bool(done and linked and _ACTS & set(p.low[before.j : g.i]))


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
    if g.verb.lemma in ("exempt", "spare", "free") and name == "suspend" and not for_a_time(p):
        name = "revoke"
        draft.kind, draft.status = KIND_OF[name]
    if name == "revoke" and g.tense in _DONE and g.verb.lemma in _LIFTING and _limited(p, g):
        name = "suspend"
        draft.kind, draft.status = KIND_OF[name]
    withheld = g.negated and g.tense in ("future", "would", "present", "past")
    if name in ("impose", "effect", "bite") and withheld and _limited(p, g):
        draft.kind, draft.status = KIND_OF["suspend"]
        return  # "will not be collected until July"
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
    if (
        tense == "infinitive"
        and lead_in
        and lead_in[0].verb.lemma in ("begin", "start", "continue")
    ):
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
        if name not in ("suspend", "revoke", "resume"):
            draft.kind, draft.status = "measure_announced", "announced"
        draft.certainty = "negated"
        return
    longer = "longer" in p.low[max(0, g.i - 2) : g.j]
    if name in ("stand", "impose", "effect") and longer and p.low[g.j - 1] != "longer":
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
    if g.tense in ("present", "ing") and name in ("impose", "raise", "lower") and _ordered(p, g):
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
    above = [x for x in lead_in if x.tense != "infinitive"] or lead_in
    asked = above and above[0].verb.lemma in (
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
    if g.verb.lemma == "enforce" and tense in AHEAD and draft.refers:
        draft.kind = ""  # "would enforce the measure strictly": one told of before
        return
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
        if role == "obj" and {"if", "unless"} & set(p.low[max(0, clause_start(p, g) - 1) : g.i]):
            draft.kind = ""  # "unless the bloc dropped its levy": a condition
            return
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
