// @vitest-environment jsdom
import type { Kernel } from "@jupyterlab/services";
import { beforeEach, expect, test, vi } from "vitest";
import { PanelView, networkCell } from "../src/lab/panel/panel_view";
import { PanelClient, type ConnectionState } from "../src/lab/panel/panel_client";
import type { EntryState, Report, Row } from "../src/protocol/panel";
import { VERSION } from "../src/protocol/version";
import {
  adviceFor,
  formatBytes,
  formatProgress,
  formatSize,
  formatStatus,
} from "../src/lab/panel/format";

const ROW: Row = {
  type: "Row",
  name: "net",
  kind: "network",
  title: "",
  neurons: 1200,
  ensembles: 1,
  probes: 2,
  state: "idle",
  time: 0.5,
  goal: null,
  dt: 0.001,
  rate: 2500,
  memory: 2_100_000,
  error: "",
  reason: "",
};

class Signal<Value> {
  private slots: ((sender: unknown, value: Value) => void)[] = [];
  connect(slot: (sender: unknown, value: Value) => void): void {
    this.slots.push(slot);
  }
  disconnect(slot: (sender: unknown, value: Value) => void): void {
    this.slots = this.slots.filter((each) => each !== slot);
  }
  emit(value: Value): void {
    for (const slot of this.slots) slot(this, value);
  }
}

class Comm {
  onMsg: (message: unknown) => void = () => undefined;
  onClose: () => void = () => undefined;
  isDisposed = false;
  open = vi.fn();
  send = vi.fn();
  dispose(): void {
    this.isDisposed = true;
  }
}

class FakeKernel {
  status = "idle";
  isDisposed = false;
  loaded = false;
  statusChanged = new Signal<string>();
  iopubMessage = new Signal<object>();
  comms: Comm[] = [];
  requestCommInfo = vi.fn(() =>
    Promise.resolve({ content: { status: "ok", comms: this.loaded ? { abc: {} } : {} } }),
  );
  createComm(): Comm {
    const comm = new Comm();
    this.comms.push(comm);
    return comm;
  }
  say(message: object): void {
    this.comms.at(-2)?.onMsg({ content: { data: message } });
  }
  runCell(): void {
    this.iopubMessage.emit({ header: { msg_type: "execute_input" } });
    this.statusChanged.emit("idle");
  }
}

let kernel: FakeKernel;
const listener = { changed: vi.fn(), noticed: vi.fn(), output: vi.fn() };

beforeEach(() => {
  kernel = new FakeKernel();
  vi.clearAllMocks();
});

function report(...rows: Row[]): Report {
  return { type: "Report", version: VERSION, package: "1.0", rows };
}

async function connect(): Promise<PanelClient> {
  const made = new PanelClient(kernel as unknown as Kernel.IKernelConnection, listener);
  await settled();
  return made;
}

async function settled(): Promise<void> {
  await Promise.resolve();
  await new Promise(setImmediate);
}

test("a kernel without the package is asked once, and again only after a cell ran", async () => {
  const made = await connect();
  kernel.statusChanged.emit("idle");
  await settled();
  expect(made.condition.kind).toBe("absent");
  expect(kernel.requestCommInfo).toHaveBeenCalledTimes(1);
  expect(kernel.comms).toEqual([]);

  kernel.loaded = true;
  kernel.runCell();
  await settled();

  expect(made.condition).toEqual({ kind: "open", report: null });
  expect(kernel.comms[1]?.open.mock.calls[0]?.[0]).toMatchObject({
    type: "Connect",
    version: VERSION,
  });
});

test("an order waits until the kernel has heard it, and no other page's answers are listened to", async () => {
  kernel.loaded = true;
  const made = await connect();
  made.give({ type: "Run", name: "net", seconds: 1 });
  const sent = kernel.comms[1]?.send.mock.calls[0]?.[0] as { page: string; number: number };
  expect(sent).toMatchObject({ type: "Run", name: "net", seconds: 1 });

  kernel.say({ type: "Ack", page: "another", number: sent.number });
  kernel.say({ type: "Output", page: "another", name: "net", kind: "live", key: "k", bundle: {} });
  expect(made.waiting.size).toBe(1);
  expect(listener.output).not.toHaveBeenCalled();
  kernel.say({ type: "Ack", page: sent.page, number: sent.number });
  kernel.say({ type: "Notice", page: sent.page, name: "net", text: "no" });

  expect(made.waiting.size).toBe(0);
  expect(listener.noticed).toHaveBeenCalledTimes(1);
});

test("a restart loses the link, and a kernel that is idle again is asked again", async () => {
  kernel.loaded = true;
  const made = await connect();
  kernel.say(report(ROW));
  kernel.loaded = false;

  kernel.statusChanged.emit("restarting");
  expect(made.condition.kind).toBe("looking");
  expect(kernel.comms.every((comm) => comm.isDisposed)).toBe(true);
  kernel.statusChanged.emit("idle");
  await settled();

  expect(made.condition.kind).toBe("absent");
});

test("another version is said in plain words", async () => {
  kernel.loaded = true;
  const made = await connect();

  kernel.say({ ...report(ROW), version: VERSION + 1, package: "9.9" });

  expect(adviceFor(made.condition)).toContain("another version of nengo_nb (9.9)");
});

test("a failure to ask is said", async () => {
  kernel.requestCommInfo.mockRejectedValueOnce(new Error("comms are disabled"));

  expect(adviceFor((await connect()).condition)).toContain("comms are disabled");
});

function panelView(condition: ConnectionState | null, blocked = false) {
  const actions = { order: vi.fn(), interrupt: vi.fn(), insert: vi.fn() };
  const made = new PanelView(actions);
  made.show({ notebook: "a.ipynb", condition, blocked });
  const find = (text: string) => {
    const found = [...made.node.querySelectorAll("button")].find(
      (button) => button.textContent === text,
    );
    if (!found) throw new Error(`there is no button ${text}`);
    return found;
  };
  const shown = () => made.node.querySelectorAll<HTMLElement>(".nengo-nb-row");
  return { made, actions, find, shown };
}

test("rows come, change in place and go; what was typed stays", () => {
  const { made, actions, find, shown } = panelView({ kind: "open", report: report(ROW) });
  const input = made.node.querySelector("input");
  if (!input) throw new Error("there is no input");
  input.value = "2.5";
  const first = shown()[0];

  made.show({
    notebook: "a.ipynb",
    condition: { kind: "open", report: report({ ...ROW, name: "other" }, { ...ROW, time: 3 }) },
    blocked: false,
  });

  expect([...shown()].map((row) => row.dataset.name)).toEqual(["other", "net"]);
  expect(shown()[1]).toBe(first);
  expect(first?.dataset.time).toBe("3");
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  expect(actions.order).toHaveBeenCalledWith({ type: "Run", name: "net", seconds: 2.5 });
  made.show({ notebook: "a.ipynb", condition: { kind: "absent" }, blocked: false });
  expect(shown()).toHaveLength(0);
  find("Insert %load_ext nengo_nb").click();
  expect(actions.insert).toHaveBeenCalledWith("%load_ext nengo_nb\nimport nengo");
});

test.each<[EntryState, string[]]>([
  ["idle", ["Pause"]],
  ["running", ["Run"]],
  ["new", ["Pause", "Reset"]],
  ["building", ["Run", "Reset", "Live view"]],
])("a network that is %s cannot be asked for %s", (state, disabled) => {
  const { made } = panelView({ kind: "open", report: report({ ...ROW, state }) });

  const found = [...made.node.querySelectorAll<HTMLButtonElement>(".nengo-nb-row button:disabled")];

  expect(found.map((button) => button.textContent)).toEqual(disabled);
});

test("what can only be watched says why, and can be looked at", () => {
  const { made } = panelView({
    kind: "open",
    report: report({ ...ROW, kind: "other", reason: "because" }),
  });

  const found = [...made.node.querySelectorAll<HTMLButtonElement>(".nengo-nb-row button")];

  expect(
    found.filter((button) => !button.closest("[hidden]")).map((button) => button.textContent),
  ).toEqual(["Diagram"]);
  expect(made.node.querySelector(".nengo-nb-row")?.textContent).toContain("because");
});

test("what a cell runs is stopped by interrupting the cell", () => {
  const { actions, find } = panelView({ kind: "open", report: report({ ...ROW, state: "cell" }) });

  find("Pause").click();

  expect(actions.interrupt).toHaveBeenCalledOnce();
  expect(actions.order).not.toHaveBeenCalled();
});

test("a busy kernel and a refusal are said, and names are text", () => {
  const { made, find } = panelView(
    { kind: "open", report: report({ ...ROW, error: "<b>bad</b>" }) },
    true,
  );
  made.say({ type: "Notice", page: "", name: "net", text: "<i>no</i>" });

  expect(made.node.textContent).toContain("The kernel is busy");
  expect(made.node.textContent).toContain("<i>no</i>");
  expect(made.node.querySelector("i")).toBeNull();
  find("Run").click();
  expect(made.node.textContent).not.toContain("<i>no</i>");
});

test("words tell size, time, speed and memory", () => {
  expect(formatSize({ ...ROW, title: "a net" })).toBe(
    "a net · 1,200 neurons · 1 ensemble · 2 probes",
  );
  expect(formatProgress({ ...ROW, goal: 2 })).toBe(
    "0.500 s of 2.000 s · 2.5× real time · 2,500 steps/s · 2.1 MB",
  );
  expect(formatBytes(999)).toBe("999 B");
});

test("the status bar names what moves, and nothing otherwise", () => {
  expect(formatStatus([ROW])).toBe("");
  expect(formatStatus([{ ...ROW, state: "running" }])).toBe(
    "Nengo: net · 0.500 s · 2.5× real time",
  );
  expect(formatStatus([ROW, { ...ROW, state: "compiling" }])).toBe("Nengo: net · compiling");
});

test("a new cell takes a name that is free", () => {
  expect(networkCell(["model", "model2"])).toMatch(/^%%nengo model3 /);
});
