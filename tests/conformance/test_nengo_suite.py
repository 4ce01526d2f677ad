"""Nengo's own test suite passes on our simulator.

About 560 of Nengo 4.1's 1700 tests use a simulator. They run in processes of their own, split into
parts by file. Some fail in Nengo itself: with newer numpy and scipy than it was made for, core
passes 1662 tests and fails 9 (in
test_learning_rules: test_rls_scalar_rate; test_setup: test_setup_compat, twice; test_synapses:
    test_triangle,
test_linearfilter_y0, test_linearfilter_extras, test_filt, test_filtfilt;
test_least_squares_solvers: test_conjgrad_scipy). Which ones depends on the runner, so a test that
    fails here is repeated with Nengo's own
simulator, and what core cannot do is not asked of us.
"""

from __future__ import annotations

import configparser
import os
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import nengo
import pytest

SUITE = Path(__file__).parent / "nengo_suite"
ROOT = Path(__file__).parents[2]
PARTS = 4
FEWEST = 500 // PARTS // 2  # a part that runs fewer tests than this has not found them

Outcomes = dict[str, str]
"""Each test's name, and what became of it: ``passed``, ``skipped`` or the beginning of its
error.
"""


def suite_files() -> list[Path]:
    """Nengo's test files, longest first."""
    files = Path(nengo.__file__).parent.rglob("test_*.py")
    return sorted(files, key=lambda path: (-path.stat().st_size, path))


def run_nengo_suite(tmp_path: Path, *options: str) -> tuple[Outcomes, str]:
    """Run Nengo's suite in a process of its own; return what became of each test, and what
    was printed.
    """
    report = tmp_path / "report.xml"
    report.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(SUITE / "pytest.ini"),
        f"--rootdir={SUITE}",
    ]
    command += [
        "--pyargs",
        "nengo",
        "-q",
        "-p",
        "no:cacheprovider",
        "--tb=short",
        f"--junitxml={report}",
        *options,
    ]
    places = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    finished = subprocess.run(
        command,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": places},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = finished.stdout + finished.stderr
    assert report.exists(), printed[-5000:]
    cases = ET.parse(report).iter("testcase")  # noqa: S314
    return {
        f"{case.get('classname')}::{case.get('name')}": outcome(case) for case in cases
    }, printed


def outcome(case: ET.Element) -> str:
    for child in case:
        if child.tag in ("failure", "error"):
            return f"{child.tag}: {(child.get('message') or '').splitlines()[0][:200]}"
        if child.tag == "skipped":
            return "skipped"
    return "passed"


def failures(outcomes: Outcomes) -> Outcomes:
    return {name: found for name, found in outcomes.items() if found not in ("passed", "skipped")}


def core_fails(names: Outcomes, tmp_path: Path) -> Outcomes:
    """Those of the tests that Nengo's own simulator fails as well."""
    functions = sorted({name.rpartition("::")[2].partition("[")[0] for name in names})
    options = [
        "-o",
        "nengo_simulator=nengo.Simulator",
        "-o",
        "allclose_tolerances=",
        "-k",
        " or ".join(functions),
    ]
    outcomes, _ = run_nengo_suite(tmp_path, *options)
    return {name: found for name, found in failures(outcomes).items() if name in names}


@pytest.mark.conformance
@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_all_that_core_passes_we_pass(part, tmp_path):
    elsewhere = [path for index, path in enumerate(suite_files()) if index % PARTS != part]

    outcomes, printed = run_nengo_suite(tmp_path, *(f"--ignore={path}" for path in elsewhere))
    failing = failures(outcomes)
    not_ours = core_fails(failing, tmp_path) if failing else {}

    ours = "".join(
        f"\n  {name}: {found}" for name, found in failing.items() if name not in not_ours
    )
    passed = sum(found == "passed" for found in outcomes.values())
    print(f"{passed} passed; core fails these as well: {', '.join(not_ours) or 'none'}")
    assert passed >= FEWEST, printed[-5000:]
    assert not ours, f"Core passes these, we do not:{ours}\n{printed[-20_000:]}"


def test_few_of_nengos_tests_are_excluded_and_each_has_a_reason():
    config = configparser.ConfigParser()
    config.read(SUITE / "pytest.ini")

    words = shlex.split(config["pytest"]["nengo_test_unsupported"])
    patterns, reasons = words[::2], words[1::2]

    assert len(patterns) <= 3
    assert len(reasons) == len(patterns)
    assert all(len(reason.split()) > 5 for reason in reasons)
