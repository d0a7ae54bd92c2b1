"""Who is named: countries, governments, offices and people, with the side each stands for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .grammar import ADVERBS, BE, HAVE, MODALS, PREPOSITIONS, Mention, Parsed
from .lexicon import Entry, Phrases, in_office, lists, names, verbs, word_set, yaml_data
from .titles import NOT_NAMES, SHARED_OFFICES, apposed_name, capital, person, titled

if TYPE_CHECKING:
    from .context import Document


def tag_mentions(p: Parsed, document: Document) -> None:
    table, low, words = names(), p.low, p.words
    titles, governments = lists("titles"), lists("government_nouns")
    group_names, leaders = lists("groups"), word_set("leaders")
    k, n = 0, len(words)
    while k < n:
        if any(a <= k < b for a, b, d in p.dates if d.rule not in ("length", "year")):
            k += 1
            continue
        group = _pair(low, k) or group_names.match(low, k)
        if group:
            p.mentions.append(
                Mention(k, k + group[0], "group", (), group[1],
                        leader=bool(_PLURAL_LEADERS & set(low[k : k + group[0]])),
                        official=True)
            )  # fmt: skip
            k += group[0]
            continue
        alias = _alias(low, k)
        if alias and not (k + alias[0] < n and capital(words[k + alias[0]])):
            size, code = alias
            p.mentions.append(
                Mention(k, k + size, "country", (code,), p.text(k, k + size), official=True,
                        usual=True)
            )  # fmt: skip
            k += size
            continue
        hit = table.match(words, k)
        if hit and hit[1].kind == "capital" and document.is_dateline(p.at[k][0]):
            k += hit[0]
            continue
        if hit:
            k = _assemble(p, document, k, hit[0], hit[1], titles, governments, leaders)
            continue
        ministry = _ministry(p, document, k)
        if ministry:
            k = ministry
            continue
        title = titles.match(low, k)
        if title and (k == 0 or low[k - 1] != "-"):
            k = titled(p, document, k, k + title[0], (), title[1], leaders)
            continue
        entry = document.surname(words[k]) if capital(words[k]) else None
        if entry is None and k + 2 < n and words[k + 1] == "-" and capital(words[k]):
            entry = document.surname("".join(words[k : k + 3]))
            if entry:
                p.mentions.append(person(k, k + 3, entry))
                k += 3
                continue
        if entry is not None and _surname_stands(p, k):
            j = k + 1
            p.mentions.append(person(k, j, entry))
            k = j
            continue
        name_end = apposed_name(p, k, titles)
        if name_end:
            p.mentions.append(Mention(k, name_end, "name", (), p.text(k, name_end), official=True))
            k = name_end
            continue
        office = governments.match(low, k)
        if office:
            end, codes = _of_sides(p, k + office[0])
            if len(codes) > 1:
                p.mentions.append(Mention(k, end, "group", codes, p.text(k, end), official=True))
                k = end
                continue
            if codes or (k > 0 and low[k - 1] in ("the", "her", "his", "its", "their", "a", "an")):
                # "the commerce ministry": the side comes from the context
                codes = codes or document.office(" ".join(low[k : k + office[0]]))
                name = p.text(k, k + office[0])
                p.mentions.append(Mention(k, end, "government", codes, name, official=True))
                k = end
                continue
        k += 1
    for m in p.mentions:
        if m.j < n and low[m.j] == "'s":
            m.poss = True
        if m.role and m.i and (low[m.i - 1] in ("former", "ex") or "former" in low[m.i : m.j]):
            m.former = True
    _pronouns(p)
    p.mentions.sort(key=lambda m: m.i)


_PLURAL_LEADERS = frozenset(["leaders", "presidents", "premiers", "heads"])
_PAIR_NOUNS = word_set("pair_nouns")
_COUNTS = ("two", "three", "four", "five", "six")


def _pair(low: list[str], k: int) -> tuple[int, str] | None:
    """ "The two trade ministers", "both agencies", "all three governments": sides by number."""
    i = k
    while i < len(low) and low[i] in ("the", "all", "their", "our", "these"):
        i += 1
    if i >= len(low) or not (low[i] == "both" or (low[i] in _COUNTS and i > k)):
        return None
    for j in range(i + 1, min(i + 4, len(low))):
        if low[j] in _PAIR_NOUNS:
            return j + 1 - k, " ".join(low[k : j + 1])
        if not low[j].isalpha() or low[j] in PREPOSITIONS or low[j] in ("and", "the"):
            return None
    return None


def _of_sides(p: Parsed, k: int) -> tuple[int, tuple[str, ...]]:
    """End and codes of "from China and Australia", "of both Japan and Korea" at token `k`."""
    if k >= len(p.low) or p.low[k] not in ("from", "of", "in"):
        return k, ()
    codes: list[str] = []
    end, i = k, k + 1
    while i < len(p.low):
        if p.low[i] in ("the", "both", "and", ","):
            i += 1
            continue
        hit = names().match(p.words, i)
        if not hit or hit[1].kind not in ("country", "capital") or not hit[1].code:
            break
        codes.append(hit[1].code)
        i += hit[0]
        end = i
    return (end, tuple(sorted(set(codes)))) if codes else (k, ())


def _alias(low: list[str], k: int) -> tuple[int, str] | None:
    for code, phrases in _aliases():
        hit = phrases.match(low, k)
        if hit:
            return hit[0], code
    return None


@cache
def _aliases() -> list[tuple[str, Phrases]]:
    found = []
    for code, phrases in yaml_data("terms.yaml")["aliases"].items():
        table = Phrases()
        for phrase in phrases:
            table.add(phrase.lower(), code)
        found.append((code, table))
    return found


def _surname_stands(p: Parsed, k: int) -> bool:
    """Whether the word is the surname, not the pronoun "He" at the opening of a sentence."""
    if p.words[k] not in ("He", "May", "She", "Will"):
        return True
    if p.words[k] == "May":
        return k > 0 and p.low[k - 1] not in ("in", "since", "until", "by", "of", "from", "last")
    opening = k == 0 or p.words[k - 1] in ("“", '"', "”", ".", ":", "‘", "'", "?", "!")
    return not opening or (k + 1 < len(p.low) and p.low[k + 1] == "and")


def _assemble(
    p: Parsed, document: Document, k: int, size: int, entry: Entry, titles: Phrases,
    governments: Phrases, leaders: frozenset[str],
) -> int:  # fmt: skip
    """A name from the gazetteer, with the office or the person's name that may follow it."""
    low, n, j = p.low, len(p.words), k + size
    codes = (entry.code,) if entry.code else ()
    if entry.kind == "person":
        entry = in_office(entry, document.published)
        document.learn(entry)
        p.mentions.append(person(k, j, entry))
        return j
    after = j
    if after < n and low[after] == "'s":
        after += 1
    kind_ok = entry.kind in ("country", "demonym", "capital", "government", "ministry", "body",
                             "office", "court")  # fmt: skip
    if kind_ok and after < n:
        start = after
        while start < n and low[start] in ("chief", "top", "senior", "state", "new", "former",
                                           "-", "run", "then", "lead", "own"):  # fmt: skip
            if titles.match(low, start):
                break
            start += 1
        title = titles.match(low, start)
        if title and title[1] != "counterpart":
            return titled(p, document, k, start + title[0], codes, title[1], leaders)
        office = governments.match(low, start)
        if office or (title and title[1] == "counterpart"):
            end = start + (office[0] if office else title[0])  # type: ignore[index]
            named = low[start:end]
            ministry = any(w in named for w in ("ministry", "department", "office", "embassy"))
            name = p.text(start, end) if ministry else entry.name
            if "embassy" in named:
                name = p.text(k, end)
            if ministry and codes:
                document.note_office(" ".join(named), codes)
            return _body_or_its_voice(p, document, (k, end), codes, name)
        if after > j or entry.kind == "demonym":
            # "China's Wang Wentao", "US envoy": a known person right after
            hit = names().match(p.words, after)
            if hit and hit[1].kind == "person":
                known = in_office(hit[1], document.published)
                document.learn(known)
                p.mentions.append(person(after, after + hit[0], known))
                return after + hit[0]
            if hit and codes and hit[1].name.lower() in SHARED_OFFICES:
                document.note_office(hit[1].name, codes)  # "Manila's Department of Trade"
                end = after + hit[0]
                if hit[1].kind == "court":
                    name = p.text(k, end)
                    p.mentions.append(Mention(k, end, "court", codes, name, official=True))
                    return end
                return _body_or_its_voice(p, document, (k, end), codes, p.text(after, end))
    if entry.kind == "office":
        return titled(p, document, k, j, codes, entry.name, leaders)
    if entry.kind == "ministry" or entry.kind == "government":
        title = titles.match(low, j)
        if title and (not codes or title[1] != "president"):
            return titled(
                p,
                document,
                k,
                j + title[0],
                codes or document.office(entry.name),
                title[1],
                leaders,
            )
        if codes and entry.kind == "ministry":
            context = document.office(entry.name)
            codes = context or codes
            document.note_office(entry.name, codes)
        elif not codes:
            end, codes = _of_sides(p, j)
            if len(codes) == 1:  # "the Economy Ministry in Mexico City"
                document.note_office(entry.name, codes)
                name = p.text(k, j)
                p.mentions.append(Mention(k, end, entry.kind, codes, name, official=True))
                return end
            codes = document.office(entry.name)
    before = low[k - 1] if k else ""
    qualified = before in ("a", "an", "any", "%", "percent", "cent") and j < n and low[j].isalpha()
    if entry.kind == "country" and entry.name in _ADJECTIVES and (_adjective(p, j) or qualified):
        entry = Entry("demonym", entry.code, entry.name)
    usual = entry.name.lower() in SHARED_OFFICES
    official = entry.kind not in ("demonym", "city", "gazette", "place", "firm")
    p.mentions.append(
        Mention(k, j, entry.kind, codes, p.text(k, j), official=official,
                usual=usual and codes == (entry.code,))
    )  # fmt: skip
    if entry.kind == "ministry" and j + 1 < n and low[j] == "of" and p.words[j + 1] != "the":
        hit = names().match(p.words, j + 1)
        if hit and hit[1].kind == "country":
            p.mentions[-1].codes = (hit[1].code,)
            p.mentions[-1].j = j + 1 + hit[0]
            document.note_office(entry.name, (hit[1].code,))
            return j + 1 + hit[0]
    return j


def _body_or_its_voice(
    p: Parsed, document: Document, span: tuple[int, int], codes: tuple[str, ...], name: str
) -> int:
    """An office, or the one who speaks for it: "foreign ministry spokesman"."""
    k, end = span
    title = lists("titles").match(p.low, end)
    if title:
        leaders = word_set("leaders")
        return titled(p, document, k, end + title[0], codes, title[1], leaders)
    p.mentions.append(Mention(k, end, "government", codes, name, official=True))
    return end


_ADJECTIVES = frozenset(["US", "U.S.", "USA", "EU", "E.U.", "UK", "U.K."])


def _adjective(p: Parsed, j: int) -> bool:
    """Whether "US", "EU" or "UK" before token `j` only qualifies a noun ("US farm goods")."""
    if j >= len(p.low) or not p.low[j].isalpha() or capital(p.words[j]):
        return False
    word = p.low[j]
    if word in PREPOSITIONS | BE | HAVE | MODALS.keys() | ADVERBS or word.endswith("ly"):
        return False
    if word in ("and", "or", "but", "that", "who", "which", "when", "while", "if", "to", "did"):
        return False
    return word not in verbs() or word in word_set("goods") or word in _NOUN_FIRST


_NOUN_FIRST = word_set("noun_first")


def _ministry(p: Parsed, document: Document, k: int) -> int:
    """End of "Ministry of Transport" or "Department for Trade", an office of a side, or 0."""
    if p.words[k] not in ("Ministry", "Department", "Bureau", "Directorate"):
        return 0
    if k + 2 >= len(p.words) or p.low[k + 1] not in ("of", "for"):
        return 0
    j = k + 2
    while j < len(p.words) and (
        (capital(p.words[j]) and not names().match(p.words, j))
        or (p.words[j] in (",", "and") and j + 1 < len(p.words) and capital(p.words[j + 1])
            and not names().match(p.words, j + 1) and p.words[j + 1] not in NOT_NAMES)
    ):  # fmt: skip
        j += 1
    if j == k + 2:
        return 0
    name, codes, end = p.text(k, j), document.office(p.text(k, j)), j
    if j + 1 < len(p.words) and p.low[j] == "of":
        hit = names().match(p.words, j + 1)
        if hit and hit[1].kind == "country":
            codes, end = (hit[1].code,), j + 1 + hit[0]
    if codes:
        document.note_office(name, codes)
    title = lists("titles").match(p.low, end)
    if title:
        end += title[0]
    p.mentions.append(Mention(k, end, "government", codes, name, official=True))
    return end


def _pronouns(p: Parsed) -> None:
    taken = {k for m in p.mentions for k in range(m.i, m.j)}
    for k, word in enumerate(p.low):
        if k in taken:
            continue
        if (word in ("he", "she", "it", "they", "we", "i") and word != "it") or (
            word == "it" and k + 1 < len(p.low)
        ):
            p.mentions.append(Mention(k, k + 1, "pronoun", (), word, official=True))
    p.mentions.sort(key=lambda m: m.i)
