"""The noun phrase of a measure: its rate, goods, target, owner and instrument."""

from __future__ import annotations

import re

from .draft import Draft
from .grammar import PREPOSITIONS, Head, Mention, Parsed
from .lexicon import word_set

BREAKS = word_set("breaks")


_NOT_MEASURES = word_set("not_measures")


_LIGHT = word_set("light")


def is_measure(p: Parsed, head: Head) -> bool:
    after = p.low[head.j] if head.j < len(p.low) else ""
    if after == "-" or after in _NOT_MEASURES or (head.i > 1 and p.low[head.i - 1] == "-" and
                                                  p.low[head.i - 2] in ("non", "pre")):  # fmt: skip
        return False
    if "deposit" in head.text.lower() and after not in ("on", "worth") and not _LODGED & set(p.low):
        return False  # money in a bank
    if head.text.lower() in ("rate", "rates") and not _duty_rate(p, head):
        return False
    if head.what in ("generic", "other") and after in ("and", ","):
        return True
    return not any(t.i <= head.j <= t.i + 1 and head.j == t.i for t in p.talks)


_LODGED = frozenset(["lodge", "lodged", "lodging", "post", "posting", "posted"])


def _duty_rate(p: Parsed, head: Head) -> bool:
    """Whether a "rate" is one of duty: "the steel rate", no interest or exchange rate."""
    before = set(p.low[max(0, head.i - 2) : head.i])
    return not before & (word_set("not_duty_rates") | {"at"}) and head.i > 0


_FLOWS = {"investment": "investment_restriction", "investments": "investment_restriction",
          "exports": "export_control", "shipments": "export_control", "sales": "export_control",
          "supplies": "export_control", "imports": "other", "purchases": "other"}  # fmt: skip


_STOPS = word_set("stops")


def passive_flows(p: Parsed) -> list[Head]:
    """ "The export of its ore is to be prohibited": the flow is what the verb stops."""
    found = []
    for g in p.groups:
        if g.verb.lemma not in _STOPS or not g.passive or g.tense == "participle":
            continue
        for k in range(max(0, g.i - 8), g.i):
            plain = not any(h.i <= k < h.j for h in p.measures)
            if p.low[k] in (*_FLOWS, "export", "import") and plain and not any(
                k < x.i < g.i for x in p.groups
            ):  # fmt: skip
                what = _FLOWS.get(p.low[k]) or _FLOWS[p.low[k] + "s"]
                found.append(Head(k, k + 1, what, "flow"))
                break
    return found


def flows(p: Parsed) -> list[Head]:
    """Bans without the noun: "halted imports of Japanese seafood", "may cut off exports"."""
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


def pronouns(p: Parsed, told: bool) -> list[Head]:
    """ "that on walnuts goes up to 120 percent": the duty, where duties were told of before."""
    found = []
    for k in range(len(p.low) - 2):
        rate = any(k < x.i <= k + 14 for x in p.percents)
        opens = k == 0 or p.low[k - 1] in (",", ";", "and", "while", "but")
        named = any(h.what == "tariff" and h.i < k and any(h.i < x.i < k for x in p.percents)
                    for h in p.measures)  # fmt: skip
        pointing = p.low[k] in ("that", "those") and p.low[k + 1] in ("on", "for")
        if pointing and opens and rate and (told or k) and not (named or found):
            found.append(Head(k, k + 1, "tariff", "that"))
    return found


def left_edge(p: Parsed, head: Head) -> int:
    i = head.i
    stops = PREPOSITIONS | BREAKS | {",", ";", ":", "that", "which", "and", "or", "but", "—", "–"}
    while i > 0 and head.i - i < 10:
        word = p.low[i - 1]
        inside = any(x.i <= i - 1 < x.j for x in p.percents)
        if not inside and (word in stops or any(g.i <= i - 1 < g.j for g in p.groups)):
            hyphen = word == "and" and any(m.j == i - 1 for m in p.mentions if m.kind == "demonym")
            if not hyphen:
                break
        i -= 1
    return i


def _goods_demonym(p: Parsed, m: Mention, head: Head) -> bool:
    """Whether the adjective belongs to goods ("Chinese electric cars"), not to the measure."""
    for k in range(m.j, min(m.j + 4, len(p.low))):
        if head.i <= k < head.j:
            return False
        if p.low[k] in word_set("goods") or p.low[k].endswith("makers"):
            return True
    return True


def _of_goods(p: Parsed, m: Mention, end: int) -> bool:
    """Whether goods follow the adjective, alone or in a list: "Russian and Belarusian grain"."""
    nxt = next((x for x in p.mentions if m.j < x.i <= m.j + 2 and x.kind == "demonym"), None)
    if m.j < end and p.low[m.j] in word_set("goods"):
        return True
    return nxt is not None and p.low[m.j] in ("and", ",") and _of_goods(p, nxt, end)


_STATES = frozenset(["countries", "partners", "economies", "states", "nations", "suppliers"])
_SUCH = frozenset(["including", "notably", "especially", "namely", "chiefly", "mainly"])


def targets_of(
    p: Parsed, head: Head, left: int, right: int, actor: tuple[str, ...]
) -> tuple[str, ...]:
    found: list[str] = []
    for m in p.mentions:
        if not m.codes or m.kind in ("person", "official", "media", "court", "body", "ministry"):
            continue
        if m.kind == "demonym" and m.official:
            continue
        if left <= m.i < head.i:
            if (m.kind == "demonym" and _of_goods(p, m, head.i)) or (
                m.poss and actor and not set(m.codes) & set(actor)
            ):
                found += m.codes
            continue
        if not head.j <= m.i < right:
            continue
        before = p.low[m.i - 1]
        if before in ("the", "both", "all", "neighbouring"):
            before = p.low[m.i - 2]
        if before == "of" and found:
            continue  # "American subsidiaries of the Korean shipbuilder"
        if m.kind == "firm":
            found += m.codes
        elif m.kind == "demonym":
            verbal = any(w.endswith("ing") and w not in ("including", "shipping")
                         for w in p.low[head.j : m.i])  # fmt: skip
            if before == "other":  # "French cognac and other European brandies"
                found = []
            if _goods_demonym(p, m, head) and before not in ("by",) and not verbal:
                found += m.codes
        elif before in ("on", "against", "from", "to", "at", "for", "with", "toward", "of"):
            if before in ("to", "for", "with", "of") and m.kind == "capital" and before != "to":
                continue
            found += m.codes
        elif (
            before in _SUCH
            or (p.low[m.i - 2 : m.i] == ["among", "them"] and _STATES & set(p.low[head.j : m.i]))
            or (
                (before in ("and", ",", "or") and found)
                or (
                    m.poss
                    and m.j + 1 < len(p.low)
                    and set(p.low[m.j + 1 : m.j + 5]) & word_set("goods")
                )
                or (before == "in" and m.kind == "country" and "made" in p.low[m.i - 4 : m.i])
            )
        ):
            found += m.codes
    return tuple(sorted(set(found) - set(actor)))


_SCOPE_STOP = word_set("scope_stop")


def scope_of(p: Parsed, head: Head, left: int, right: int, target: tuple[str, ...]) -> str | None:
    """The goods in the text's words: after "on", else the nouns before the head."""
    first = head.j - 1 if p.low[head.j - 1] in ("on", "over") else head.j  # "controls over"
    for k in range(first, min(right, len(p.low))):
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
            if words and words != ["all"] and not (len(words) == 1 and p.mention_at(i)):
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


_BARRIERS = frozenset(["ban", "bans", "curb", "curbs", "restriction", "restrictions", "limits"])


def instrument_of(head: Head, p: Parsed) -> str | None:
    if head.what == "benefit":
        return "tariff"
    if head.what not in ("generic", "other", "act"):
        if (
            head.what == "export_control"
            and "white" not in head.text.lower()
            and ({"licence", "licences", "license", "licenses", "permit", "permits"} & set(p.low))
        ):
            return "export_license"
        if head.what == "tariff":
            return "tariff"
        return head.what
    if head.what in ("other", "act"):
        return None
    words = set(p.low)
    text = head.text.lower()
    if text in _BARRIERS and {"investment", "investments"} & set(p.low[head.j : head.j + 5]):
        return "investment_restriction"
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
    if text in ("fee", "fees", "toll", "tolls", "dues", "charges", "charge") and words & {
        "port",
        "ports",
        "vessels",
        "ships",
        "vessel",
    }:
        return "port_fee"
    if text in (
        "countermeasures", "retaliation", "measures", "measure", "tax", "taxes", "charge", "charges"
    ) and any(p.percents):  # fmt: skip
        return "tariff"
    return None


def owner_of(p: Parsed, head: Head, left: int) -> tuple[str, ...]:
    """Whose measure it is by its own words: "US tariffs", "Beijing's controls"."""
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


def goods_before(p: Parsed, k: int) -> str | None:
    """ "and on aluminium to 20 percent": the words between the last comma or "and" and "to"."""
    j = k - 1
    i = j
    while i > 0 and p.low[i - 1] not in (",", "and", ";", "on") and not p.low[i - 1].isdigit():
        i -= 1
    return p.text(i, j) if i < j else None


def outward(p: Parsed, draft: Draft) -> bool:
    """Whether exports are held back and no buyer is named: all are hit."""
    return draft.instrument in ("export_license", "export_control") and not any(
        m.codes
        and m.kind in ("country", "capital")
        and m.i
        and not m.poss
        and p.low[m.i - 1] == "to"
        and p.low[m.i - 2] not in ("closer", "close", "thanks")
        for m in p.mentions
    )


_EVERYONE = re.compile(
    r"\b(?:all|every|most|other|nearly all|dozens of|many) (?:(?!the\b)\w+ ){0,2}"
    r"(?:countr(?:y|ies)|partners|nations|origins|producers|suppliers|exporters)\b|"
    r"\b(?:worldwide|globally|around the world|any particular country|foreign-made|"
    r"whatever (?:its|their) origin|global tariffs?|all imports(?! from)|all imported|"
    r"imported (?:steel|cars)|steel (?:and aluminium )?imports)\b"
)


_FENCES = frozenset([";", "that", "which", "but", "while", "after", "whereas", "because"])


def everyone(p: Parsed, draft: Draft) -> bool:
    """Whether the words around the measure say that it hits all partners."""
    inside = [k for k, (a, b) in enumerate(p.at) if any(a < y and b > x for x, y in draft.spans)]
    i, j = (inside[0], inside[-1] + 1) if inside else (0, len(p.low))
    while i > 0 and p.low[i - 1] not in _FENCES:
        i -= 1
    while j < len(p.low) and p.low[j] not in _FENCES:
        j += 1
    return bool(_EVERYONE.search(" ".join(p.low[i:j])))
