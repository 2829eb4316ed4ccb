"""What htmx asks for and how it is answered (htmx 4: a fragment is wanted when HX-Request-Type is "partial")."""

from flask import Response, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page rather than a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def fragment(*parts: str, status: int = 200, **context: object) -> Response:
    """The named fragment templates one after the other; those after the first are swapped out of band by their id."""
    html = "".join(render_template(part, **context) for part in parts)
    return make_response(html, status)


def go_to(address: str) -> Response:
    """After a POST: 303, or for htmx a header that makes the browser go there."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def vary(response: Response) -> Response:
    """One address, two answers: caches must know."""
    response.vary.update(("HX-Request", "HX-Request-Type"))
    return response
