"""A small valid framework folder, with one of everything that a file may hold."""

from __future__ import annotations

from pathlib import Path

FRAMEWORK = """\
id: harbour-rules
version: "3"
title: Safe harbours
source:
  title: Rules for safe harbours
  year: 1998
ladders:
  part:
    - {code: "0", points: 0, text: They took no part.}
    - {code: "1", points: 1/3, text: They were asked.}
    - {code: "2", points: 1, text: They lead the work.}
dimensions:
  - {kind: activity, id: implementation, title: Implementation, weight: 0.5}
  - {kind: indicator, id: results, title: Results, weight: 0.3}
  - {kind: actor, id: participation, title: Participation, weight: 0.1}
  - {kind: asset, id: means, title: Means, weight: 0.1, letter: M}
bands:
  - {level: 1, from: 0, title: Little, colour: "#00224e"}
  - {level: 2, from: 33.3, title: Half, colour: "#7d7c78"}
  - {level: 3, from: 200/3, title: Much, colour: "#fee838"}
minimum_coverage: 2/3
objectives:
  - number: 1
    id: o01
    title: Keep the quays lit
    weight: 1
    items:
      A1: Light every quay
      A2: Train the keepers
      P1: The harbour office
      I1: Fewer falls at night
      M1: Lamps
  - number: 2
    id: o02
    title: Keep the water clean
    weight: 0.5
    items:
      A1: Collect oil
      P1: The port police
      P2: Shipping firms
      I1: Cleaner water
"""

LIGHT = """\
id: o01
objective: 1
title: Light
short: Light
introduction: Ask the keepers first.
questions:
  - id: o01.a1
    kind: activity
    source: 1.A1
    text: Is every quay lit at night?
    help: Count public quays only.
    levels:
      - {code: "0", points: 0, text: No quay is lit.}
      - {code: "1", points: 0.6, text: Some quays are lit.}
      - {code: "2", points: 1, text: Every quay is lit.}
    evidence_from: "1"
  - id: o01.a2
    kind: activity
    source: 1.A2
    text: Were the keepers trained last year?
    help: A course of at least one day counts.
    weight: 2
    not_applicable: allowed
    sensitive: true
    note_for_translators: Keepers of lamps, not of goals.
    levels:
      - {code: "no", points: 0, text: None was trained.}
      - {code: "yes", points: 1, text: All were trained.}
  - id: o01.i1
    kind: indicator
    source: 1.I1
    text: Are falls at night counted?
    help: The figure itself is never scored.
    measure: {unit: falls}
    levels:
      - {code: "0", points: 0, text: Nobody counts.}
      - {code: "1", points: 1, text: The office counts each year.}
  - id: o01.p1
    kind: actor
    source: 1.P1
    text: How far does the harbour office take part?
    help: The office of the harbour master.
    ladder: part
  - id: o01.m1
    kind: asset
    source: 1.M1
    text: Are spare lamps in store?
    help: Count working lamps.
    weight: 0
    measure: {unit: lamps}
    levels:
      - {code: "0", points: 0, text: None are in store.}
      - {code: "1", points: 1, text: They are in store.}
"""

WATER = """\
id: o02
objective: 2
title: Water
questions:
  - id: o02.a1
    kind: activity
    source: 2.A1
    text: Is spilt oil collected?
    help: Within a day.
    levels:
      - {code: "0", points: 0, text: It is left.}
      - {code: "1", points: 1, text: It is collected.}
  - id: o02.i1
    kind: indicator
    source: 2.I1
    same_as: o01.a1
    weight: 0.5
  - {id: o02.p1, kind: actor, source: 2.P1, text: "Do the police take part?", help: All ranks., ladder: part}
  - {id: o02.p2, kind: actor, source: 2.P2, text: "Do firms take part?", help: Any size., ladder: part}
  - {id: o02.p-anglers, kind: actor, source: 2.P+, text: "Do anglers help?", help: A club., ladder: part}
"""

# Beside the sample where a test wants one.
GLOSSARY = """\
terms:
  - id: quay
    term: quay
    definition: A wall at which ships lie.
    source: Rules for safe harbours, article 2
    forms: [quays]
    avoid: [wharf]
    note_for_translators: Not a pier.
  - id: harbour-office
    term: harbour office
    definition: Whoever runs the harbour.
    source: No law defines it
"""

SAMPLE = {"framework.yaml": FRAMEWORK, "o01.yaml": LIGHT, "o02.yaml": WATER}


def write_sample(folder: Path) -> None:
    """Write the sample into a folder, which is made if it is not there."""
    write_files(folder, SAMPLE)


def write_files(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
