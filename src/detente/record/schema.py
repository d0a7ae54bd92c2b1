"""From YAML mappings to entries: which keys each kind has, what each holds, what it must have.

One table per kind: key -> (converter, required). An unknown key, a missing one or a value of the
wrong sort is refused with its file and line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import InputError
from .fields import (
    Spec,
    code,
    day,
    fields,
    flag,
    hour,
    many,
    name,
    number,
    one_of,
    points,
    refuse,
    some,
    text,
    whole,
)
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


_EFFECT: Spec = {
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


_BARE: Spec = {"id": (name, True)}
_COMMON: Spec = {
    **_BARE,
    "sources": (some(text), True),
    "confidence": (one_of("high", "medium", "low"), False),
    "unverified": (text, False),
}
_DATED: Spec = {
    **_COMMON,
    "date": (day, True),
    "known": (day, False),
}


def _plain(kind: type, what: str, spec: Spec) -> Callable[[Map], Any]:
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
