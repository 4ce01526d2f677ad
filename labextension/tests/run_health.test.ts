// @vitest-environment jsdom
/** What is found while a network runs is counted by a badge, which tells reasons and remedies. */

import { expect, test } from "vitest";
import { RunHealth } from "../src/live/run_health";
import type { RunFinding } from "../src/protocol/run_health";

const EVIL = "<img src=x onerror=alert(1)>";

function finding(name: string): RunFinding {
  const [reason, remedy] = ["None of its 10 neurons fired in 1 s.", "Look at its intercepts."];
  return { type: "RunFinding", name, problem: "silent", reason, remedy };
}

test("a badge counts findings, tells them, and goes when there are none", () => {
  const badge = new RunHealth();
  const before = badge.element.hidden;
  badge.show({ type: "RunFindings", findings: [finding("a"), finding(EVIL)] });
  const summary = badge.element.querySelector("summary");
  const words = summary?.textContent;
  const entries = [...badge.element.querySelectorAll("li")].map((entry) => entry.textContent);
  const shown = badge.element.hidden;
  badge.show({ type: "RunFindings", findings: [finding("a")] });
  const one = summary?.textContent;
  badge.show({ type: "RunFindings", findings: [] });

  expect([before, shown, badge.element.hidden]).toEqual([true, false, true]);
  expect(words).toBe(`2 findings: a silent, ${EVIL} silent`);
  expect(entries[0]).toBe(
    "a, silent: None of its 10 neurons fired in 1 s. Look at its intercepts.",
  );
  expect(badge.element.querySelector("img")).toBeNull();
  expect(one).toBe("1 finding: a silent");
});
