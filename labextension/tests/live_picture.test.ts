/** The picture of a live view in the output of a diagram. */

import { expect, test } from "vitest";
import { drawnIn, NETWORK, pictureIn, withPicture } from "../src/lab/live_picture";

const DATA = { [NETWORK]: { version: 1, title: "net" }, "text/html": "<b>card</b>", other: 1 };

test("a picture is kept for the diagram and at the end of the HTML", () => {
  const kept = withPicture(DATA, "AAAA");

  expect(pictureIn(kept)).toBe("AAAA");
  expect(kept["text/html"]).toMatch(/^<b>card<\/b><div .*src="data:image\/png;base64,AAAA">/);
  expect(kept.other).toBe(1);
  expect(pictureIn(DATA)).toBe("");
});

test("another picture takes its place, and an empty one leaves what was there before", () => {
  const second = withPicture(withPicture(DATA, "AAAA"), "BBBB");
  const none = withPicture(second, "");

  expect(pictureIn(second)).toBe("BBBB");
  expect(second["text/html"]).not.toContain("AAAA");
  expect(JSON.parse(JSON.stringify(none))).toEqual(DATA);
});

test("what is drawn is the same with another picture and no other diagram", () => {
  const other = { ...DATA, [NETWORK]: { version: 1, title: "another" } };

  expect(drawnIn(withPicture(DATA, "AAAA"))).toBe(drawnIn(DATA));
  expect(drawnIn(other)).not.toBe(drawnIn(DATA));
});

test("an output that is not as it should be has no picture", () => {
  const hostile = ['" onload="alert(1)', 1, null, ["AAAA"], "", "AA AA"];

  for (const picture of hostile)
    expect(pictureIn({ [NETWORK]: { live_picture: picture } })).toBe("");
  expect(pictureIn({ [NETWORK]: "text" })).toBe("");
  expect(pictureIn({})).toBe("");
  expect(withPicture({}, "")).toEqual({ [NETWORK]: {} });
});
