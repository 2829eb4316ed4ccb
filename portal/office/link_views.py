"""The links of the classes: what families are given, and another one where a link has got into wrong hands."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.errors import translated
from portal.extensions import db
from portal.office.forms import LinksForm
from portal.office.views import bp
from portal.policy.errors import PolicyError
from portal.school import link_actions
from portal.school import queries as school_queries
from portal.school.models import SchoolClass


@bp.get("/links")
@requires("office.open")
def links():
    """Every class with its link and poster, and the links that were replaced."""
    return _links_page()


@bp.get("/links/new")
@requires("school.set")
def new_links():
    """What a new link means, for one class (`?code=`) or all, before anything is changed."""
    code = request.args.get("code")
    classes = [each for each in _classes() if code in (None, each.code)]
    return _confirm_page(classes, LinksForm(formdata=None)) if classes else abort(404)


@bp.post("/links")
@requires("school.set")
def replace_links():
    """Give the classes new links. The form names the codes it was shown: a link replaced meanwhile is not replaced
    once more.
    """
    form = LinksForm()
    if not form.validate() and form.chosen:
        return _confirm_page([each for each in _classes() if each.code in form.chosen], form), 422
    try:
        with db.session.begin_nested():
            link_actions.replace_links(current_user.school, form.chosen, by=current_user, at=clock.now())
    except PolicyError as error:
        return _links_page(refusal=translated(error)), 409
    db.session.commit()
    flash(gettext("链接已换新：%(count)s 个班。请打印新海报，发给家长。", count=len(form.chosen)))
    return redirect(url_for("office.links"), 303)


def _classes() -> Sequence[SchoolClass]:
    return school_queries.classes_of_school(current_user.school_id)


def _links_page(refusal: str = "") -> str:
    return render_template(
        "office/links.html",
        classes=_classes(),
        replaced=school_queries.replaced_links(current_user.school_id),
        refusal=refusal,
    )


def _confirm_page(classes: Sequence[SchoolClass], form: LinksForm) -> str:
    form.codes.data = " ".join(each.code for each in classes)
    return render_template("office/new_links.html", form=form, classes=classes)
