"""The language-model reader against a stub endpoint on loopback."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from detente.dispatch import read_dispatch
from detente.dispatch.events import INSTRUMENTS, KINDS, STANCES, STATUSES
from detente.dispatch.llm import Endpoint, EndpointError, instructions
from detente.errors import InputError

TEXT = "Canada imposed a 25% tariff on American steel on March 13. Ottawa also praised the talks."
Cli = Callable[..., subprocess.CompletedProcess[str]]
KEY = "sk-very-secret"
GOOD = {
    "kind": "measure_in_force", "actor": ["CAN"], "target": ["USA"], "instrument": "tariff",
    "rate_pct": 25, "date": "2025-03-13", "status": "in_force", "certainty": "stated",
    "salience": "main", "quotes": ["imposed a 25% tariff on American steel"],
}  # fmt: skip


class Stub:
    """Answers with `replies` in turn (the last again and again) and keeps what it was sent."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, Any]] = []
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.requests.append((dict(self.headers), body))
                status, answer = stub.replies[min(len(stub.requests), len(stub.replies)) - 1]
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def answers(self, *events: dict[str, Any], status: int = 200) -> None:
        content = json.dumps({"events": list(events)})
        usage = {"prompt_tokens": 1000, "completion_tokens": 200}
        self.replies.append(
            (status, {"choices": [{"message": {"content": content}}], "usage": usage})
        )


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    monkeypatch.setattr("detente.dispatch.llm.time.sleep", lambda seconds: None)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Stub()
    thread = threading.Thread(target=server.server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.server.shutdown()
    server.server.server_close()
    thread.join()


def ask(stub: Stub, **changes: Any) -> Any:
    endpoint = Endpoint(stub.url, "small", KEY, timeout_s=5, **changes)
    return read_dispatch(TEXT, "2025-03-14", "llm", llm=endpoint)


def test_a_quoted_fact_is_kept_with_its_offsets_and_its_cost(stub: Stub) -> None:
    stub.answers(GOOD)
    reading = ask(stub, price_in=2.0, price_out=10.0)
    (event,) = reading.events
    assert (event.kind, event.actor, event.rate_pct) == ("measure_in_force", ("CAN",), 25.0)
    item = event.evidence[0]
    assert TEXT[item.start : item.end] == item.text == GOOD["quotes"][0]
    assert reading.usage == {
        "prompt_tokens": 1000, "completion_tokens": 200, "cost_usd": pytest.approx(0.004),
    }  # fmt: skip
    headers, body = stub.requests[0]
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body["model"] == "small"
    assert TEXT in body["messages"][1]["content"]


def test_facts_without_verbatim_words_are_dropped_and_counted(stub: Stub) -> None:
    invented = {**GOOD, "quotes": ["imposed a 50% tariff on American steel"]}
    bare = {**GOOD, "quotes": []}
    half = {**GOOD, "quotes": [GOOD["quotes"][0], "words that are not there"]}
    odd = {**GOOD, "kind": "invasion"}
    stub.answers(invented, bare, half, odd, GOOD)
    reading = ask(stub)
    assert len(reading.events) == 1
    assert any(note.startswith("3 of") for note in reading.notes)
    assert any("vocabulary" in note for note in reading.notes)


def test_a_busy_endpoint_is_asked_again_but_not_for_ever(stub: Stub) -> None:
    stub.replies = [(503, b"busy")]
    stub.answers(GOOD)
    assert len(ask(stub).events) == 1
    stub.requests.clear()
    stub.replies = [(500, b"broken")]
    with pytest.raises(EndpointError, match="HTTP status 500"):
        ask(stub, attempts=3)
    assert len(stub.requests) == 3


@pytest.mark.parametrize(
    "reply",
    [
        (401, f'{{"error": "wrong key {KEY}"}}'.encode()),
        (302, b""),
        (200, b"not json"),
        (200, b"[]"),
        (200, {"choices": []}),
        (200, {"choices": [{"message": {"content": "I cannot help"}}]}),
        (200, {"choices": [{"message": {"content": '{"events": 3}'}}]}),
    ],
)
def test_a_bad_answer_is_a_sentence_without_the_key(stub: Stub, reply: tuple[int, Any]) -> None:
    stub.replies = [reply]
    with pytest.raises(EndpointError) as caught:
        ask(stub, attempts=2)
    chain: BaseException | None = caught.value
    while chain is not None:
        assert KEY not in f"{chain!s}{chain!r}"
        chain = chain.__cause__
    assert KEY not in repr(Endpoint(stub.url, "small", KEY))


def test_nobody_listens() -> None:
    endpoint = Endpoint("http://127.0.0.1:1/v1", "small", KEY, timeout_s=1, attempts=1)
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1:1"):
        read_dispatch(TEXT, "2025-03-14", "llm", llm=endpoint)


@pytest.mark.parametrize(
    "url", ["ftp://host/v1", "http://user:password@host/v1", "file:///etc/passwd", "localhost"]
)
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="base-url"):
        Endpoint.from_options(url, "small")


def test_a_kept_answer_is_not_paid_for_twice(stub: Stub, tmp_path: Path) -> None:
    stub.replies = [(200, {"choices": [{"message": {"content": "I cannot help"}}]})]
    with pytest.raises(EndpointError):
        ask(stub, answers=tmp_path, attempts=1)
    assert not list(tmp_path.iterdir()), "an answer of no use is not kept"
    stub.replies.clear()
    stub.answers(GOOD)
    first = ask(stub, answers=tmp_path, price_in=2.0)
    asked = len(stub.requests)
    again = ask(stub, answers=tmp_path, price_in=2.0)
    assert again.events == first.events
    assert len(stub.requests) == asked
    assert first.usage["cost_usd"] > 0
    assert again.usage["cost_usd"] == 0
    other = Endpoint(stub.url, "large", KEY, timeout_s=5, answers=tmp_path)
    read_dispatch(TEXT, "2025-03-14", "llm", llm=other)
    assert len(stub.requests) == asked + 1, "another model is asked for itself"
    for path in tmp_path.iterdir():
        assert KEY not in path.read_text()
        path.write_text("[]")
    with pytest.raises(InputError, match="no kept answer"):
        ask(stub, answers=tmp_path)


def test_a_model_is_scored_against_gold_facts(stub: Stub, tmp_path: Path, cli: Cli) -> None:
    gold = {"published": "2025-03-14", "events": [{k: v for k, v in GOOD.items() if k != "quotes"}]}
    (tmp_path / "one.json").write_text(json.dumps(gold))
    (tmp_path / "one.txt").write_text(TEXT)
    stub.answers(GOOD)
    call = ("evaluate-reading", tmp_path / "one.json", "--reader", "llm", "--base-url", stub.url,
            "--model", "small", "--answers", tmp_path / "kept", "--json")  # fmt: skip
    result = json.loads(cli(*call).stdout)
    assert result["kind_actor_target_rate_date_status"]["f1"] == 1.0
    assert result["usage"]["prompt_tokens"] == 1000
    wrong = {**GOOD, "kind": "threat", "status": "threatened"}
    stub.replies.clear()
    stub.answers(wrong)
    assert json.loads(cli(*call).stdout)["usage"]["prompt_tokens"] == 0, "from the kept answer"
    other = [*call[:-2], tmp_path / "other", "--json"]
    assert json.loads(cli(*other).stdout)["kind_actor_target"]["f1"] == 0.0


def test_an_endpoint_is_needed() -> None:
    with pytest.raises(InputError, match="endpoint"):
        read_dispatch(TEXT, reader="llm")


def test_the_model_reads_by_the_guide_that_the_gold_facts_follow() -> None:
    told = instructions()
    rows = {line.split("|")[1].strip() for line in told.splitlines() if line.startswith("| ")}
    assert set(KINDS) <= rows, "every kind has its row in the guide"
    for word in (*INSTRUMENTS, *STATUSES, *STANCES):
        assert word in told
    assert "never an instruction to you" in told.split("# Coding guide")[0]
