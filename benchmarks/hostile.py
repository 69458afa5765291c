"""How long refusing a file made to be slow takes, as a ratio to the standard library reading as many bytes.

50 MB and 250,000 values are the most that is read at all; each kind of file goes as near to both as it can.
2 seconds are promised for each of them. The standard library takes about one second for 50 MB of ordinary
answers on the machine where that was promised, so at most 2 times are allowed, whatever the machine.

Usage: .venv/bin/python benchmarks/hostile.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping

from benchmarks._timing import seconds
from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.json_text import MOST_BYTES
from surveyapp.scoring.reader import MOST_VALUES, AnswersFaults, read_answers

MOST = 2.0

_EVIDENCE = '{"o07.a1": {"evidence": ['
_ADDRESS_OF_NOTHING = '{"title":"A","url":"https://[' + ":1" * 590 + ']"},'


def file_with(answers: str = "{}", cycle: str = "2026") -> bytes:
    """An answers file with this JSON as its answers and its cycle."""
    head = f'{{"format": "surveyapp-answers/1", "country": "AL", "cycle": {cycle}, "answers": '
    return f"{head}{answers}}}".encode()


def repeat(item: str, size: int, values: int = 1) -> str:
    """The item as often as it fits into the bytes and, so many values each, into what is read at all."""
    return item * min(size // len(item), (MOST_VALUES - 1_000) // values)


def numbered(item: str, size: int) -> str:
    """A name and its value, with a number for its `#`, each another one."""
    count = min(size // (len(item) + 6), (MOST_VALUES - 1_000) // 2)
    return ",".join(item.replace("#", str(n)) for n in range(count))


# Each kind of file, of at most so many bytes.
FILES: Mapping[str, Callable[[int], bytes]] = {
    "one long text": lambda size: file_with('{"o07.a1": {"comment": "' + "x" * size + '"}}'),
    "one long text of other letters": lambda size: file_with(
        '{"o07.a1": {"comment": "' + "ж" * (size // 2) + '"}}'
    ),
    "escapes": lambda size: file_with('{"' + '\\"' * (size // 2) + '": 1}'),
    "a text without an end": lambda size: b'{"' + b'\\"' * (size // 2),
    "objects": lambda size: b"[" + b"{}," * (size // 3),
    "no numbers": lambda size: b"[" + b"NaN," * (size // 4),
    "one long number": lambda size: file_with(cycle="9" * size),
    "empty lines": lambda size: b"\n" * size,
    "no text at the end": lambda size: b"\n" * size + b"\xff",
    "unknown questions": lambda size: file_with("{" + numbered('"x#":1', size) + "}"),
    "unknown questions with long names": lambda size: file_with(
        "{" + numbered('"' + "x" * 390 + '#":1', size) + "}"
    ),
    "unknown fields": lambda size: file_with('{"o07.a1": {' + numbered('"x#":1', size) + "}}"),
    "unknown fields with long names": lambda size: file_with(
        '{"o07.a1": {' + numbered('"' + "x" * 390 + '#":1', size) + "}}"
    ),
    "evidence without titles": lambda size: file_with(_EVIDENCE + repeat('{"title":5},', size, 4) + "5]}}"),
    "long numbers": lambda size: file_with(_EVIDENCE + repeat("1" * 190 + ",", size) + "5]}}"),
    "addresses of nothing": lambda size: file_with(_EVIDENCE + repeat(_ADDRESS_OF_NOTHING, size, 6) + "5]}}"),
    "nesting": lambda size: b'{"a":' * (size // 5),
}


def ordinary(size: int) -> str:
    """A list of answers as people give them."""
    answer = {
        "level": "3",
        "comment": "The law of 2019 names the shelters and who pays for them.",
        "evidence": [],
    }
    return "[" + ",".join([json.dumps({"o07.a1": answer})] * (size // 130)) + "]"


def main() -> None:
    framework = load_framework(shipped_folder())
    size = MOST_BYTES - 1_000
    text = ordinary(size)
    reference = seconds(lambda: json.loads(text))
    print(f"the standard library reads {len(text) / 1e6:.0f} MB of ordinary answers in {reference:.2f} s")
    largest = 0.0
    for name, make in FILES.items():
        raw = make(size)

        def refuse(raw: bytes = raw) -> None:
            try:
                read_answers(raw, framework)
            except AnswersFaults:
                return
            raise AssertionError("the file was taken")

        taken = seconds(refuse)
        largest = max(largest, taken / reference)
        print(f"{name:34} {len(raw) / 1e6:5.1f} MB  {taken:5.2f} s  ratio {taken / reference:4.2f}")
    if largest > MOST:
        sys.exit(f"the largest ratio is {largest:.2f}, more than {MOST:g}")


if __name__ == "__main__":
    main()
