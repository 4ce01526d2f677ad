"""``python -m tests.benchmarks [what] [options]``: how fast it is, beside others, measured here and
now.

==============  =========================================================================
``table``       step, first second, build and memory of each network and peer (default)
``sweep``       whether cost grows in proportion to neurons, steps and minibatch
``train``       learning, beside Keras by hand
``build``       how long building takes, beside Nengo's builder
``live``        what watching costs, in a real browser
``wait``        how long people wait for the first data, beside Nengo
``conversion``  a Keras model with spikes, as set by hand and as tuned
==============  =========================================================================

``--help`` behind any of them lists its options. Nothing here is a test: people judge what is
printed.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys

WHAT = ("table", "sweep", "train", "build", "live", "wait", "conversion")


def main(arguments: list[str]) -> int:
    """Run the benchmark that the first argument names."""
    what, rest = (
        (arguments[0], arguments[1:])
        if arguments[:1] and arguments[0] in WHAT
        else ("table", arguments)
    )
    name = f"tests.benchmarks.{what}"
    if importlib.util.find_spec(name) is None:
        print(f"there is no benchmark {what!r} in this checkout", file=sys.stderr)
        return 2
    importlib.import_module(name).main(rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
