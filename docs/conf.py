"""How Sphinx builds the documentation: `make docs`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

import jvopt  # noqa: E402

project = "jvopt"
author = "The jvopt authors"
project_copyright = author
release = version = jvopt.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_design",
    "dialect",
    "mathml",
]
exclude_patterns = ["_build"]

# Markdown, as GitHub shows it too.
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "dollarmath", "deflist", "attrs_block"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4

# Docstrings: numpydoc's sections, and types from the annotations.
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
python_use_unqualified_type_names = True
add_module_names = False
autosummary_generate = False
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
maximum_signature_line_length = 70
default_role = "code"

html_theme = "furo"
html_title = "jvopt"
html_static_path = ["_static"]
html_css_files = ["jvopt.css"]
html_copy_source = False
html_show_sphinx = False
html_math_renderer = "mathml"
pygments_style = "friendly"
pygments_dark_style = "monokai"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5d5b", "color-brand-content": "#0b6e6b"},
    "dark_css_variables": {"color-brand-primary": "#5ec4c0", "color-brand-content": "#6fd0cc"},
}
