"""The verb or noun of action that governs a measure, and its class."""

from __future__ import annotations

from functools import cache

from .benefits import LOSING, is_benefit
from .grammar import BE, HAVE, NOT, PREPOSITIONS, Head, Parsed, VerbGroup
from .lexicon import Phrases, word_set, yaml_data
from .listings import is_list, list_class
from .phrases import BREAKS

_NOMINAL = {
    noun: name for name, nouns in yaml_data("verbs.yaml")["nouns"].items() for noun in nouns
}
_MEASURE_CLASSES = (
    "announce", "impose", "raise", "lower", "suspend", "postpone", "resume", "expire", "revoke",
    "effect", "stand", "threaten", "bite", "extend",
)  # fmt: skip


CASES = word_set("cases")
LICENCE_VERBS = frozenset(["require", "need", "seek", "obtain", "apply for", "ask for", "request"])
_GETTING = frozenset(["get", "secure", "hold", "apply", "possess", "have"])
_MUST = frozenset(["to", "must", "should", "shall"])


@cache
def _states() -> Phrases:
    """ "in force", "back in place", "on ice" -> what the state says of a measure."""
    found = Phrases()
    for name, phrases in yaml_data("verbs.yaml")["states"].items():
        for phrase in phrases:
            found.add(phrase, name)
    return found


def state_at(low: list[str], k: int) -> str:
    """What the state told of at token `k` says of a measure: "stand", "suspend", "resume" or ""."""
    hit = _states().match(low, k)
    if hit is None or (hit[1] == "revoke" and low[max(0, k - 1)] not in BE | HAVE):
        return ""
    return hit[1]


def governing(p: Parsed, head: Head, left: int) -> tuple[VerbGroup | None, str, str]:
    """(verb group, its class, "obj", "subj", "part" or "noun")."""
    following = [
        g for g in p.groups
        if g.i >= head.j and p.subject(g) is head and ";" not in p.low[head.j : g.i]
        and not _has_own_subject(p, g)
    ]  # fmt: skip
    if head.what == "act":  # "suspended the rule that obliges firms": the rule is suspended
        found = _verb_before(p, head, left)
        if found is not None and found[1] in ("suspend", "postpone", "resume", "revoke"):
            return found
        following = [g for g in following if p.low[g.i - 1] not in ("that", "which", ",")]
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
        inner = governing_relative(
            p, head
        )  # "adds 40 points to the 10 percent that Brazil has paid"
        found = inner if inner[0] is not None else found
    if found is not None:
        return found
    # "in place since", "in force since" right after the phrase
    if p.low[max(0, left - 2) : left] == ["subject", "to"]:
        return None, "stand", "tail"
    if p.low[max(0, left - 2) : left] in FREE_OF and for_a_time(p):
        return None, "suspend", "tail"
    tail = p.low[head.j : head.j + 22]
    for k in range(len(tail) - 1):
        if tail[k] in (";", "while", "but"):
            break
        if tail[k] in NOT:
            break
        if state_at(tail, k):
            return None, state_at(tail, k), "tail"
    return governing_relative(p, head)


_SPARING = frozenset(["spare", "exempt", "free", "let off", "carve out"])
FREE_OF = (["free", "of"], ["free", "from"], ["exempt", "from"], ["clear", "of"])


def for_a_time(p: Parsed) -> bool:
    """Whether a length or an end is named: "exempted for a year", "until July", "temporarily"."""
    ends = any(e.rule == "length" or e.lead in ("until", "till", "through") for _, _, e in p.dates)
    return ends or bool({"temporarily", "temporary", "provisionally", "meantime"} & set(p.low))


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
    if g.verb.lemma in _SPARING and p.low[left - 1] in PREPOSITIONS - {"from", "of"}:
        return None  # "spared exporters a scramble for licences"
    if head.text == "flow":
        return g, "impose", "obj"
    name = (is_list(head) and list_class(p, g, head.i)) or measure_class(g, p)
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
    return bool(inner) and bool(
        {"which", "that"} & set(p.low[max(0, inner[-1].i - 3) : inner[-1].i])
    )


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
    fresh = any(m.j >= g.i and after[0].j <= m.i < g.i for m in p.mentions)
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


# verbs of a measure only where "with" follows: "hit back with duties", "saddled with a levy"
_WITH = frozenset(
    ["hit", "burden", "saddle", "whack", "clobber", "target", "punish", "answer", "respond",
     "hit back", "counter", "reply", "retaliate"]
)  # fmt: skip
_HALTED = frozenset(["suspended", "frozen", "paused", "hold", "ice", "abeyance"])


def measure_class(g: VerbGroup, p: Parsed) -> str:
    lemma = g.verb.lemma
    if (
        lemma in ("set", "add", "target", "place", "list", "hit", "carry", "pay")
        and g.tense == "ing"
    ):
        return ""
    if lemma in _WITH and "with" not in p.low[g.j : g.j + 9]:
        return ""
    if (
        lemma in ("put", "set", "place", "list", "add", "charge")
        and g.isa("impose")
        and not ({"on", "from", "onto", "to"} & set(p.low[g.j : g.j + 16]) or g.passive)
    ):
        return ""
    if lemma in ("keep", "leave") and _HALTED & set(p.low[g.j : g.j + 16]):
        return "suspend"  # "will leave its duties on American goods suspended"
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
    if lemma == "lift" and any(p.low[x.i - 1] == "to" for x in p.percents if x.i > g.v):
        return "raise"  # "lift the tariff to 25 percent"
    for name in _MEASURE_CLASSES:
        if name in g.verb.classes:
            return name
    if lemma in LOSING and any(is_benefit(h) and g.j <= h.i <= g.j + 8 for h in p.measures):
        return "stand"
    asked = lemma in LICENCE_VERBS and (len(lemma.split()) == 1 or _licence_follows(p, g))
    if asked or g.isa("oblige"):
        return "impose"
    if lemma in ("lodge", "deposit", "post", "put up") and (
        lemma == "deposit" or any(w.startswith("deposit") for w in p.low[g.j : g.j + 6])
    ):
        return "stand"
    if lemma in _GETTING and _MUST & set(p.low[g.i : g.v]) and _licence_follows(p, g):
        return "impose"
    return ""


def _licence_follows(p: Parsed, g: VerbGroup) -> bool:
    return any(word.startswith(("licen", "permit", "permission", "authoris", "authoriz"))
               for word in p.low[g.j : g.j + 7])  # fmt: skip


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
