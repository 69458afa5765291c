"""The coordinator's pages of a cycle: open one, follow it, extend a deadline, reword it, close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import cycles, reminders, wordings
from surveyapp.assessments.cycle_forms import CycleForm, ExtendForm, RewordForm
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.follow import FollowedCountry, follow_cycle
from surveyapp.assessments.follow_choice import choose_countries, count_kinds, read_follow_choice
from surveyapp.assessments.frameworks import count_asked, get_framework
from surveyapp.assessments.free_text import read_free_text
from surveyapp.assessments.models import Cycle, FrameworkVersion
from surveyapp.assessments.parallel_reminders import list_remindable_countries
from surveyapp.assessments.service import get_cycle
from surveyapp.database import db, now
from surveyapp.framework.faults import FrameworkFaults
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.mail.letters import writes_mail
from surveyapp.web.countries import country_name, in_order
from surveyapp.web.numbers import show
from surveyapp.web.pages import by_country, show_day

bp = Blueprint("cycles", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.get("/cycles")
@may(Action.MANAGE_CYCLES)
def list_all() -> ResponseReturnValue:
    """All cycles, newest first."""
    return render_template("cycles/list.html", cycles=cycles.list_cycles())


@bp.route("/cycles/new", methods=["GET", "POST"])
@may(Action.MANAGE_CYCLES)
def new() -> ResponseReturnValue:
    """Open a cycle over one of the framework versions that were loaded."""
    user = get_current_user()
    versions = {version.sha256: version for version in cycles.list_framework_versions()}
    likely = cycles.list_likely_countries()
    form = CycleForm(countries=sorted(likely))
    form.framework.choices = [(v.sha256, _version_words(v)) for v in versions.values()]
    form.countries.choices = [(c, country_name(c)) for c in in_order(cycles.list_countries())]
    if not form.validate_on_submit():
        page = render_template("cycles/new.html", form=form, likely=likely)
        return page, 422 if form.is_submitted() else 200
    try:
        opened = cycles.open_cycle(
            form.year.data,
            get_framework(versions[form.framework.data]),
            form.countries.data,
            opens_on=form.opens_on.data,
            deadline=form.deadline.data,
            closes_on=form.closes_on.data,
            by=user,
        )
    except CycleFault as fault:
        db.session.rollback()
        field = form.opens_on if fault.is_about_days else form.year
        field.errors = [str(fault)]
        return render_template("cycles/new.html", form=form, likely=likely), fault.status
    db.session.commit()
    flash(gettext("The cycle is open for its countries from its opening day on."))
    return redirect(url_for("cycles.follow", cycle=opened.year), 303)


def _version_words(version: FrameworkVersion) -> str:
    """A framework version as a choice: its version, its hash, the day it was loaded, its title."""
    return gettext(
        # Translators: a choice in a list; the hash is only its beginning, such as 12ab34cd56ef.
        "Version %(version)s (%(hash)s), loaded %(day)s: %(title)s",
        title=get_framework(version).title,
        version=version.version,
        day=show_day(version.loaded_at.date(), "medium"),
        hash=version.sha256[:12],
    )


@bp.get("/cycles/<int(max=2999):cycle>")
@may(Action.MANAGE_CYCLES)
def follow(cycle: int) -> ResponseReturnValue:
    """How far each country is, what was touched last and by whom, and what can be done."""
    shown, moment = get_cycle(cycle), now()
    framework, choice = get_framework(shown.framework_version), read_follow_choice(request.args)
    every = by_country(follow_cycle(shown, framework))
    rows = choose_countries(choice, every, moment)
    return render_template(
        "cycles/follow.html",
        cycle=shown,
        rows=rows,
        counts=count_kinds(choice, every, moment),
        every=every,
        choice=choice,
        total=count_asked(framework),
        revisions=wordings.list_revisions(shown),
        moment=moment,
        remindable=list_remindable(shown, rows),
    )


@dataclass(frozen=True, slots=True)
class Remindable:
    """Of which countries, by code, somebody can be reminded: who works on the answers, or an NGO alone."""

    countries: list[str]
    at_work: set[str]


def list_remindable(cycle: Cycle, rows: Sequence[FollowedCountry]) -> Remindable:
    """Of these, what this person can remind of; nothing without mail."""
    if not writes_mail():
        return Remindable([], set())
    user = get_current_user()
    at_work = {row.country_code for row in rows if reminders.may_remind(row.assessment, user)}
    known = at_work | list_remindable_countries(cycle, by=user)
    return Remindable([row.country_code for row in rows if row.country_code in known], at_work)


@bp.post("/cycles/<int(max=2999):cycle>/remind")
@may(Action.MANAGE_CYCLES)
def remind(cycle: int) -> ResponseReturnValue:
    """Remind those who have something open, in the country of the pressed button, in those that the page
    showed, or in all.
    """
    shown = request.form.getlist("shown")
    if pressed := request.form.get("country"):
        cycles.get_in_cycle(cycle, pressed)
        shown = [pressed]
    written = reminders.remind_now(get_cycle(cycle, lock=True), shown or None, by=get_current_user())
    db.session.commit()
    if written:
        count = show(written)
        flash(ngettext("One person is reminded.", "%(count)s people are reminded.", written, count=count))
    else:
        flash(gettext("Nobody is reminded: nothing is open, no reminder is wanted, or one was sent today."))
    kept = read_follow_choice(request.args).address_parts()
    return redirect(url_for("cycles.follow", cycle=cycle, **kept), 303)


@bp.route("/cycles/<int(max=2999):cycle>/deadlines/<country>", methods=["GET", "POST"])
@may(Action.MANAGE_CYCLES)
def extend(cycle: int, country: str) -> ResponseReturnValue:
    """Give one country more time."""
    user = get_current_user()
    form = ExtendForm()
    assessment = cycles.get_in_cycle(cycle, country, lock=form.is_submitted())
    cycles.require_manager(user, country)
    if not form.validate_on_submit():
        page = render_template("cycles/extend.html", form=form, assessment=assessment)
        return page, 422 if form.is_submitted() else 200
    try:
        cycles.extend_deadline(assessment, form.deadline.data, read_free_text("reason"), by=user)
    except CycleFault as fault:
        form.deadline.errors = [str(fault)]
        return render_template("cycles/extend.html", form=form, assessment=assessment), fault.status
    db.session.commit()
    flash(gettext("The deadline of %(country)s is extended.", country=country_name(country)))
    return redirect(url_for("cycles.follow", cycle=cycle), 303)


@bp.post("/cycles/<int(max=2999):cycle>/close")
@may(Action.MANAGE_CYCLES)
def close(cycle: int) -> ResponseReturnValue:
    """Take no more answers in this cycle."""
    user = get_current_user()
    cycles.close_cycle(get_cycle(cycle, lock=True), by=user)
    db.session.commit()
    flash(gettext("The cycle is closed. What was submitted can still be reviewed and published."))
    return redirect(url_for("cycles.follow", cycle=cycle), 303)


@bp.route("/cycles/<int(max=2999):cycle>/wording", methods=["GET", "POST"])
@may(Action.MANAGE_CYCLES)
def reword(cycle: int) -> ResponseReturnValue:
    """What reads otherwise now than in the cycle; POST takes it over as a wording revision."""
    user = get_current_user()
    form = RewordForm()
    shown = get_cycle(cycle, lock=form.is_submitted())
    present = load_present_framework()
    if form.validate_on_submit():
        wordings.reword_cycle(shown, present, form.note.data, by=user)
        db.session.commit()
        flash(gettext("The corrected texts are in use from now on. What was submitted keeps its wording."))
        return redirect(url_for("cycles.follow", cycle=cycle), 303)
    page = render_template(
        "cycles/wording.html",
        form=form,
        cycle=shown,
        rewordings=wordings.list_rewordings(shown, present),
        asks_the_same=wordings.asks_the_same(get_framework(shown.framework_version), present),
    )
    return page, 422 if form.is_submitted() else 200


def load_present_framework() -> Framework:
    """The questionnaires in the folder, as they are now.

    :raises CycleFault: they have faults, which `surveyapp framework check` lists.
    """
    folder = current_app.config["SETTINGS"].framework
    try:
        return load_framework(Path(folder) if folder else shipped_folder())
    except FrameworkFaults as fault:
        raise CycleFault(
            gettext(
                "The questionnaires on the server have faults; nothing was taken over. First: %(fault)s",
                fault=str(fault.faults[0]),
            )
        ) from fault
