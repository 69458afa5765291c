"""Guidelines of our own making, in the layouts that `derive` reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

TEXT = """\
Harbour guidelines and what led to them (1998)



Rules for Safe Harbours







To keep every quay lit


·   Light every quay

·   Train the keepers, with a
    course of one day

·   Buy  lamps


Ministries (Transport)

Other bodies (harbour office)



·   Fewer falls at night

·   Lamps in store


To keep the water clean
·  Collect oil

·  Fine those who spill


Port police




·  Cleaner water

Teach the crews

·   Hold courses


Ministries (Education)

Shipping firms


Unions

·   Crews that know the rules

·   Courses held each year

·   Fewer accidents
"""

SUMMARY = "3 objectives, 6 activities, 6 actors, 6 indicators"
TITLES = ["To keep every quay lit", "To keep the water clean", "Teach the crews"]

ROWS = [
    ("Keep the quays lit", "activity", "Light every quay; all of it, always"),
    ("Keep the quays lit", "actor", "Harbour office"),
    ("Keep the water clean", "indicator", "Cleaner water"),
    ("Keep the water clean", "activity", 'Collect "oil"'),
    ("Keep the quays lit", "indicator", "Fewer falls"),
]


def synthetic_text(objectives: Sequence[tuple[int, int, int]]) -> str:
    """A text with so many activities, actors and indicators in each objective."""
    blocks = ["A title", ""]
    for number, (activities, actors, indicators) in enumerate(objectives, 1):
        blocks += [f"Aim number {number}", "", ""]
        blocks += [f"·   Deed {number}.{place}\n" for place in range(1, activities + 1)]
        blocks += ["", *(f"Body {number}.{place}\n" for place in range(1, actors + 1)), ""]
        blocks += [f"·  Sign {number}.{place}\n" for place in range(1, indicators + 1)]
        blocks += [""]
    return "\n".join(blocks)


def xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet with inline texts."""
    lines = []
    for number, cells in enumerate(rows, 1):
        drawn = (
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for column, text in enumerate(cells)
        )
        lines.append(f'<row r="{number}">{"".join(drawn)}</row>')
    return pack_xlsx(f"<sheetData>{''.join(lines)}</sheetData>")


def pack_xlsx(sheet: str, **more: str) -> bytes:
    """A workbook around the content of one sheet, with further parts by name."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{content}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{content}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        '<Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}">{sheet}</worksheet>',
        **more,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()
