"""The pages that show what was submitted, open to everybody once it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.accounts.guard import find_current_user
from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.models import Cycle
from surveyapp.assessments.parallel_shown import list_shown_publicly
from surveyapp.assessments.service import get_cycle
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotFound
from surveyapp.results import caching, cells, series, service
from surveyapp.results import compare as comparing
from surveyapp.results.bands import bands_hash, bands_style, scope_of
from surveyapp.results.divergence import has_views
from surveyapp.results.figures import heatmap_figure
from surveyapp.results.glossary import list_terms
from surveyapp.results.heatmap import (
    Choice,
    Heatmap,
    make_heatmap,
    make_legend,
    make_legend_sample,
    read_choice,
)
from surveyapp.results.hyphens import hyphenated
from surveyapp.results.overall import make_overall
from surveyapp.results.profile import make_profile
from surveyapp.results.robust import Robust, robust_of
from surveyapp.results.sensitivity import make_hanging
from surveyapp.results.shipped import method_file
from surveyapp.results.why import make_explanation
from surveyapp.results.years_page import make_years_page
from surveyapp.scoring.method1 import DRAWS, SEED
from surveyapp.scoring.methods import current_method
from surveyapp.web.demo import is_demo
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import show_change

bp = Blueprint("results", __name__, url_prefix="/<locale:locale>", template_folder="templates")

bp.add_app_template_filter(cells.describe, "in_words")
bp.add_app_template_filter(cells.show_share, "share")
bp.add_app_template_filter(cells.show_probability, "probability")
bp.add_app_template_filter(show_change, "change")
bp.add_app_template_filter(cells.show_exact, "exact")
bp.add_app_template_filter(cells.show_plain, "exact_or_whole")
bp.add_app_template_filter(hyphenated, "hyphenated")


@bp.get("/")
@may(Action.OPEN_PAGE)
def start() -> ResponseReturnValue:
    """Where somebody begins: a visitor at the results, who answers for one country and nothing else at its
    assessment, who gives an NGO's view at that, and all others at what they should do next.
    """
    user = find_current_user()
    if user is None:
        return redirect(url_for("results.latest"), 303)
    own = "accounts.next_steps"
    if user.works_for_one_country:
        own = "assessments.overview"
    elif user.gives_views_alone:
        own = "parallel.start"
    return redirect(url_for(own), 303)


@bp.get("/results")
@may(Action.VIEW_RESULTS)
def latest() -> ResponseReturnValue:
    """The newest cycle with something published, or the year that the filter asks for."""
    years = service.list_years()
    year = request.args.get("year", type=int) or (years[0] if years else None)
    if year is None:
        return render_template("results/nothing.html")
    choice = read_choice(request.args, None)
    return redirect(address_of(year, choice), 303)


def address_of(year: int, choice: Choice) -> str:
    """The heatmap of that year as chosen."""
    chosen: dict[str, Any] = dict(choice.query)
    return url_for("results.heatmap", cycle=year, **chosen)


@dataclass(frozen=True, slots=True)
class DrawnHeatmap:
    """A heatmap with what it was drawn from; `robust` is empty unless the bands are asked for."""

    cycle: Cycle
    framework: Framework
    choice: Choice
    heatmap: Heatmap
    robust: Mapping[str, Robust]


def draw_heatmap(year: int) -> DrawnHeatmap:
    """The heatmap that the address asks for, as whoever asks may see it."""
    cycle = get_cycle(year)
    framework = get_framework(cycle.framework_version)
    choice = read_choice(request.args, [dimension.id for dimension in framework.dimensions])
    by = find_current_user()
    robust = list_robust(cycle, by) if choice.has_bands else {}
    drawn = make_heatmap(
        framework,
        get_content(cycle, current_locale()),
        service.list_participants(cycle),
        service.list_published(cycle, by=by),
        choice,
        {country: one.bands for country, one in robust.items()},
    )
    return DrawnHeatmap(cycle, framework, choice, drawn, robust)


def list_robust(cycle: Cycle, by: User | None) -> dict[str, Robust]:
    """The draws of each country with published results, as that person may see them."""
    return {result.country: robust_of(result) for result in service.list_published_results(cycle, by=by)}


@bp.get("/results/<int(max=2999):cycle>")
@may(Action.VIEW_RESULTS)
def heatmap(cycle: int) -> ResponseReturnValue:
    """Country × objective: the published scores of one cycle."""
    drawn = draw_heatmap(cycle)
    shown, framework = drawn.cycle, drawn.framework
    content, public_views = get_content(shown, current_locale()), list_shown_publicly(shown)
    return render_template(
        "results/heatmap.html",
        cycle=shown,
        framework=framework,
        title=content.framework_title(),
        dimensions=[(dimension, content.dimension(dimension)) for dimension in framework.dimensions],
        heatmap=drawn.heatmap,
        viewed=[row for row in drawn.heatmap.rows if row.is_published and row.country in public_views],
        choice=drawn.choice,
        robust=next(iter(drawn.robust.values()), None),
        hides_something=any(one.hidden for one in drawn.robust.values()),
        legend=make_legend(framework, content),
        sample=make_legend_sample(framework),
        years=sorted({shown.year, *service.list_years()}, reverse=True),
        bands_version=bands_hash(framework),
    )


@bp.get("/results/<int(max=2999):cycle>/figure.json")
@may(Action.VIEW_RESULTS)
def figure(cycle: int) -> ResponseReturnValue:
    """The same heatmap as a Plotly figure."""
    drawn = draw_heatmap(cycle)
    content = get_content(drawn.cycle, current_locale())
    legend = make_legend(drawn.framework, content)
    body = heatmap_figure(drawn.heatmap, drawn.framework, legend, year=drawn.cycle.year, is_demo=is_demo())
    return caching.keep_a_minute(jsonify(body))


@bp.get("/results/<int(max=2999):cycle>/bands.css")
@may(Action.OPEN_PAGE)
def bands_css(cycle: int) -> ResponseReturnValue:
    """The colours of this cycle's framework; on pages with several frameworks each in its own scope."""
    framework = get_framework(get_cycle(cycle).framework_version)
    scope = scope_of(framework) if "scoped" in request.args else ""
    response = Response(bands_style(framework, scope), mimetype="text/css")
    if request.args.get("v") == bands_hash(framework):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def shows_as_public() -> bool:
    """Whether the page is wanted as everybody sees it; who is signed in does not matter then."""
    return request.args.get("as") == "public"


@bp.get("/results/<int(max=2999):cycle>/<country>")
@may(Action.VIEW_RESULTS)
def profile(cycle: int, country: str) -> ResponseReturnValue:
    """One country's objectives in one cycle."""
    user = find_current_user()
    result = service.get_result(cycle, country, by=user, as_public=shows_as_public())
    content = get_content(result.cycle, current_locale(), result.submission)
    step = series.find_step_before(result, by=user)
    return render_template(
        "results/profile.html",
        result=result,
        content=content,
        profile=make_profile(result, content, step, robust_of(result)),
        step=step,
        has_parallel_views=has_views(cycle, country, by=None if result.is_preview else user),
        bands_version=bands_hash(result.framework),
    )


@bp.get("/results/<country>")
@may(Action.VIEW_RESULTS)
def years(country: str) -> ResponseReturnValue:
    """One country over the years: objective × cycle, with a gap where the scores cannot be joined."""
    page = make_years_page(series.list_country_years(country, by=find_current_user()))
    return render_template("results/years.html", country=country, page=page)


@bp.get("/results/<int(max=2999):cycle>/<country>/<objective>")
@may(Action.VIEW_RESULTS)
def why(cycle: int, country: str, objective: str) -> ResponseReturnValue:
    """Why one score is what it is, down to the answers."""
    user, as_public = find_current_user(), shows_as_public()
    result = service.get_result(cycle, country, by=user, objective=objective, as_public=as_public)
    if result.framework.find_objective(objective) is None or objective in result.withheld:
        raise NotFound
    content = get_content(result.cycle, current_locale(), result.submission)
    return render_template(
        "results/why.html",
        result=result,
        content=content,
        why=make_explanation(result, content, objective, robust_of(result)),
        bands_version=bands_hash(result.framework),
    )


@bp.get("/results/<int(max=2999):cycle>/<country>/overall")
@may(Action.VIEW_RESULTS)
def why_overall(cycle: int, country: str) -> ResponseReturnValue:
    """Why one country's overall score is what it is, down to the objectives."""
    result = service.get_result(cycle, country, by=find_current_user(), as_public=shows_as_public())
    if result.withheld:
        raise NotFound
    content = get_content(result.cycle, current_locale(), result.submission)
    return render_template(
        "results/why_overall.html",
        result=result,
        why=make_overall(result, content, robust_of(result)),
        bands_version=bands_hash(result.framework),
    )


@bp.get("/results/<int(max=2999):cycle>/<country>/sensitivity")
@bp.get("/results/<int(max=2999):cycle>/<country>/<objective>/sensitivity")
@may(Action.VIEW_RESULTS)
def sensitivity(cycle: int, country: str, objective: str | None = None) -> ResponseReturnValue:
    """What one score hangs on: its weights, its answers, the method; without an objective the overall one."""
    result = service.get_result(cycle, country, by=find_current_user(), objective=objective)
    is_known = objective is None or result.framework.find_objective(objective) is not None
    if not is_known or objective in result.withheld or (objective is None and result.withheld):
        raise NotFound
    content = get_content(result.cycle, current_locale(), result.submission)
    return render_template(
        "results/sensitivity.html",
        result=result,
        hanging=make_hanging(result, content, objective),
        robust=robust_of(result),
        bands_version=bands_hash(result.framework),
    )


@bp.get("/results/compare")
@may(Action.VIEW_RESULTS)
def compare() -> ResponseReturnValue:
    """Two results side by side, as the address names them in `a` and `b`; a choice where it does not."""
    by = find_current_user()
    named = [comparing.read_named(request.args, name) for name in ("a", "b")]
    chosen = [service.get_result(one.year, one.country, by=by) for one in named if one]
    choices = comparing.group_by_year(service.list_open_to(by))
    first, second = comparing.preselect(choices, *named)
    page: dict[str, Any] = {"choices": choices, "first": first, "second": second}
    if len(chosen) == 2:
        a, b = comparing.in_reading_order(*chosen)
        page["obstacle"] = comparing.find_obstacle(a, b)
        if page["obstacle"] is None:
            page["comparison"] = comparing.make_comparison(a, b)
            page["bands_version"] = bands_hash(b.framework)
    return render_template("results/compare.html", **page)


@bp.get("/method.md")
@may(Action.OPEN_PAGE)
def method_in_full() -> ResponseReturnValue:
    """The method, described so that another program can recompute each score; in English."""
    return caching.keep_a_minute(
        Response(method_file().read_bytes(), content_type="text/markdown; charset=utf-8")
    )


@bp.get("/method")
@may(Action.OPEN_PAGE)
def method() -> ResponseReturnValue:
    """How scores are made, with the weights and bands of the newest cycle's framework."""
    cycle = service.find_newest_cycle()
    page: dict[str, Any] = {"draws": DRAWS, "seed": SEED, "method": current_method().version}
    if cycle is None:
        return render_template("results/method.html", framework=None, **page)
    content = get_content(cycle, current_locale())
    return render_template(
        "results/method.html",
        framework=content.framework,
        content=content,
        cycle=cycle,
        legend=make_legend(content.framework, content),
        sample=make_legend_sample(content.framework),
        bands_version=bands_hash(content.framework),
        **page,
    )


@bp.get("/glossary")
@may(Action.OPEN_PAGE)
def newest_glossary() -> ResponseReturnValue:
    """The glossary of the newest cycle."""
    cycle = service.find_newest_cycle()
    if cycle is None:
        return render_template("results/glossary.html", cycle=None, terms=())
    return redirect(url_for("results.glossary", cycle=cycle.year), 303)


@bp.get("/glossary/<int(max=2999):cycle>")
@may(Action.OPEN_PAGE)
def glossary(cycle: int) -> ResponseReturnValue:
    """The words of one cycle's questions, as they were explained then."""
    shown = get_cycle(cycle)
    terms = list_terms(get_content(shown, current_locale()))
    return render_template("results/glossary.html", cycle=shown, terms=terms)


@bp.get("/data")
@may(Action.OPEN_PAGE)
def data() -> ResponseReturnValue:
    """What can be taken away, and in which forms."""
    return render_template("results/data.html", years=service.list_years())


@bp.get("/about")
@may(Action.OPEN_PAGE)
def about() -> ResponseReturnValue:
    """What this site is."""
    return render_template("results/about.html")


@bp.get("/accessibility")
@may(Action.OPEN_PAGE)
def accessibility() -> ResponseReturnValue:
    """What was done so that everybody can use the site, and what is missing."""
    return render_template("results/accessibility.html")


@bp.get("/privacy")
@may(Action.OPEN_PAGE)
def privacy() -> ResponseReturnValue:
    """What is kept of whom."""
    return render_template("results/privacy.html")
