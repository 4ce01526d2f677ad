// @vitest-environment jsdom
import type { NotebookPanel } from "@jupyterlab/notebook";
import { Signal } from "@lumino/signaling";
import { beforeEach, expect, test, vi } from "vitest";
import { followTrainings } from "../src/lab/training";

const HEAD = `<div class="nengo-nb-training" data-kernel="k"><b>a&lt;b</b> <button class="nengo-nb-stop">Stop</button></div>`;
const LOST =
  "a<b: its kernel ended during this training, and what it had learned is lost. Run the cell again.";

/** An output that keeps what it is set to. */
function output(html: string) {
  const made = {
    data: { "text/html": html, "text/plain": "net" } as Record<string, string>,
    setData: vi.fn(),
  };
  made.setData.mockImplementation(({ data }: { data: Record<string, string> }) => {
    made.data = data;
  });
  return made;
}

let head: ReturnType<typeof output>;
let frames: ReturnType<typeof output>;
let session: { id: string } | null;
let statusChanged: Signal<object, string>;
let kernelChanged: Signal<object, unknown>;

/** Open a notebook, in a kernel of that id or in none, and wait until it is there. */
async function open(id: string | null): Promise<void> {
  session = id === null ? null : { id };
  const context = {
    statusChanged,
    kernelChanged,
    ready: Promise.resolve(),
    get session() {
      return { kernel: session };
    },
  };
  const outputs = [head, frames];
  const cells = [{ type: "markdown" }, { outputs: { length: 2, get: (i: number) => outputs[i] } }];
  const panel = {
    sessionContext: context,
    context: { ready: Promise.resolve() },
    model: { cells },
  };
  followTrainings(panel as unknown as NotebookPanel);
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  head = output(HEAD);
  frames = output("<div><progress></progress> epoch 2 of 3</div><svg></svg>");
  statusChanged = new Signal({});
  kernelChanged = new Signal({});
});

test("a training goes on being offered Stop as long as its kernel is there", async () => {
  await open("k");

  for (const status of ["busy", "idle"]) statusChanged.emit(status);
  kernelChanged.emit({});

  expect(head.setData).not.toHaveBeenCalled();
  expect(frames.setData).not.toHaveBeenCalled();
});

test.each(["restarting", "autorestarting", "terminating", "dead"])(
  "a training whose kernel is %s is over, and says that nothing is kept",
  async (status) => {
    await open("k");

    statusChanged.emit(status);

    expect(head.data["text/plain"]).toBe(LOST);
    expect(head.data["text/html"]).not.toContain("button");
    expect(head.data["text/html"]).toContain("a&lt;b: its kernel");
    expect(frames.data["text/html"]).toBe("<div>It had come to: epoch 2 of 3</div><svg></svg>");
  },
);

test.each(["another", null])(
  "a notebook that is opened with kernel %s ends what was saved",
  async (id) => {
    await open(id);

    expect(head.data["text/plain"]).toBe(LOST);
  },
);

test("a notebook that gets another kernel ends the trainings of the one before", async () => {
  await open("k");

  session = { id: "another" };
  kernelChanged.emit({});

  expect(head.data["text/plain"]).toBe(LOST);
});
