"""QR codes, drawn into the page."""

from markupsafe import Markup

QUIET_ZONE = 4  # modules; what readers need around a code


def qr_code(text: str) -> Markup:
    """`text` as an inline SVG of class "qr": dark on light whatever the colours of the page."""
    import segno  # one page in a thousand shows a code

    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, border=QUIET_ZONE, light="#fff", svgclass="qr", lineclass=None))
