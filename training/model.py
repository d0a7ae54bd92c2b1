"""The network of `detente.dispatch.network`, batched and with gradients; and its export."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from detente.dispatch.encode import SIZES, SLOTS, TRAITS
from detente.dispatch.events import KINDS
from detente.dispatch.network import BUCKETS, NEARS, PAIR
from detente.dispatch.pieces import END, MASK, PERSON, SIDE, START, UNKNOWN
from examples import LABELS


class Model(nn.Module):
    def __init__(
        self,
        start: dict[str, torch.Tensor],
        numbers: list[int],
        layers: int,
        width: int,
        drop: float,
    ):
        super().__init__()
        inner = start["embeddings.word_embeddings.weight"].shape[1]
        self.inner, self.width, self.drop = inner, width, drop
        self.encoder = Encoder(start, numbers, layers, drop)
        self.trigger = nn.Linear(inner, len(KINDS))
        nn.init.constant_(self.trigger.bias, -5.0)
        self.kind = nn.Embedding(len(KINDS), width)
        self.event1, self.event2 = nn.Linear(inner + width, 2 * width), nn.Linear(2 * width, width)
        for label, outputs in (("side", 2), ("rate", 1), ("day", 1)):
            setattr(self, f"{label}_q", nn.Linear(width, width))
            setattr(self, f"{label}_k", nn.Linear(inner, width, bias=False))
            setattr(self, f"{label}_near", nn.Parameter(torch.randn(NEARS, width) * 0.1))
            setattr(self, f"{label}_apart", nn.Parameter(torch.randn(BUCKETS, width) * 0.1))
            setattr(self, f"{label}_out", nn.Linear(width, outputs))
            setattr(self, f"{label}_from", nn.Linear(width, outputs * PAIR))
            setattr(self, f"{label}_to", nn.Linear(inner, PAIR))
            nn.init.zeros_(getattr(self, f"{label}_from").weight)
            nn.init.zeros_(getattr(self, f"{label}_from").bias)
        self.side_known = nn.Parameter(torch.randn(2, width) * 0.1)
        self.side_any = nn.Linear(width, 2)
        self.side_bias = nn.Parameter(torch.full((len(KINDS), 2), -1.5))
        self.code1, self.code2 = nn.Linear(11, 64), nn.Linear(64, 2)
        self.code_kind = nn.Parameter(torch.zeros(len(KINDS), 64))
        nn.init.zeros_(self.code2.weight)
        for label in ("rate", "day"):
            setattr(self, f"{label}_none", nn.Linear(width, 1))
        self.day_traits = nn.Parameter(torch.randn(TRAITS, width) * 0.1)
        for label, values in LABELS.items():
            setattr(self, label, nn.Linear(width, len(values)))
        self.pair1, self.pair2 = nn.Linear(2 * width, width), nn.Linear(width, 1)
        self.pair_near = nn.Parameter(torch.zeros(NEARS, width))

    def states(self, b):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            x = self.encoder(b["pieces"], b["columns"], b["slots"], b["first"], b["mask"])
        return x.float()

    def means(self, states, spans):
        """Mean state of spans (B, M, 2) -> (B, M, width)."""
        total = F.pad(states.cumsum(1), (0, 0, 1, 0))
        index = spans.unsqueeze(-1).expand(-1, -1, -1, self.inner)
        first = total.gather(1, index[:, :, 0])
        last = total.gather(1, index[:, :, 1])
        return (last - first) / (spans[..., 1] - spans[..., 0]).clamp(min=1).unsqueeze(-1)

    def narrowed(self, z, d, s, t, k):
        """The likeliest word in place of a span too long for a trigger (words of gold facts)."""
        s, t = s.clone(), t.clone()
        for n in torch.nonzero(t - s > 4).flatten().tolist():
            at = s[n] + z[d[n], s[n] : t[n], k[n]].argmax()
            s[n], t[n] = at, at + 1
        return s, t

    def scores(self, label, e, means, b, more):
        """(E, M, outputs): how well each candidate fits each event."""
        x = (
            getattr(self, f"{label}_q")(e).unsqueeze(1)
            + (getattr(self, f"{label}_k")(means) + more)[b["doc"]]
        )
        x = (
            x
            + getattr(self, f"{label}_near")[b[f"{label}_near"]]
            + getattr(self, f"{label}_apart")[b[f"{label}_apart"]]
        )
        event = getattr(self, f"{label}_from")(e).view(len(e), -1, PAIR)
        pairs = torch.einsum("eok,emk->emo", event, getattr(self, f"{label}_to")(means)[b["doc"]])
        return getattr(self, f"{label}_out")(F.gelu(x, approximate="tanh")) + pairs / PAIR**0.5

    def weighed(self, code, traits, absent, kind):
        """The scores of the sides (E, C + 1, 2) once each has been held against the others'."""
        seen = code.masked_fill(absent.unsqueeze(-1), -30.0)
        top = seen.topk(2, dim=1).values if seen.shape[1] > 1 else torch.cat([seen, seen - 30], 1)
        rival = torch.where(seen >= top[:, :1], top[:, 1:], top[:, :1])
        every = seen[:, -1:].expand_as(seen)
        traits = F.pad(traits, (0, 0, 0, 1))
        x = torch.cat(
            [
                seen.clamp(-15, 15) / 5,
                rival.clamp(-15, 15) / 5,
                every.clamp(-15, 15) / 5,
                traits,
            ],
            -1,
        )
        return code + self.code2(
            F.gelu(self.code1(x) + self.code_kind[kind].unsqueeze(1), approximate="tanh")
        )

    def loss(self, b):
        states = self.states(b)
        z = self.trigger(states)
        absent = F.logsigmoid(-z)  # (B, L, K)
        losses = {}
        clear = (absent * (b["real"].unsqueeze(-1) & ~b["covered"])).sum()
        losses["absent"] = -clear
        total = F.pad(absent.cumsum(1), (0, 0, 1, 0))
        d, s, t, k = b["doc"], b["start"], b["end"], b["kind"]
        inside = total[d, t, k] - total[d, s, k]
        inside = inside.clamp(max=-1e-6)
        losses["present"] = -torch.log(-torch.expm1(inside)).sum()
        weight = torch.where(b["again"], 0.5, 1.0)

        s, t = self.narrowed(z.detach(), d, s, t, k)
        own = F.pad(states.cumsum(1), (0, 0, 1, 0))
        rep = (own[d, t] - own[d, s]) / (t - s).unsqueeze(-1)
        hidden = F.gelu(self.event1(torch.cat([rep, self.kind(k)], 1)), approximate="tanh")
        e = self.event2(F.dropout(hidden, self.drop, self.training))

        score = self.scores(
            "side", e, self.means(states, b["names"]), b, self.side_known[b["known"]]
        )
        masked = score.unsqueeze(1).masked_fill(~b["member"][d].unsqueeze(-1), -1e4)  # (E, C, M, 2)
        code = torch.logsumexp(masked, 2)
        code = torch.cat([code, self.side_any(e).unsqueeze(1)], 1) + self.side_bias[k].unsqueeze(1)
        code = self.weighed(code, b["traits"][d], b["sides"] < 0, k)
        logits = torch.cat([torch.zeros_like(code[..., :1]), code], -1)  # (E, C + 1, 3)
        side = F.cross_entropy(
            logits.transpose(1, 2), b["sides"], reduction="none", ignore_index=-1
        )
        losses["sides"] = (side.sum(1) * weight).sum()

        for label in ("rate", "day"):
            more = b["day_traits"] @ self.day_traits if label == "day" else 0.0
            score = self.scores(label, e, self.means(states, b[f"{label}_spans"]), b, more).squeeze(
                -1
            )
            score = score.masked_fill(~b[f"{label}_mask"][d], -1e4)
            score = torch.cat([getattr(self, f"{label}_none")(e), score], 1)
            logp = F.log_softmax(score, 1).masked_fill(~b[label], -1e4)
            found = b[label].any(1)
            losses[label] = -(torch.logsumexp(logp, 1) * found * weight).sum()
        for label in LABELS:
            losses[label] = (F.cross_entropy(getattr(self, label)(e), b[label + "_y"],
                             reduction="none", ignore_index=-1) * weight).sum()  # fmt: skip
        i, j = b["pair_i"], b["pair_j"]
        if len(i):
            x = (
                self.pair1(torch.cat([e[i] * e[j], (e[i] - e[j]).abs()], 1))
                + self.pair_near[b["pair_near"]]
            )
            z = self.pair2(F.gelu(x, approximate="tanh")).squeeze(1)
            losses["pair"] = F.binary_cross_entropy_with_logits(z, b["pair_y"], reduction="sum")
        return losses


class Encoder(nn.Module):
    """BERT, started from `start`, told beside the words what `encode` found in them."""

    def __init__(
        self, start: dict[str, torch.Tensor], numbers: list[int], layers: int, drop: float
    ):
        super().__init__()
        self.word = nn.Embedding.from_pretrained(
            start["embeddings.word_embeddings.weight"][numbers], freeze=False
        )
        self.place = nn.Parameter(
            start["embeddings.position_embeddings.weight"]
            + start["embeddings.token_type_embeddings.weight"][0]
        )
        width = self.place.shape[1]
        self.column = nn.Embedding(sum(SIZES), width)
        nn.init.normal_(self.column.weight, std=0.01)
        self.slot = nn.Parameter(torch.randn(SLOTS, width) * 0.05)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        _start(self.norm, start, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(start, k, width, drop) for k in range(layers))
        self.drop = drop

    def forward(self, pieces, columns, slots, first, mask=None):
        x = self.word(pieces) + self.place[: pieces.shape[1]]
        x = x + self.column(columns).sum(2) + slots @ self.slot
        x = F.dropout(self.norm(x), self.drop, self.training)
        for layer in self.layers:
            x = layer(x, mask)
        index = first.unsqueeze(-1).expand(-1, -1, x.shape[2])
        return x.gather(1, index)


def _start(module, start, name):
    module.weight.data.copy_(start[f"{name}.weight"])
    module.bias.data.copy_(start[f"{name}.bias"])


class Layer(nn.Module):
    def __init__(self, start, k, width, drop):
        super().__init__()
        name = f"encoder.layer.{k}"
        self.heads, self.drop = 12, drop
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        inner = start[f"{name}.intermediate.dense.weight"].shape[0]
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        for module, part in (
            (self.q, "attention.self.query"), (self.k, "attention.self.key"),
            (self.v, "attention.self.value"), (self.out, "attention.output.dense"),
            (self.norm1, "attention.output.LayerNorm"), (self.up, "intermediate.dense"),
            (self.down, "output.dense"), (self.norm2, "output.LayerNorm"),
        ):  # fmt: skip
            _start(module, start, f"{name}.{part}")

    def forward(self, x, mask):
        n, length, width = x.shape
        q, k, v = (
            f(x).view(n, length, self.heads, width // self.heads).transpose(1, 2)
            for f in (self.q, self.k, self.v)
        )
        mask = None if mask is None else mask[:, None, None]
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y = self.out(y.transpose(1, 2).reshape(n, length, width))
        x = self.norm1(x + F.dropout(y, self.drop, self.training))
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(y, self.drop, self.training))


def export(model: Model, vocabulary: list[str], folder: Path, bits: int = 8) -> None:
    """The encoder as an ONNX graph, the heads in half precision, the pieces one a line."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = model.encoder.eval()
    n, m = 12, 9
    example = (torch.zeros(1, n, dtype=torch.long), torch.zeros(1, n, len(SIZES), dtype=torch.long),
               torch.zeros(1, n, SLOTS), torch.zeros(1, m, dtype=torch.long))  # fmt: skip
    plain = folder / "encoder.onnx"
    names = ["pieces", "columns", "slots", "first"]
    torch.onnx.export(
        encoder, example, str(plain), input_names=names, output_names=["states"], opset_version=17,
        dynamic_axes={**{x: {1: "n"} for x in names[:3]}, "first": {1: "m"}, "states": {1: "m"}},
        dynamo=False,
    )  # fmt: skip
    if bits == 8:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        whole = folder / "whole.onnx"
        plain.rename(whole)
        quantize_dynamic(
            whole, plain, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
        whole.unlink()
    heads = {
        n: v.numpy().astype(np.float16)
        for n, v in model.state_dict().items()
        if not n.startswith("encoder.")
    }
    np.savez_compressed(folder / "heads.npz", **heads)
    (folder / "pieces.txt").write_text("\n".join(vocabulary), encoding="utf-8")


def vocabulary_of(folder: Path, common: Path, most: int) -> tuple[list[str], list[int]]:
    """The pieces kept: parts of words, figures, signs, and the `most` common words of the news."""
    given = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    rank = {w: k for k, w in enumerate(json.loads(common.read_text())["words"])}
    kept = ["[PAD]", START, END, UNKNOWN, MASK, PERSON, SIDE]
    kept += [
        piece for piece in given
        if re.fullmatch(r"##[a-z0-9]+", piece) or (len(piece) == 1 and ord(piece) < 0x2100)
        or re.fullmatch(r"\d{2,4}", piece)
        or (re.fullmatch(r"[a-z]{2,}", piece) and rank.get(piece, most) < most)
        or piece in ("€", "₹", "¥", "₽")
    ]  # fmt: skip
    return kept, [given[piece] for piece in kept]
