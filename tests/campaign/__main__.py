"""``python -m tests.campaign``: what is too long for every day, run by hand; ``--help`` after one
tells its options.

python -m tests.campaign --networks 10000 --seed S
python -m tests.campaign --faults --seed S --minutes M
python -m tests.campaign --soak --seed S --minutes M
"""

from __future__ import annotations

import argparse
import sys

from . import faults, networks, soak


def main() -> int:
    """Run a campaign, which takes the options that are not for choosing one."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.campaign",
        description="Campaigns by hand.",
        add_help=len(sys.argv) < 3,
    )
    campaigns = parser.add_mutually_exclusive_group(required=True)
    campaigns.add_argument(
        "--networks", type=int, metavar="N", help="compare random networks with Nengo"
    )
    campaigns.add_argument("--faults", action="store_true", help="break files and end processes")
    campaigns.add_argument(
        "--soak", action="store_true", help="play for long, and look for what grows"
    )
    chosen, options = parser.parse_known_args()
    if chosen.networks is not None:
        return networks.main(chosen.networks, options)
    return faults.main(options) if chosen.faults else soak.main(options)


if __name__ == "__main__":
    sys.exit(main())
