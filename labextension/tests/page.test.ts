// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { announce, page } from "../src/dom/page";

test("a widget that comes to life is found, and lost when it ends", () => {
  const mount = () => () => undefined;
  const arrived = vi.fn();
  page().arrivals.addEventListener("one", arrived);

  const lose = announce("one", mount);

  expect(arrived).toHaveBeenCalledOnce();
  expect(page().mounts.get("one")).toBe(mount);
  lose();
  expect(page().mounts.has("one")).toBe(false);
});

test("the end of an old widget does not lose the one that took its place", () => {
  const [older, newer] = [() => () => undefined, () => () => undefined];
  const loseOlder = announce("two", older);
  announce("two", newer);

  loseOlder();

  expect(page().mounts.get("two")).toBe(newer);
});
