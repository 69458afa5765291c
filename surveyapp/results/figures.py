"""The heatmap as a Plotly figure: plain data that the browser draws."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from surveyapp.framework.model import Framework
from surveyapp.results.bands import digits_on
from surveyapp.results.cells import Cell, CellState, describe
from surveyapp.results.heatmap import Heatmap, LegendBand
from surveyapp.web.locale import current_locale, direction
from surveyapp.web.numbers import show, show_year

ROW_HEIGHT, TOP, BOTTOM, TITLE_OFFSET, LETTER_WIDTH = 34, 130, 20, 20, 9  # pixels


def heatmap_figure(
    heatmap: Heatmap,
    framework: Framework,
    legend: list[LegendBand],
    *,
    year: int,
    is_demo: bool,
) -> dict[str, Any]:
    """A figure with `data` and `layout`, for plotly.js; texts in the page's language.

    Only scores with a level have a colour; the others stand there as the signs of the table.
    """
    from plotly import graph_objects  # here, since it is slow to import and few requests need it

    names = [row.name for row in heatmap.rows]
    numbers = [show(column.number) for column in heatmap.columns]
    trace = graph_objects.Heatmap(
        x=numbers,
        y=names,
        z=[[_colour_value(cell) for cell in row.cells] for row in heatmap.rows],
        text=[[cell.digits for cell in row.cells] for row in heatmap.rows],
        customdata=_words(heatmap),
        # No bold type: plotly.js writes it as an inline style, which the pages forbid.
        hovertemplate="%{y}<br>%{x}. %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        hoverongaps=True,
        colorscale=stepped_scale(framework),
        zmin=0,
        zmax=100,
        xgap=2,
        ygap=2,
        colorbar=_colour_bar(framework, legend),
    )
    figure = graph_objects.Figure(trace, _layout(heatmap, framework, year=year, is_demo=is_demo))
    body: dict[str, Any] = figure.to_plotly_json()
    return body


def _words(heatmap: Heatmap) -> list[list[list[str]]]:
    """For each cell the objective's title and the cell in words."""
    return [
        [[column.title.text, describe(cell)] for column, cell in zip(heatmap.columns, row.cells, strict=True)]
        for row in heatmap.rows
    ]


def stepped_scale(framework: Framework) -> list[list[float | str]]:
    """The bands' colours over 0 to 1, each flat from its limit to the next one's."""
    starts = [float(band.starts_at) / 100 for band in framework.bands]
    scale: list[list[float | str]] = []
    for band, start, end in zip(framework.bands, starts, [*starts[1:], 1.0], strict=True):
        scale += [[start, band.colour], [end, band.colour]]
    return scale


def _colour_value(cell: Cell) -> float | None:
    if cell.state is not CellState.SCORE or cell.score is None or cell.score.value is None:
        return None
    return float(cell.score.value)


def _colour_bar(framework: Framework, legend: list[LegendBand]) -> dict[str, Any]:
    ends = [*map(float, framework.cuts), 100.0]
    return {
        "tickvals": [
            (float(band.starts_at) + end) / 2 for band, end in zip(framework.bands, ends, strict=True)
        ],
        "ticktext": [f"{show(band.first)}–{show(band.last)}" for band in legend],
        "outlinewidth": 0,
        "thickness": 14,
        "x": -0.02 if _is_rtl() else 1.02,
        "xanchor": "right" if _is_rtl() else "left",
    }


def _is_rtl() -> bool:
    return direction(current_locale()) == "rtl"


def _layout(heatmap: Heatmap, framework: Framework, *, year: int, is_demo: bool) -> dict[str, Any]:
    height = TOP + BOTTOM + ROW_HEIGHT * len(heatmap.rows)
    # Plotly makes room for names at the left side alone.
    room = LETTER_WIDTH * max((len(row.name) for row in heatmap.rows), default=0) if _is_rtl() else 0
    return {
        "template": {},
        "title": _title(height, year=year, is_demo=is_demo),
        "height": height,
        "margin": {"l": 10, "r": 10 + room, "t": TOP, "b": BOTTOM},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {
            "type": "category",
            "side": "top",
            "title": {"text": gettext("Objective")},
            "autorange": "reversed" if _is_rtl() else True,
            "fixedrange": True,
            "showgrid": False,
            "automargin": True,
        },
        "yaxis": {
            "type": "category",
            "autorange": "reversed",
            "side": "right" if _is_rtl() else "left",
            "fixedrange": True,
            "showgrid": False,
            "automargin": True,
        },
        "annotations": _digits(heatmap, framework),
    }


def _title(height: int, *, year: int, is_demo: bool) -> dict[str, Any]:
    text = gettext("Scores by country and objective, %(year)s", year=show_year(year))
    if is_demo:
        text += "<br>" + gettext("Demonstration: all scores are invented.")
    return {
        "text": text,
        "x": 1 if _is_rtl() else 0,
        "xanchor": "right" if _is_rtl() else "left",
        "y": 1 - TITLE_OFFSET / height,
        "yanchor": "top",
        "font": {"size": 15},
    }


def _digits(heatmap: Heatmap, framework: Framework) -> list[dict[str, Any]]:
    """The digits of all cells; Plotly's own choice of colour is too pale on the middle bands."""
    colours = {band.level: digits_on(band.colour) for band in framework.bands}
    return [
        {
            "x": column,
            "y": line,
            "text": cell.digits,
            "showarrow": False,
            **({"font": {"color": colours[cell.level]}} if cell.level in colours else {}),
        }
        for line, row in enumerate(heatmap.rows)
        for column, cell in enumerate(row.cells)
    ]
