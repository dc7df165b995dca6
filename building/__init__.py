"""The build: what must run is run, the pages are rendered, and the finished site replaces the last one.

It stands above `helpers` and `evidence`, which know nothing of it. It analyses nothing and writes no tracked
file, but for the executed notebooks that `make notebooks` refreshes.
"""

import sys

# With this package jsonschema, which checks notebooks, compiles a grammar of internet addresses: two seconds,
# in which all notebooks are read otherwise. It does without where it is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
