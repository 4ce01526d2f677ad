/** A row of the panel: one network or simulator, with what can be asked of it. */

import { element } from "../../dom/element";
import { button, setText } from "./button";
import type { Row } from "../../protocol/panel";
import type { RowOrder } from "./panel_client";
import { isMoving, formatProgress, formatSize, stateName } from "./format";

/** Actions of a row. */
export interface RowActions {
  order: (order: RowOrder) => void;
  /** Stop what a cell runs. */
  interrupt: () => void;
}

export class RowView {
  readonly node: HTMLElement;
  private readonly state = element("span", { class: "nengo-nb-state" });
  private readonly size = element("div", { class: "nengo-nb-faint" });
  private readonly progress = element("div", { class: "nengo-nb-faint nengo-nb-progress" });
  private readonly bar = element("progress", { class: "nengo-nb-bar" });
  private readonly error = element("div", { class: "nengo-nb-error" });
  private readonly reason = element("div", { class: "nengo-nb-faint nengo-nb-reason" });
  private readonly seconds = element("input", {
    class: "nengo-nb-seconds",
    attributes: {
      type: "number",
      min: "0",
      step: "any",
      title: "Simulated seconds to run; nothing is until you pause it",
      "aria-label": "Simulated seconds",
    },
  });
  private readonly running: HTMLElement;
  private readonly run: HTMLButtonElement;
  private readonly pause: HTMLButtonElement;
  private readonly reset: HTMLButtonElement;
  private readonly live: HTMLButtonElement;
  private row: Row;

  constructor(
    row: Row,
    private readonly actions: RowActions,
  ) {
    this.row = row;
    const { name } = row;
    const ask = (type: "Reset" | "ShowLive" | "ShowDiagram") => () => {
      actions.order({ type, name });
    };
    this.seconds.value = "1";
    this.run = button("Run", `Run ${name} for these simulated seconds`, () => {
      this.askRun();
    });
    this.pause = button("Pause", `Pause ${name}`, () => {
      if (this.row.state === "cell") actions.interrupt();
      else actions.order({ type: "Pause", name });
    });
    this.reset = button("Reset", `Take ${name} back to time zero`, ask("Reset"));
    this.live = button(
      "Live view",
      `Open the live view of ${name} beside the notebook`,
      ask("ShowLive"),
    );
    const diagram = button(
      "Diagram",
      `Open the diagram of ${name} beside the notebook`,
      ask("ShowDiagram"),
    );
    this.seconds.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.askRun();
    });
    this.running = element(
      "div",
      { class: "nengo-nb-actions" },
      element("span", { class: "nengo-nb-for" }, this.run, this.seconds, "s"),
      this.pause,
    );
    this.node = element(
      "section",
      { class: "nengo-nb-row", attributes: { "data-name": name, "aria-label": name } },
      element("header", {}, element("b", {}, name), this.state),
      this.size,
      this.progress,
      this.bar,
      this.error,
      this.reason,
      this.running,
      element("div", { class: "nengo-nb-actions" }, this.reset, this.live, diagram),
    );
    this.update(row);
  }

  /** Show a row as it is now. */
  update(row: Row): void {
    this.row = row;
    this.node.dataset.state = row.state;
    this.node.dataset.time = String(row.time);
    setText(this.state, stateName(row));
    setText(this.size, formatSize(row));
    setText(this.progress, row.state === "new" ? "" : formatProgress(row));
    setText(this.error, row.error);
    setText(this.reason, row.reason);
    for (const order of [this.running, this.reset, this.live]) order.hidden = row.reason !== "";
    this.bar.hidden = row.goal === null;
    if (row.goal !== null) {
      this.bar.max = row.goal;
      this.bar.value = row.time;
    }
    const dead = row.state === "closed";
    this.run.disabled = isMoving(row) || dead;
    this.live.disabled = dead || row.state === "building";
    this.pause.disabled = !isMoving(row);
    this.pause.title =
      row.state === "cell" ? "Interrupt the cell that runs it" : `Pause ${row.name}`;
    this.reset.disabled =
      row.state === "new" || row.state === "building" || (dead && row.kind === "simulator");
  }

  private askRun(): void {
    if (this.run.disabled) return;
    const seconds = this.seconds.value === "" ? null : this.seconds.valueAsNumber;
    this.actions.order({ type: "Run", name: this.row.name, seconds });
  }
}
