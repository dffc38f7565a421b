"""Formulas as MathML, which browsers set themselves: nothing is fetched when a page is read."""

from __future__ import annotations

from math_core import LatexToMathML

CONVERTER = LatexToMathML(annotation=True)


def _inline(writer, node):
    writer.body.append(CONVERTER.convert_with_local_state(node.astext(), displaystyle=False))
    raise _skip()


def _block(writer, node):
    formula = CONVERTER.convert_with_local_state(node.astext(), displaystyle=True)
    writer.body.append(f'<div class="formula">{formula}</div>\n')
    raise _skip()


def _skip():
    from docutils.nodes import SkipNode

    return SkipNode()


def setup(app):
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
