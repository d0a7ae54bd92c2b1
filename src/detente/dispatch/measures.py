# ruff: noqa: E501, SIM102, SIM103, SIM201, F841
"""Measures and threats: which verb governs a tariff, a control or a list, who does it to whom."""

from __future__ import annotations

from datetime import timedelta

from .context import Document
from .dates import Expression, bounds
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    day_of,
    evidence,
    is_ahead,
    is_past,
    looks_ahead,
    old,
    owner,
    resolve,
    said_on,
    sides_of,
    sorted_codes,
    subject,
)
from .parse import PREPOSITIONS, Head, Mention, Parsed, Percent, VerbGroup, lists, word_set

_NOT_MEASURES = frozenset(
    [
        "talks",
        "war",
        "wars",
        "dispute",
        "row",
        "threat",
        "threats",
        "truce",
        "negotiations",
        "revenue",
        "revenues",
        "policy",
        "wall",
        "free",
        "exemption",
        "discussions",
        "battle",
        "conflict",
        "tensions",
        "agenda",
        "hawk",
        "collections",
        "issue",
        "issues",
        "feud",
        "spat",
        "showdown",
        "deadline",
        "deal",
        "fight",
        "relief",
        "preferences",
        "preference",
        "letter",
        "letters",
    ]
)
_LIGHT = frozenset(
    [
        "additional",
        "extra",
        "new",
        "further",
        "punitive",
        "retaliatory",
        "provisional",
        "definitive",
        "import",
        "export",
        "reciprocal",
        "existing",
        "current",
        "higher",
        "lower",
        "steep",
        "steeper",
        "blanket",
        "across",
        "the",
        "board",
        "sweeping",
        "broad",
        "broader",
        "planned",
        "threatened",
        "proposed",
        "special",
        "temporary",
        "so",
        "called",
        "same",
        "base",
        "flat",
        "general",
        "minimum",
        "combined",
        "total",
        "average",
        "separate",
        "second",
        "first",
        "third",
        "initial",
        "latest",
        "own",
        "counter",
        "tit",
        "for",
        "tat",
        "strict",
        "stricter",
        "tighter",
        "expanded",
        "wider",
        "similar",
        "such",
        "preliminary",
        "anti",
        "dumping",
        "customs",
        "global",
        "universal",
        "baseline",
        "sectoral",
        "penalty",
        "secondary",
        "fresh",
        "unprecedented",
        "tough",
        "annual",
        "maximum",
        "top",
        "preferential",
        "long",
        "standing",
        "more",
        "recent",
    ]
)
_NOMINAL = {
    "suspension": "suspend", "pause": "suspend", "freeze": "suspend", "exemption": "suspend",
    "waiver": "suspend", "imposition": "impose", "introduction": "impose", "doubling": "raise",
    "increase": "raise", "announcement": "announce", "expansion": "announce", "removal": "revoke",
    "lifting": "revoke", "withdrawal": "revoke", "repeal": "revoke", "scrapping": "revoke",
    "elimination": "revoke", "end": "revoke", "expiry": "expire", "expiration": "expire",
    "resumption": "resume", "reimposition": "resume", "reinstatement": "resume", "rollout": "impose",
    "prospect": "threaten", "possibility": "threaten", "option": "threaten", "idea": "threaten",
    "cut": "lower", "reduction": "lower", "threat": "threaten", "threats": "threaten",
    "enforcement": "impose", "raising": "raise", "postponement": "postpone", "delay": "postpone",
}  # fmt: skip
_MEASURE_CLASSES = (
    "announce", "impose", "raise", "lower", "suspend", "postpone", "resume", "expire", "revoke",
    "effect", "stand", "threaten", "bite", "extend",
)  # fmt: skip
_BREAKS = frozenset(
    [
        "while",
        "after",
        "before",
        "if",
        "unless",
        "because",
        "but",
        "when",
        "although",
        "though",
        "as",
        "whereas",
        "until",
        "since",
    ]
)
_LICENCE_VERBS = frozenset(["require", "need", "seek", "obtain"])


def read_measures(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """The measures and threats of one sentence; `memory` holds those of the sentences before."""
    found: list[Draft] = []
    used: set[int] = set()
    for head in p.measures:
        if _is_measure(p, head):
            found += _from_head(p, d, head, memory, used)
    for head in _flows(p):
        found += _from_head(p, d, head, memory, used)
    for percent in p.percents:
        if percent.i not in used:
            found += _from_percent(p, d, percent, memory, used, found)
    found += _pronoun_objects(p, d, memory)
    return found


def _is_measure(p: Parsed, head: Head) -> bool:
    after = p.low[head.j] if head.j < len(p.low) else ""
    if after == "-" or after in _NOT_MEASURES or (head.i > 1 and p.low[head.i - 1] == "-" and
                                                  p.low[head.i - 2] in ("non", "pre")):  # fmt: skip
        return False
    if head.what in ("generic", "other") and after in ("and", ","):
        return True
    return not any(t.i <= head.j <= t.i + 1 and head.j == t.i for t in p.talks)


_FLOWS = {"exports": "export_control", "shipments": "export_control", "sales": "export_control",
          "supplies": "export_control", "imports": "other", "purchases": "other"}  # fmt: skip
_STOPS = frozenset(
    ["ban", "bar", "block", "restrict", "curb", "halt", "suspend", "limit", "prohibit", "freeze"]
) | {"cut off"}


def _flows(p: Parsed) -> list[Head]:
    """ "halted imports of Japanese seafood", "may cut off exports to Japan": a ban without the noun."""
    found = []
    for g in p.groups:
        word = p.low[g.v]
        cut_off = word in ("cut", "cutting") and p.low[g.v + 1 : g.v + 2] == ["off"]
        if g.verb.lemma not in _STOPS and not cut_off:
            continue
        for k in range(g.j, min(g.j + 6, len(p.low))):
            if p.low[k] in _FLOWS and not any(h.i <= k < h.j for h in p.measures):
                found.append(Head(k, k + 1, _FLOWS[p.low[k]], "flow"))
                break
            if p.low[k] in PREPOSITIONS or any(h.i <= k < h.j for h in p.measures):
                break
    return found


# --- the noun phrase --------------------------------------------------------------------------


def _left_edge(p: Parsed, head: Head) -> int:
    i = head.i
    stops = PREPOSITIONS | _BREAKS | {",", ";", ":", "that", "which", "and", "or", "but", "—", "–"}
    while i > 0 and head.i - i < 10:
        word = p.low[i - 1]
        inside = any(x.i <= i - 1 < x.j for x in p.percents)
        if not inside and (word in stops or any(g.i <= i - 1 < g.j for g in p.groups)):
            hyphen = word == "and" and any(m.j == i - 1 for m in p.mentions if m.kind == "demonym")
            if not hyphen:
                break
        i -= 1
    return i


def _rate(p: Parsed, head: Head, left: int, right: int, used: set[int]) -> float | None:
    before = [x for x in p.percents if left <= x.i and x.j <= head.i]
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
    if _share(p, first):
        return None
    if between and between[-1] == "from" and len(after) > 1:
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


def _share(p: Parsed, x: Percent) -> bool:
    """Whether the percentage is a share or a growth rate, no duty."""
    after = p.low[x.j] if x.j < len(p.low) else ""
    if "instead" in p.low[max(0, x.i - 4) : x.i]:
        return True
    if after == "of" and not (
        x.j + 1 < len(p.low) and p.low[x.j + 1] in ("tariff", "tariffs", "duty")
    ):
        return True
    before = [g for g in p.groups if g.v < x.i]
    word = p.low[before[-1].v] if before else ""
    return word in ("fell", "rose", "grew", "dropped", "accounted", "accounts", "slipped", "gained",
                    "covers", "cover", "covered")  # fmt: skip


def _goods_demonym(p: Parsed, m: Mention, head: Head) -> bool:
    """Whether the adjective belongs to goods ("Chinese electric cars"), not to the measure."""
    for k in range(m.j, min(m.j + 4, len(p.low))):
        if head.i <= k < head.j:
            return False
        if p.low[k] in word_set("goods") or p.low[k].endswith("makers"):
            return True
    return True


def _targets(
    p: Parsed, head: Head, left: int, right: int, actor: tuple[str, ...]
) -> tuple[str, ...]:
    found: list[str] = []
    for m in p.mentions:
        if not m.codes or m.kind in ("person", "official", "media", "court", "body", "ministry"):
            continue
        if m.kind == "demonym" and m.official:
            continue
        if left <= m.i < head.i:
            if (m.kind == "demonym" and m.j < head.i and p.low[m.j] in word_set("goods")) or (
                m.poss and actor and not set(m.codes) & set(actor)
            ):
                found += m.codes
            continue
        if not head.j <= m.i < right:
            continue
        before = p.low[m.i - 1]
        if before in ("the", "both", "all", "neighbouring"):
            before = p.low[m.i - 2]
        if m.kind == "firm":
            found += m.codes
        elif m.kind == "demonym":
            verbal = any(w.endswith("ing") and w not in ("including", "shipping")
                         for w in p.low[head.j : m.i])  # fmt: skip
            if _goods_demonym(p, m, head) and before not in ("by",) and not verbal:
                found += m.codes
        elif before in ("on", "against", "from", "to", "at", "for", "with", "toward", "of"):
            if before in ("to", "for", "with", "of") and m.kind == "capital" and before != "to":
                continue
            found += m.codes
        elif (
            (before in ("and", ",", "or") and found)
            or (
                m.poss
                and m.j + 1 < len(p.low)
                and set(p.low[m.j + 1 : m.j + 5]) & word_set("goods")
            )
            or (before == "in" and m.kind == "country" and "made" in p.low[m.i - 4 : m.i])
        ):
            found += m.codes
    return tuple(sorted(set(found) - set(actor)))


_SCOPE_STOP = frozenset(
    [
        "from",
        "since",
        "until",
        "that",
        "which",
        "who",
        "after",
        "before",
        "as",
        "and",
        "or",
        "but",
        "if",
        "unless",
        "while",
        "when",
        "in",
        "by",
        "with",
        "starting",
        "beginning",
        "effective",
        "due",
        "for",
        "under",
        "because",
        "following",
        "would",
        "will",
        "to",
        "at",
        ",",
        ";",
        ".",
        "(",
        ")",
        "—",
        "–",
        ":",
        "imposed",
        "announced",
    ]
)


def _scope(p: Parsed, head: Head, left: int, right: int, target: tuple[str, ...]) -> str | None:
    """The goods in the text's words: after "on", else the nouns before the head."""
    for k in range(head.j, min(right, len(p.low))):
        if p.low[k] in ("on", "over", "against", "covering", "for", "to") and not (
            k > 0 and p.low[k - 1] in ("hold", "based", "depending", "later", "according")
        ):
            i = k + 1
            if any(a <= i < b for a, b, _ in p.dates) or any(x.i <= i < x.j for x in p.percents):
                continue
            j = i
            while j < len(p.low) and j < i + 12:
                word = p.low[j]
                if any(a <= j < b for a, b, _ in p.dates):
                    break
                if (
                    word == "and"
                    and j + 1 < len(p.low)
                    and not any(x.i == j + 1 for x in p.percents)
                    and not any(g.i in (j + 1, j + 2) for g in p.groups)
                ):
                    j += 1
                    continue
                if word in _SCOPE_STOP or any(g.i <= j < g.j for g in p.groups):
                    break
                j += 1
            while j > i and p.low[j - 1] in ("and", ",", "'s", "the"):
                j -= 1
            words = p.low[i:j]
            if words and not (len(words) == 1 and p.mention_at(i)):
                whole = p.mention_at(i)
                if whole and whole.j >= j and whole.kind != "demonym":
                    continue
                return p.text(i, j)
        elif p.low[k] in (";", "which", "that", "."):
            break
    i, j = head.i, head.i
    while i > left:
        word = p.low[i - 1]
        if (
            word in _LIGHT
            or not word.isalpha()
            or p.mention_at(i - 1)
            or any(x.i <= i - 1 < x.j for x in p.percents)
        ):
            break
        i -= 1
    words = [
        w
        for w in p.low[i:j]
        if w
        not in (
            "the",
            "a",
            "an",
            "its",
            "their",
            "such",
            "those",
            "these",
            "this",
            "that",
            "his",
            "any",
            "all",
        )
    ]
    if words and not set(words) & {"not", "no", "they", "s"}:
        while p.low[i] in ("the", "a", "an", "its", "their", "any", "all", "these", "those"):
            i += 1
        return p.text(i, j)
    return None


def _instrument(head: Head, p: Parsed) -> str | None:
    if head.what not in ("generic", "other"):
        if (
            head.what == "export_control"
            and "white" not in head.text.lower()
            and ({"licence", "licences", "license", "licenses", "permit", "permits"} & set(p.low))
        ):
            return "export_license"
        if head.what == "tariff":
            return "tariff"
        return head.what
    if head.what == "other":
        return None
    words = set(p.low)
    text = head.text.lower()
    if text in ("licence", "license", "licences", "licenses", "permit", "permits"):
        return "export_license"
    if text in (
        "restrictions",
        "restriction",
        "curbs",
        "curb",
        "controls",
        "ban",
        "bans",
        "limits",
    ) and (words & {"export", "exports", "shipments", "sales", "exporters", "exporting"}):
        if text in ("ban", "bans") and words & {"import", "imports", "imported"}:
            return None
        return "export_control"
    if text in ("fees", "dues", "charges", "charge") and words & {
        "port",
        "ports",
        "vessels",
        "ships",
        "vessel",
    }:
        return "port_fee"
    if text in ("countermeasures", "retaliation", "measures", "measure") and any(p.percents):
        return "tariff"
    return None


# --- the predicate ----------------------------------------------------------------------------


def _predicate(p: Parsed, head: Head, left: int) -> tuple[VerbGroup | None, str, str]:
    """(verb group, its class, "obj", "subj", "part" or "noun")."""
    following = [g for g in p.groups if g.i >= head.j and p.subject(g) is head]
    for g in following:
        name = _measure_class(g, p)
        if name and g.tense != "ing" and not (name == "stand" and g.verb.lemma in ("carry", "pay")):
            if name in ("threaten",):
                continue
            return g, name, "part" if g.tense == "participle" else "subj"
    for k in range(head.j, min(head.j + 14, len(p.low) - 2)):
        if p.low[k] in ("which", "that"):  # "the duties that Beijing has charged"
            inner = [m for m in p.mentions if m.i in (k + 1, k + 2) and m.official]
            verbs = [g for g in p.groups if inner and 0 <= g.i - inner[0].j <= 1]
            name = _measure_class(verbs[0], p) if verbs else ""
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
        gap = p.low[g.j : left]
        if any(w in _BREAKS for w in gap):
            return None, "", ""
        if "that" in gap and g.isa("say"):
            return None, "", ""
        name = _measure_class(g, p)
        if head.text == "flow":
            return g, "impose", "obj"
        if not name and g.tense == "infinitive":
            for governing in _chain(p, g)[1:3]:
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
    return (before[-1] if before else None), name, "noun"


def _measure_class(g: VerbGroup, p: Parsed) -> str:
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
    if g.isa("say") and not g.isa("announce", "impose", "threaten", "revoke", "lower"):
        return ""
    for name in _MEASURE_CLASSES:
        if name in g.verb.classes:
            return name
    if lemma in _LICENCE_VERBS or g.isa("oblige"):
        return "impose"
    return ""


_KINDS = {
    "suspend": ("measure_suspended", "suspended"), "resume": ("measure_resumed", "in_force"),
    "expire": ("measure_expired", "expired"), "revoke": ("measure_revoked", "revoked"),
    "effect": ("measure_in_force", "in_force"), "stand": ("measure_in_force", "in_force"),
    "bite": ("measure_in_force", "in_force"), "impose": ("measure_in_force", "in_force"),
    "raise": ("measure_in_force", "in_force"), "lower": ("measure_in_force", "in_force"),
    "announce": ("measure_announced", "announced"), "postpone": ("measure_announced", "announced"),
    "threaten": ("threat", "threatened"), "extend": ("measure_suspended", "suspended"),
}  # fmt: skip


def _from_head(
    p: Parsed, d: Document, head: Head, memory: list[Draft], used: set[int]
) -> list[Draft]:
    left = _left_edge(p, head)
    right = p.clause_end(head.j)
    g, name, role = _predicate(p, head, left)
    draft = Draft("measure_in_force", instrument=_instrument(head, p))
    if draft.instrument is None and head.what == "generic":
        before = [m.instrument for m in memory if m.instrument]
        if before and before[-1] in ("export_control", "export_license"):
            draft.instrument = "export_control"
    draft.rate = _rate(p, head, left, right, used)
    if name == "raise" or name == "lower":
        draft.rate = _to_rate(p, g, used) if _to_rate(p, g, used) is not None else draft.rate
    # who
    actor: tuple[str, ...] = ()
    act: VerbGroup | None = g
    owner = _owner(p, head, left)
    if role in ("obj", "noun") and g is not None:
        actor = sides_of(p, d, _agent(p, d, g))
        if name == "stand":  # "Chinese goods face a tariff": the subject is hit
            draft.target, actor = actor, ()
            hit = [m for m in p.mentions if m.codes and m.j <= g.i and m.kind in ("country", "demonym")
                   and p.clause_end(m.j) >= g.i]  # fmt: skip
            if not draft.target and hit:
                draft.target = hit[-1].codes

    elif role == "tail" and p.low[max(0, left - 2) : left] == ["subject", "to"]:
        hit = [
            m for m in p.mentions if m.codes and m.j <= left and m.kind in ("country", "demonym")
        ]
        draft.target = hit[-1].codes if hit else ()
    elif role in ("subj", "part") and g is not None:
        actor = _by(p, d, g)
    if role == "noun" and g is not None:
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
        there = [m for m in p.mentions if head.j <= m.i and m.codes and m.kind in ("country", "demonym")
                 and {"in", "at"} & set(p.low[max(head.j, m.i - 2) : m.i])]  # fmt: skip
        if there and set(there[0].codes) != set(draft.target):
            actor = there[0].codes
    if not actor and draft.instrument == "export_license":
        asked = [m for m in p.mentions if head.j <= m.i <= head.j + 4 and m.codes and m.official
                 and "from" in p.low[head.j : m.i]]  # fmt: skip
        actor = asked[0].codes if asked else ()
    draft.actor = actor
    explicit = _targets(p, head, left, max(right, _np_end(p, head, right)), actor)
    if name == "stand" and draft.target:
        explicit = ()
    draft.target = explicit or tuple(c for c in draft.target if c not in actor)
    if not draft.target and g is not None and role == "subj":
        draft.target = _targets(p, Head(g.j, g.j, "", ""), g.j, p.clause_end(g.j), actor)
    if not draft.target and role == "obj" and g is not None:
        draft.target = tuple(
            c for m in p.mentions if g.j <= m.i and m.j <= left and m.official and m.codes
            and m.kind in ("country", "capital", "government") for c in m.codes if c not in actor
        )  # fmt: skip
    draft.scope = _scope(p, head, left, right, draft.target)
    rates = [x for x in p.percents if not _share(p, x) and not x.points]
    if draft.rate is None and len(p.measures) == 1 and len(rates) == 1 and rates[0].i not in used:
        if name not in ("", "threaten") and draft.instrument == "tariff":
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
    draft.refers = definite
    if not name:
        return _bare(p, d, head, draft, left, right, memory)
    _kind(p, d, draft, g, name, role, head)
    if not draft.kind:
        return []
    lists_move = draft.instrument == "entity_list" or (
        draft.instrument == "export_control" and "list" in head.text.lower()
    )
    start = min(left, g.i) if g is not None and role != "subj" else left
    end = max(head.j, g.j if g is not None else 0)
    if lists_move and draft.kind in ("measure_revoked", "measure_in_force"):
        # to strike a buyer from a white list, or to enter a firm on a black one, is a new measure
        white = draft.instrument == "export_control"
        if white == (draft.kind == "measure_revoked") or not white:
            draft.kind, draft.status = "measure_announced", "announced"
            if g is not None and g.tense in ("would", "may"):
                draft.kind, draft.status, draft.stance = "threat", "threatened", "escalatory"
    _when(p, d, draft, g, name, head, left, right)
    if lists_move and draft.kind == "measure_announced" and draft.announced_on and not draft.date:
        if old(draft.announced_on, d):
            draft.kind, draft.status = "measure_in_force", "in_force"
            draft.date, draft.announced_on = draft.announced_on, None
    draft.spans = [evidence(p, max(0, start), max(end, min(right, end + 12)))]
    _fill(p, d, draft, memory)
    clones = _clones(p, d, draft, head, right, used)
    return [draft, *clones]


def _np_end(p: Parsed, head: Head, right: int) -> int:
    """The phrase may run over a comma ("imported from China, Japan and Korea")."""
    return right


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


def _owner(p: Parsed, head: Head, left: int) -> tuple[str, ...]:
    """Whose measure it is by its own words: "US tariffs", "Beijing's controls", "Chinese duties"."""
    for m in reversed(p.mentions):
        if (
            left <= m.i
            and m.j <= head.i
            and m.codes
            and m.kind in ("country", "demonym", "capital", "government", "person", "ministry")
        ):
            after = p.low[m.j] if m.j < len(p.low) else ""
            if after in word_set("goods") and m.j < head.i and m.kind == "demonym":
                continue
            if (
                m.j < head.i
                and any(w in word_set("goods") for w in p.low[m.j : head.i])
                and m.kind == "demonym"
            ):
                continue
            return m.codes
    # "tariffs by Washington", "that Beijing imposed"
    return ()


def _speaker_side(p: Parsed, d: Document, head: Head, name: str) -> tuple[str, ...]:
    """The government in whose announcement the measure stands, for "X said the duties would ..."."""
    verbs = [g for g in p.groups if g.isa("say", "announce", "announce") and p.quoted[g.v] < 0]
    if verbs and name not in ("stand", "bite"):
        who = subject(p, d, verbs[0])
        if who is not None and who.codes and who.kind != "media":
            return who.codes
    return ()


def _to_rate(p: Parsed, g: VerbGroup | None, used: set[int]) -> float | None:
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
    draft.tentative = not background and not _owner(p, head, left)
    draft.background = background
    draft.spans = [evidence(p, left, max(head.j, min(right, head.j + 8)))]
    _when(p, d, draft, None, "", head, left, right)
    _fill(p, d, draft, memory)
    return [draft]


def _kind(
    p: Parsed, d: Document, draft: Draft, g: VerbGroup | None, name: str, role: str, head: Head
) -> None:
    draft.kind, draft.status = _KINDS[name]  # type: ignore[assignment]
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
    chain = _chain(p, g)
    lead_in = [x for x in chain if x is not g]
    conditional = any(w in ("if", "unless") for w in p.low)
    tense = g.tense if role != "noun" else ""
    if tense == "infinitive" and lead_in and lead_in[0].verb.lemma in ("begin", "start"):
        lead_in, tense = lead_in[1:], lead_in[0].tense
    if g.negated or any(x.negated for x in lead_in[:1]):
        draft.certainty = "negated"
    if draft.instrument == "export_license" and g.verb.lemma in (
        "issue", "grant", "approve", "give", "speed up", "accelerate", "guarantee", "ease"
    ):  # fmt: skip
        draft.kind, draft.status = ("commitment", "announced") if tense in AHEAD else ("", None)
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
        elif (tense == "would" and conditional) or {"prepared", "ready", "poised"} & set(
            p.low[g.i : g.v]
        ):
            draft.kind, draft.status = "threat", "threatened"
        elif tense in ("future", "would", "infinitive"):
            draft.kind, draft.status = "measure_announced", "announced"
            person = any(
                x.isa("say")
                and isinstance(p.subject(x), Mention)
                and p.subject(x).kind in ("person", "official")
                for x in p.groups
            )  # type: ignore[union-attr]
            if tense == "would" and not p.dates and draft.rate is None and person:
                draft.kind, draft.status = "threat", "threatened"
            if (
                tense == "infinitive"
                and lead_in
                and lead_in[0].isa("announce", "impose") is False
                and not lead_in[0].isa("say", "effect", "bite")
            ):
                if lead_in[0].verb.lemma in (
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
        if name == "lower" and draft.kind == "threat":
            draft.kind, draft.status = "commitment", "announced"
        if g.verb.lemma in ("propose", "draft", "prepare", "present", "outline"):
            draft.certainty = "hypothetical"
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
        elif tense == "may":
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
        if tense == "present" and any(
            (x.isa("say") and x.verb.lemma in ("urge", "demand", "call on", "ask", "insist"))
            or x.verb.lemma == "propose"
            for x in p.groups[: p.groups.index(g)]
        ):
            draft.kind = ""
        if tense in ("may", "would") and (conditional or tense == "may"):
            draft.certainty = "hypothetical"
        if tense == "should" or (tense == "infinitive" and lead_in and lead_in[0].verb.lemma in (
            "urge", "call on", "demand", "want", "ask", "seek", "push", "press", "refuse", "appeal", "need", "propose", "hope", "try", "tell")):  # fmt: skip
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
    if draft.kind == "threat":
        speakers = [x for x in chain if x.isa("threaten", "say")]
        who = subject(p, d, speakers[0]) if speakers else subject(p, d, g)
        draft.stance = "escalatory"
        if who is not None and who.kind in ("person", "official", "government", "ministry"):
            draft.speaker = who.name if who.kind != "government" or speakers else None
        if who is not None and who.former:
            draft.kind = ""
        if speakers and who is not None and not draft.actor:
            draft.actor = who.codes
    if any(m.kind == "media" for m in p.mentions) or {"sources", "reportedly", "source"} & set(
        p.low
    ):
        if draft.certainty == "stated":
            draft.certainty = "reported"


def _chain(p: Parsed, g: VerbGroup) -> list[VerbGroup]:
    """`g` and the verbs that govern it to its left, nearest first: "agreed to suspend"."""
    chain = [g]
    k = p.groups.index(g)
    while k > 0:
        k -= 1
        before = p.groups[k]
        gap = p.low[before.j : chain[-1].i]
        if any(w in (";", "while", "but", "whereas") for w in gap):
            break
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


def _when(
    p: Parsed,
    d: Document,
    draft: Draft,
    g: VerbGroup | None,
    name: str,
    head: Head,
    left: int,
    right: int,
) -> None:
    groups = [g] if g is not None else []
    if g is not None:
        k = p.groups.index(g)
        # verbs that go on about the same measure: "set to take effect on", "starting on"
        for other in p.groups[k + 1 :]:
            if any(h.i > head.i and h.j <= other.i for h in p.measures):
                break
            if p.subject(other) is head or other.verb.lemma in (
                "start",
                "begin",
                "take effect",
                "apply",
            ):
                if other.isa("effect", "bite", "expire", "stand") or other.verb.lemma in (
                    "start",
                    "begin",
                ):
                    groups.append(other)
        for other in _chain(p, g)[1:]:
            groups.append(other)
    dates = dates_of(p, groups) if groups else []
    if g is None and name and len(p.measures) == 1 and len(p.dates) == 1:
        dates = [(i, e) for i, _, e in p.dates]
    own = [(i, e) for i, j, e in p.dates if head.j <= i < right or left <= i < head.i]
    for item in own:
        if item not in dates:
            dates.append(item)
    if (
        not dates
        and g is not None
        and {"which", "under"} & set(p.low[: g.i])
        and p.groups[0] is not g
    ):
        dates = dates_of(p, p.groups[:1])  # "a truce in which X suspended": on the truce's day
    length = next((e.span for _, e in dates if e.span), None)
    for i, e in sorted(dates, key=lambda item: item[0]):
        if e.rule == "length":
            continue
        who = next((x for x in reversed(p.groups) if x.v < i), None)
        if who is not None and who.tense in ("should", "would") and "have" in p.low[who.i : who.v]:
            continue  # "should have begun on Tuesday"
        ahead = _ahead(p, draft, g, who, e)
        value = e.on(said_on(p, d, i), ahead)
        if value is None:
            continue
        effective = e.lead in ("from", "since", "as of", "as from", "starting", "starting on", "starting from",
                               "beginning", "beginning on", "effective", "effective from", "until", "till", "through", "by")  # fmt: skip
        effective = effective or (
            who is not None and who.isa("effect", "bite", "expire", "stand") and who.v < i
        )
        if p.low[i - 1] in ("from", "since", "of") and i > 0 and not effective:
            effective = p.low[i - 1] != "of"
        if name in ("announce", "postpone") or draft.kind in (
            "measure_announced",
            "threat",
            "commitment",
        ):
            if (
                effective
                or is_ahead(value, d)
                or (draft.kind == "commitment" and is_ahead(value, d))
            ):
                draft.date = draft.date or value
            else:
                draft.announced_on = draft.announced_on or value
        elif (
            g is not None
            and name in ("effect", "bite")
            and owner(p, i) is not g
            and (is_past(value, d) and not effective)
        ):
            draft.announced_on = draft.announced_on or value
        elif draft.date is None:
            draft.date = value
        elif effective and is_ahead(value, d):
            draft.announced_on, draft.date = (draft.date if is_past(draft.date, d) else None), value
        elif draft.announced_on is None and is_past(value, d) and not effective and e.lead != "in":
            draft.announced_on = value
    if draft.kind == "measure_suspended" and draft.date:
        if length and not draft.date.startswith(".."):
            first = day_of(draft.date)
            if first:
                draft.date = f"{first.isoformat()}/{(first + timedelta(days=length if length % 365 else 365 * (length // 365))).isoformat()}"
    elif (
        draft.kind in ("measure_announced", "measure_in_force")
        and draft.date
        and draft.date.startswith("../")
    ):
        draft.date = draft.date[3:] if name == "postpone" else draft.date
    if (
        draft.kind == "measure_in_force"
        and draft.date
        and is_ahead(draft.date, d)
        and name != "stand"
    ):
        if "/" not in draft.date:
            draft.kind, draft.status = "measure_announced", "announced"
    if draft.kind == "measure_expired" and draft.date and draft.date.startswith("../"):
        draft.date = draft.date[3:]


def _ahead(
    p: Parsed, draft: Draft, g: VerbGroup | None, who: VerbGroup | None, e: Expression
) -> bool | None:
    if e.lead in ("until", "till", "by", "through"):
        return True
    if e.lead == "since":
        return False
    verb = who or g
    if verb is None:
        return None
    if e.lead in (
        "from",
        "starting",
        "starting on",
        "beginning",
        "effective",
        "effective from",
        "as of",
        "starting from",
    ) and draft.kind in ("measure_announced", "threat", "commitment"):
        return True
    if verb.verb.lemma in ("start", "begin") and verb.tense in ("ing", "present"):
        return draft.kind in ("measure_announced", "threat")
    if verb.tense == "infinitive":
        return looks_ahead(p, verb)
    if verb.tense in AHEAD:
        return True
    if verb.tense == "present" and verb.isa("effect", "bite", "expire", "raise", "lower"):
        return True
    return False


def _fill(p: Parsed, d: Document, draft: Draft, memory: list[Draft]) -> None:
    """What the sentence leaves open, from the measure named before or from the dispatch's two sides."""
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
        if known:
            draft.actor, draft.target = max(reversed(known), key=known.count)
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
        if _worldwide(p, draft):
            draft.target = ("WLD",)
        else:
            draft.target = d.other(draft.actor)
            draft.guessed_target = True
    draft.target = tuple(sorted(set(draft.target) - set(draft.actor)))
    if not draft.target and draft.actor:
        draft.target, draft.guessed_target = d.other(draft.actor), True
    draft.actor = tuple(sorted(set(draft.actor)))


def _worldwide(p: Parsed, draft: Draft) -> bool:
    text = " ".join(p.low)
    if draft.instrument in ("export_license", "export_control") and not any(
        m.codes and m.kind in ("country", "capital") and m.i and "to" in p.low[m.i - 2 : m.i]
        for m in p.mentions
    ):
        return True
    if draft.kind == "measure_suspended" and "exemption" in text:
        return True
    return any(
        words in text
        for words in ("all countries", "every country", "worldwide", "all trading partners", "imported steel",
                      "all imports", "nearly all countries", "all partners", "any particular country",
                      "most trading partners", "around the world", "globally", "global tariff", "imported cars",
                      "steel imports", "all imported", "foreign-made", "dozens of countries", "steel and aluminium imports")
    )  # fmt: skip


def _clones(
    p: Parsed, d: Document, draft: Draft, head: Head, right: int, used: set[int]
) -> list[Draft]:
    """ "25 percent on steel and 10 percent on aluminium": one measure for each rate."""
    from copy import deepcopy

    found = []
    for x in p.percents:
        if x.i in used or x.i < head.j or _share(p, x):
            continue
        nxt = p.low[x.j] if x.j < len(p.low) else ""
        before = p.low[x.i - 1]
        if nxt in ("on", "for") or (before == "to" and draft.rate is not None):
            gap = p.low[head.j : x.i]
            if ";" in gap and not nxt == "on":
                continue
            clone = deepcopy(draft)
            clone.rate = x.value
            if nxt in ("on", "for"):
                clone.scope = _scope(p, Head(x.i, x.j, "", ""), x.i, p.clause_end(x.j + 1), ())
            else:
                clone.scope = _goods_before(p, x.i)
            end = min(p.clause_end(x.j), x.j + 8)
            clone.spans = [evidence(p, x.i, max(end, x.j))]
            used.add(x.i)
            found.append(clone)
    return found


def _goods_before(p: Parsed, k: int) -> str | None:
    """ "and on aluminium to 20 percent": the words between the last comma or "and" and "to"."""
    j = k - 1
    i = j
    while i > 0 and p.low[i - 1] not in (",", "and", ";", "on") and not p.low[i - 1].isdigit():
        i -= 1
    return p.text(i, j) if i < j else None


def _from_percent(
    p: Parsed, d: Document, x: Percent, memory: list[Draft], used: set[int], found: list[Draft]
) -> list[Draft]:
    """A rate without a noun: "the rate is to climb to 25 percent", "charge each other 25 percent on"."""
    if _share(p, x) or x.points:
        return []
    before = [g for g in p.groups if g.v < x.i]
    if not before:
        return []
    g = before[-1]
    lemma = g.verb.lemma
    nxt = p.low[x.j] if x.j < len(p.low) else ""
    head = Head(x.i, x.j, "tariff", "")
    draft = Draft("measure_in_force", instrument="tariff", rate=x.value, status="in_force")
    name = _measure_class(g, p)
    climbs = lemma in ("climb", "rise", "increase", "fall", "go", "raise", "jump", "drop")
    if lemma in ("charge", "levy", "collect") and nxt == "on":
        sides = sides_of(p, d, p.subject(g))
        draft.scope = _scope(p, head, x.i, p.clause_end(x.j + 1), ())
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
        if g.tense in AHEAD:
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
    elif nxt == "on" and name in ("impose", "announce", "threaten", "raise"):
        used.add(x.i)
        draft.actor = sides_of(p, d, p.subject(g))
        _kind(p, d, draft, g, name, "obj", head)
        if not draft.kind:
            return []
    else:
        return []
    right = p.clause_end(x.j)
    draft.target = _targets(p, head, x.i, p.clause_end(x.j + 1), draft.actor) or draft.target
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
    _when(p, d, draft, g, "effect" if climbs else name, head, x.i, right)
    draft.spans = [evidence(p, g.i, max(x.j, min(right, x.j + 8)))]
    draft.refers = False
    _fill(p, d, draft, memory)
    return [draft]


def _pronoun_objects(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """ "Donald Trump imposed them in March 2018": more on the measures of the sentence before."""
    from copy import deepcopy

    found: list[Draft] = []
    for g in p.groups:
        name = _measure_class(g, p)
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
            draft.kind, draft.status = _KINDS[name]  # type: ignore[assignment]
            draft.actor = sides
            draft.target = tuple(c for c in draft.target if c not in sides) or ("WLD",)
            draft.date = draft.announced_on = None
            draft.spans = [evidence(p, g.i, min(len(p.low), g.j + 5))]
            _when(p, d, draft, g, name, Head(g.j, g.j + 1, "", ""), g.j, p.clause_end(g.j))
            found.append(draft)
    return found


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
    draft.kind, draft.status = _KINDS[name]  # type: ignore[assignment]
    draft.date = draft.announced_on = None
    draft.background, draft.certainty = False, "negated" if g.negated else "stated"
    draft.refers = True
    head = Head(g.i, g.i, "", "")
    draft.spans = [evidence(p, g.i, min(len(p.low), max(g.j, p.clause_end(g.j))))]
    _kind(p, d, draft, g, name, "subj", head)
    if not draft.kind or draft.kind == "threat":
        return []
    _when(p, d, draft, g, name, head, g.i, p.clause_end(g.j))
    return [draft]


__all__ = ["bounds", "lists", "read_measures", "sorted_codes"]
