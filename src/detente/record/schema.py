"""From YAML mappings to entries: which keys each kind has, what each holds, what it must have.

One table per kind: key -> (converter, required). An unknown key, a missing one or a value of the
wrong sort is refused with its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from .._text import plain
from ..errors import InputError
from .model import (
    ACT_KINDS,
    INSTRUMENTS,
    PLANS,
    ROLES,
    STACKS,
    Act,
    Agreement,
    Claim,
    Commitment,
    Component,
    Effect,
    Measure,
    Meeting,
    Negotiation,
    Office,
    Party,
    Performance,
    Scope,
    Stack,
    Statement,
)
from .yamlfile import Map

Converter = Callable[[Any, Map, str], Any]
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,4}\Z")
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


def refuse(item: Map, key: str, problem: str, mend: str) -> InputError:
    return InputError(f"{item.where(key)}: {problem}; {mend}.")


def _wrong(item: Map, key: str, value: Any, wanted: str) -> InputError:
    return refuse(item, key, f"{key} is {plain(value, 60)!r}", f"write {wanted}")


def text(value: Any, item: Map, key: str) -> str:
    if isinstance(value, float) and value == int(value):
        value = str(int(value))  # a bare number or year as text
    if not isinstance(value, str) or not value.strip():
        raise _wrong(item, key, value, "text")
    if len(value) > 4000:
        raise refuse(item, key, f"{key} has {len(value)} characters", "keep it below 4000")
    return value.strip()


def name(value: Any, item: Map, key: str) -> str:
    value = text(value, item, key)
    if not _ID.match(value):
        raise _wrong(item, key, value, "a name of lower-case letters, digits and hyphens")
    return value


def code(value: Any, item: Map, key: str) -> str:
    if not isinstance(value, str) or not _CODE.match(value):
        raise _wrong(item, key, value, "a code of capital letters such as USA")
    return value


def day(value: Any, item: Map, key: str) -> date:
    if not isinstance(value, date):
        raise _wrong(item, key, value, "a day as YYYY-MM-DD")
    if not 1900 <= value.year <= 2200:
        raise _wrong(item, key, value, "a day between 1900 and 2200")
    return value


def number(value: Any, item: Map, key: str) -> float:
    if not isinstance(value, float) or not abs(value) < 1e15:
        raise _wrong(item, key, value, "a number")
    return value


def points(value: Any, item: Map, key: str) -> float:
    value = number(value, item, key)
    if not 0 <= value <= 10_000:
        raise _wrong(item, key, value, "percentage points from 0 to 10000")
    return value


def whole(value: Any, item: Map, key: str) -> int:
    value = number(value, item, key)
    if value != int(value):
        raise _wrong(item, key, value, "a whole number")
    return int(value)


def flag(value: Any, item: Map, key: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(item, key, value, "true or false")
    return value


def hour(value: Any, item: Map, key: str) -> int:
    found = _HOUR.match(value) if isinstance(value, str) else None
    if not found:
        raise _wrong(item, key, value, "an hour such as 00:01")
    minutes = int(found[1]) * 60 + int(found[2])
    if minutes >= 14 * 60:
        raise refuse(
            item,
            key,
            f"{key} is {value}, after the noon at which a day is asked",
            "date the change the next day",
        )
    return minutes


def one_of(*words: str) -> Converter:
    def convert(value: Any, item: Map, key: str) -> str:
        if value not in words:
            raise _wrong(item, key, value, "one of " + ", ".join(words))
        return value

    return convert


def many(convert: Converter) -> Converter:
    def convert_all(value: Any, item: Map, key: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(item, key, value, "a list in [brackets] or with dashes")
        out = tuple(convert(v, item, key) for v in value)
        if len(set(out)) != len(out):
            raise refuse(item, key, f"{key} names something twice", "keep it once")
        return out

    return convert_all


def some(convert: Converter) -> Converter:
    inner = many(convert)

    def convert_some(value: Any, item: Map, key: str) -> tuple[Any, ...]:
        out = inner(value, item, key)
        if not out:
            raise refuse(item, key, f"{key} is empty", f"name at least one of the {key}")
        return out

    return convert_some


def fields(item: Any, spec: dict[str, tuple[Converter, bool]], what: str, within: Map) -> dict:
    """The converted values of a mapping, every key of which must be in `spec`."""
    if not isinstance(item, Map):
        raise InputError(f"{within.where()}: {what} must be a list of entries with `key: value`.")
    out = {}
    for key, value in item.items():
        if key not in spec:
            raise refuse(
                item, key, f"{plain(key)!r} is no key of {what}", "the keys are " + ", ".join(spec)
            )
        if value is None:
            raise refuse(item, key, f"{key} is empty", "give it a value or leave the key out")
        out[key] = spec[key][0](value, item, key)
    for key, (_, required) in spec.items():
        if required and key not in out:
            label = f" {plain(item.get('id'))!r}" if item.get("id") else ""
            raise refuse(item, "id", f"{what}{label} has no {key}", f"add `{key}:`")
    return out


def _scope(value: Any, item: Map, key: str) -> Scope:
    spec = {"list": (name, True), "text": (text, True), "minus": (many(name), False)}
    return Scope(**fields(value, spec, "scope", item))


def _stack(value: Any, item: Map, key: str) -> Stack:
    spec = {
        "kind": (one_of(*STACKS), True),
        "group": (name, False),
        "precedence": (whole, False),
        "cap_pct": (points, False),
    }
    out = Stack(**fields(value, spec, "stack", item))
    if out.kind in ("max", "exclusive", "content_share") and not out.group:
        raise refuse(value, "kind", f"stack {out.kind} has no group", "name the group it is in")
    if (out.kind == "cap_net_of_mfn") != (out.cap_pct is not None):
        raise refuse(value, "kind", "cap_pct belongs to cap_net_of_mfn", "give both or neither")
    return out


def _component(value: Any, item: Map, key: str) -> Component:
    spec = {
        "id": (name, True),
        "scope": (_scope, True),
        "stack": (_stack, False),
        "targets": (some(code), False),
    }
    return Component(**fields(value, spec, "component", item))


def _or_all(value: Any, item: Map, key: str) -> float:
    return -1.0 if value == "all" else points(value, item, key)


_EFFECT: dict[str, tuple[Converter, bool]] = {
    "role": (one_of(*ROLES), True),
    "measure": (name, False),
    "component": (name, False),
    "agreement": (name, False),
    "rate_pct": (points, False),
    "suspended_pct": (_or_all, False),
    "from": (day, False),
    "until": (day, False),
    "at": (hour, False),
    "of": (one_of("suspension", "measure", "start", "agreement"), False),
    "under": (name, False),
    "scope": (_scope, False),
    "id": (name, False),
    "note": (text, False),
}


def _effect(value: Any, item: Map, key: str) -> Effect:
    out = fields(value, _EFFECT, "effect", item)
    out["starts"] = out.pop("from", None)
    effect = Effect(**out, where=value.where())
    _check_effect(effect, value)
    if effect.suspended_pct == -1.0:
        out["suspended_pct"] = None
        effect = Effect(**out, where=value.where())
    return effect


# role -> keys it must have, keys it must not have
_NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "base": (("starts",), ("suspended_pct", "of")),
    "modification": (("starts",), ("suspended_pct", "of")),
    "suspension": (("starts", "suspended_pct"), ("rate_pct", "of", "scope")),
    "resumption": (("starts",), ("rate_pct", "suspended_pct", "until", "of", "scope")),
    "prorogation": (("until", "of"), ("rate_pct", "suspended_pct", "starts", "scope")),
    "abrogation": (("starts",), ("rate_pct", "suspended_pct", "until", "of", "scope")),
    "annulment": (("starts",), ("rate_pct", "suspended_pct", "until", "of", "scope")),
    "proposal": ((), ("suspended_pct", "of")),
    "threat": ((), ("suspended_pct", "of")),
}


def _check_effect(effect: Effect, item: Map) -> None:
    needs, forbids = _NEEDS[effect.role]
    for slot in needs:
        if getattr(effect, slot) in (None, ""):
            key = "from" if slot == "starts" else slot
            raise refuse(item, "role", f"the {effect.role} has no {key}", f"add `{key}:`")
    for slot in forbids:
        if getattr(effect, slot) not in (None, ""):
            raise refuse(
                item, slot, f"a {effect.role} takes no {slot}", "leave it out or change the role"
            )
    if effect.role == "modification" and effect.rate_pct is None and effect.scope is None:
        raise refuse(
            item, "role", "the modification changes nothing", "add `rate_pct:` or `scope:`"
        )
    if (effect.of == "agreement") != bool(effect.agreement) or (
        bool(effect.agreement) == bool(effect.measure)
    ):
        raise refuse(
            item,
            "role",
            "an effect is on one measure, or prolongs (of: agreement) one agreement",
            "name `measure:` or `agreement:`",
        )
    if effect.starts and effect.until and effect.until <= effect.starts:
        raise refuse(
            item,
            "until",
            f"until {effect.until} is not after from {effect.starts}",
            "until is the first day that no longer counts",
        )


def _measure(item: Map) -> Measure:
    spec = {
        **_BARE,
        "title": (text, True),
        "imposer": (code, True),
        "targets": (some(code), True),
        "excluded": (many(code), False),
        "instrument": (one_of(*INSTRUMENTS), True),
        "authority": (text, True),
        "country_wide": (flag, False),
        "scope": (_scope, False),
        "stack": (_stack, False),
        "components": (some(_component), False),
    }
    out = fields(item, spec, "measure", item)
    scope, stack = out.pop("scope", None), out.pop("stack", Stack())
    if (scope is None) == ("components" not in out):
        raise refuse(
            item, "id", f"measure {out['id']!r} needs a scope or components", "give one of the two"
        )
    if scope is not None:
        out["components"] = (Component("all", scope, stack),)
    names = [c.id for c in out["components"]]
    if len(set(names)) != len(names):
        raise refuse(item, "components", "two components have the same id", "name them apart")
    return Measure(**out, where=item.where())


_BARE: dict[str, tuple[Converter, bool]] = {"id": (name, True)}
_COMMON: dict[str, tuple[Converter, bool]] = {
    **_BARE,
    "sources": (some(text), True),
    "confidence": (one_of("high", "medium", "low"), False),
    "unverified": (text, False),
}
_DATED: dict[str, tuple[Converter, bool]] = {
    **_COMMON,
    "date": (day, True),
    "known": (day, False),
}


def _plain(kind: type, what: str, spec: dict[str, tuple[Converter, bool]]) -> Callable[[Map], Any]:
    def make(item: Map) -> Any:
        out = fields(item, spec, what, item)
        if "from" in out:
            out["starts"] = out.pop("from")
        if "date" in spec:
            out.setdefault("known", out["date"])
        first, last = out.get("starts") or out.get("date"), out.get("until")
        if first and last and last <= first:
            raise refuse(
                item,
                "until",
                f"until {last} is not after {first}",
                "until is the first day that no longer counts",
            )
        return kind(**out, where=item.where())

    return make


def _act(item: Map) -> Act:
    spec = {
        **_DATED,
        "title": (text, True),
        "issuer": (code, True),
        "kind": (one_of(*ACT_KINDS), False),
        "effects": (many(_effect), False),
        "executes": (many(name), False),
        "withdraws": (many(name), False),
        "note": (text, False),
    }
    out = fields(item, spec, "act", item)
    out.setdefault("known", out["date"])
    out.setdefault("effects", ())
    for effect in out["effects"]:
        if effect.role == "threat":
            raise InputError(
                f"{effect.where}: a threat has no legal act; put it under `statements:`."
            )
    return Act(**out, where=item.where())


def _statement(item: Map) -> Statement:
    spec = {
        **_DATED,
        "by": (code, True),
        "text": (text, True),
        "speaker": (text, False),
        "place": (text, False),
        "about": (many(name), False),
        "effects": (many(_effect), False),
        "withdraws": (many(name), False),
    }
    out = fields(item, spec, "statement", item)
    out.setdefault("known", out["date"])
    for effect in out.get("effects", ()):
        if effect.role not in PLANS:
            raise InputError(
                f"{effect.where}: a statement cannot make a {effect.role}, only a legal act can; "
                "put it under `acts:` or make it a threat."
            )
    return Statement(**out, where=item.where())


def _party(item: Map) -> Party:
    spec = {
        "code": (code, True),
        "name": (text, True),
        "timezone": (text, False),
        "legal_hour": (hour, False),
    }
    return Party(**fields(item, spec, "party", item), where=item.where())


_PARTIES = (some(code), True)
_OPT = (text, False)

SECTIONS: dict[str, Callable[[Map], Any]] = {
    "parties": _party,
    "measures": _measure,
    "acts": _act,
    "statements": _statement,
    "agreements": _plain(
        Agreement,
        "agreement",
        {
            **_DATED,
            "title": (text, True),
            "parties": _PARTIES,
            "text": (text, True),
            "from": (day, False),
            "until": (day, False),
            "negotiation": (name, False),
            "meeting": (name, False),
        },
    ),
    "negotiations": _plain(
        Negotiation,
        "negotiation",
        {**_DATED, "title": (text, True), "parties": _PARTIES, "text": (text, True)},
    ),
    "meetings": _plain(
        Meeting,
        "meeting",
        {
            **_DATED,
            "title": (text, True),
            "kind": (one_of("round", "call", "summit", "meeting"), True),
            "parties": _PARTIES,
            "until": (day, False),
            "number": (whole, False),
            "place": _OPT,
            "participants": (many(text), False),
            "negotiation": (name, False),
            "planned": (flag, False),
            "replaces": (many(name), False),
            "text": _OPT,
        },
    ),
    "commitments": _plain(
        Commitment,
        "commitment",
        {
            **_DATED,
            "by": (code, True),
            "to": (some(code), True),
            "text": (text, True),
            "agreement": (name, False),
            "instrument": (one_of(*INSTRUMENTS), False),
            "quantity": (number, False),
            "unit": _OPT,
            "from": (day, False),
            "until": (day, False),
        },
    ),
    "performances": _plain(
        Performance,
        "performance",
        {
            **_DATED,
            "commitment": (name, True),
            "text": (text, True),
            "met_pct": (number, False),
            "by": _OPT,
        },
    ),
    "claims": _plain(
        Claim,
        "claim",
        {
            **_DATED,
            "dispute": (name, True),
            "stance": (one_of("asserts", "denies"), True),
            "by": (code, False),
            "speaker": _OPT,
            "text": (text, True),
            "about": (many(name), False),
        },
    ),
    "people": _plain(
        Office,
        "office",
        {
            **_COMMON,
            "name": (text, True),
            "side": (text, True),
            "role": (text, True),
            "from": (day, True),
            "until": (day, False),
        },
    ),
}
