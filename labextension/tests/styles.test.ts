import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SOURCES = new URL("../src/", import.meta.url);

/** The text of all files below `src` with an ending. */
function textOf(ending: string): string {
  return readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(new URL(name, SOURCES), "utf8"))
    .join("\n");
}

test("every class that a style is for is the class of some element", () => {
  const styled = new Set(
    [...textOf(".css").matchAll(/\.(nnb-[a-z-]+)/g)].map(([, name = ""]) => name),
  );
  const words = new Set(textOf(".ts").match(/nnb-[a-z-]+/g));

  expect(styled.size).toBeGreaterThan(0);
  expect([...styled].filter((name) => !words.has(name))).toEqual([]);
});
