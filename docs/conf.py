"""How Sphinx builds the documentation: `make docs`, without a network and with warnings as errors."""

from __future__ import annotations

import sys
from pathlib import Path

from netc.version import VERSION

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "netc"
author = "The netc authors"
version = release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "netc_pages"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_ext", "_static"]

myst_heading_anchors = 4  # what a link such as `semantics.md#padding` leads to
nitpicky = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"netc {VERSION}"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}
html_static_path = ["_static"]
html_css_files = ["netc.css"]
html_show_copyright = False
pygments_style = "tango"
pygments_dark_style = "monokai"

# Types that have no page: the standard library's, torch's, and netc's aliases, which the pages explain.
nitpick_ignore_regex = [
    ("py:class", r"Path|torch\.nn\.Module|Dim|Shape|Dtype|(Input)?Layout|Severity|Graph|Arrays|FloatType")
]
