/** The view: everything on the page that belongs to one live output. */

import type { Bokeh } from "../loader/bokeh";
import { onPreference } from "../dom/preferences";
import { Additions } from "./additions";
import { Card } from "./card";
import { element } from "../dom/element";
import { Expression } from "./expression";
import type { BokehScript } from "../protocol/loader";
import type { Code, Frame, Layout, SourceInfo, ToBrowser } from "../protocol/live";
import type { Send } from "./send";
import { seconds } from "./numbers";
import { ignore } from "../dom/exhaustive";
import { RunHealth } from "./run_health";
import { RunList } from "./run_list";
import { PlayerMenu } from "./player_menu";
import { save, typeOf } from "./save";
import { Keyboard } from "./keyboard";
import { takeKeys } from "./keys";
import { Sliders } from "./sliders";
import { SpikeSound } from "./sound";
import { SweepBar } from "./sweep_bar";
import { onThemeChange } from "../dom/theme";
import { Timeline } from "./timeline";
import { Toolbar } from "./toolbar";

/** Milliseconds between two times that bars and sliders follow what runs. */
const STATE_INTERVAL = 95;

export class View {
  readonly element: HTMLElement;
  private readonly toolbar: Toolbar;
  private readonly runs: RunList;
  private readonly players: PlayerMenu;
  private readonly sweepBar: SweepBar;
  private readonly timeline: Timeline;
  private readonly health = new RunHealth();
  private readonly additions: Additions;
  private readonly notice = element("div", {
    class: "nnb-notice",
    attributes: { role: "alert", hidden: "" },
  });
  private readonly lines = element("pre", {
    class: "nnb-traceback",
    attributes: { hidden: "", tabindex: "0" },
  });
  private readonly hovered = element("div", { class: "nnb-hovered", attributes: { hidden: "" } });
  private readonly side = element("div", { class: "nnb-side" });
  private readonly plots = element("div", { class: "nnb-plots" });
  private readonly cards = new Map<string, Card>();
  private sources: SourceInfo[] = [];
  private sliders: Sliders[] = [];
  private expressions: Expression[] = [];
  private keyboards: Keyboard[] = [];
  private frame: Frame | null = null;
  private share: number | null = null;
  private row = "";
  private failed = "";
  /** Sentence of the last frame on runs that were forgotten; null before the first frame. */
  private forgotten: string | null = null;
  private told = { state: "", at: 0 };
  private readonly sound = new SpikeSound();
  private readonly stop = new AbortController();

  constructor(
    private readonly bokeh: Bokeh,
    private readonly send: Send,
  ) {
    this.runs = new RunList(send);
    this.players = new PlayerMenu(send);
    this.sweepBar = new SweepBar(send);
    this.toolbar = new Toolbar(send, this.runs.button, this.players.button);
    this.timeline = new Timeline(send);
    this.additions = new Additions(send);
    this.element = element(
      "div",
      {
        class: "nnb-root",
        attributes: { tabindex: "0" },
      },
      this.toolbar.element,
      this.runs.element,
      this.players.element,
      this.sweepBar.element,
      this.timeline.element,
      this.health.element,
      this.notice,
      this.lines,
      element("div", { class: "nnb-body" }, this.side, this.plots),
      this.hovered,
      this.additions.element,
    );
    this.takeKeys();
    const restyle = (): void => {
      for (const card of this.cards.values()) card.restyle();
    };
    onThemeChange(restyle, this.stop.signal);
    onPreference(restyle, this.stop.signal);
  }

  receive(message: Exclude<ToBrowser, BokehScript>, numbers: Float32Array): void {
    switch (message.type) {
      case "Layout":
        this.arrange(message);
        break;
      case "Frame":
        this.draw(message, numbers);
        break;
      case "Notice":
        this.tell(message.text);
        this.toolbar.forget();
        this.runs.forget();
        for (const card of this.cards.values()) card.forget();
        for (const expression of this.expressions) expression.forget();
        break;
      case "Html":
        this.cards.get(message.plot)?.showHtml(message);
        break;
      case "RunFindings":
        this.health.show(message);
        break;
      case "Checked":
        for (const expression of this.expressions) expression.checked(message);
        break;
      case "Code":
        this.copy(message);
        break;
      case "File":
        save(message.name, new Blob([message.text], { type: typeOf(message.name) }));
        break;
      case "Clicks":
        this.sound.play(message);
        break;
      case "Kept":
        this.tell(message.text);
        break;
      case "Closed":
        this.end("This view was closed. Run the cell again for another one.");
        break;
      default:
        ignore(message);
    }
  }

  private arrange(layout: Layout): void {
    this.element.setAttribute("aria-label", `Live view of ${layout.title}`);
    this.sources = layout.sources;
    const wanted = new Set(layout.plots.map((plot) => plot.id));
    for (const [id, card] of this.cards) {
      if (!wanted.has(id)) {
        card.remove();
        this.cards.delete(id);
      }
    }
    for (const plot of layout.plots) {
      const card = this.cards.get(plot.id);
      if (card) card.show(plot);
      else this.addCard(plot.id, new Card(plot, this.tools()));
    }
    this.plots.dataset.count = `${layout.plots.length}`;
    this.steer(layout);
    this.additions.update(layout);
    // Now, as a layout that asks for sound mostly comes just after somebody has pressed a key.
    if (layout.plots.some(({ settings }) => settings.sound)) this.sound.wake();
    if (!this.failed) this.tell("");
  }

  /** Sliders and entries for expressions; those that are there stay, as somebody may be typing. */
  private steer(layout: Layout): void {
    const sliders = new Map(this.sliders.map((slider) => [slider.info.name, slider]));
    const expressions = new Map(
      this.expressions.map((expression) => [expression.info.name, expression]),
    );
    this.sliders = layout.sliders.map(
      (info) => sliders.get(info.name) ?? new Sliders(info, this.send),
    );
    const wanted = layout.pointer_nodes.filter((info) => layout.expressions.includes(info.name));
    this.expressions = wanted.map(
      (info) => expressions.get(info.name) ?? new Expression(info, this.send),
    );
    const keyboards = new Map(this.keyboards.map((keyboard) => [keyboard.info.name, keyboard]));
    this.keyboards = layout.keyboards.map(
      (info) => keyboards.get(info.name) ?? new Keyboard(info, this.send),
    );
    const steering = [...this.keyboards, ...this.sliders, ...this.expressions];
    for (const each of steering) each.element.dataset.steers = each.info.name;
    const elements = steering.map((each) => each.element);
    const same = elements.length === this.side.children.length;
    if (!same || elements.some((each, i) => each !== this.side.children[i])) {
      this.side.replaceChildren(...elements);
    }
    layout.sliders.forEach((info, i) => {
      this.sliders[i]?.show(info);
    });
    this.side.hidden = elements.length === 0;
  }

  private addCard(id: string, card: Card): void {
    this.cards.set(id, card);
    this.plots.append(card.element);
  }

  private tools(): ConstructorParameters<typeof Card>[1] {
    return {
      bokeh: this.bokeh,
      send: this.send,
      sources: () => this.sources,
      look: (begin, end) => {
        this.timeline.look(begin, end);
      },
      hover: (share, row) => {
        this.hover(share, row);
      },
    };
  }

  /** One cursor through all plots. */
  private hover(share: number | null, row = ""): void {
    this.share = share;
    this.row = row;
    for (const card of this.cards.values()) card.setCursor(share);
    this.hovered.hidden = share === null || !this.frame;
    if (share === null || !this.frame) return;
    const begin = Math.min(this.frame.begin, Math.max(this.frame.end - this.frame.length, 0));
    const time = `cursor at ${seconds(begin + share * (this.frame.end - begin))}`;
    this.hovered.textContent = row ? `${time}, ${row}` : time;
  }

  private draw(frame: Frame, numbers: Float32Array): void {
    this.frame = frame;
    for (const part of frame.parts) this.cards.get(part.plot)?.update(part, numbers, frame);
    this.tellState(frame);
    if (this.share !== null) this.hover(this.share, this.row);
    // Said once, as a message that comes meanwhile stays until another one; and until it plays
    // again.
    const failed = frame.error !== this.failed;
    this.failed = frame.error;
    if (failed) this.tell(frame.error, frame.traceback);
    // Not to a page that comes later; its list of runs says it.
    const isLost = this.forgotten !== null && frame.forgotten !== this.forgotten;
    this.forgotten = frame.forgotten;
    if (isLost && frame.forgotten && !frame.error) this.tell(frame.forgotten);
    this.element.dataset.frame = `${frame.number}`;
    this.element.dataset.time = `${frame.time}`;
  }

  /**
   * Bars and sliders: at once if more than numbers changed. To lay them out takes as long as to
   * draw the plots.
   */
  private tellState(frame: Frame): void {
    const { playing, compiling, speed, ended, follows, length, held, values, typed, runs } = frame;
    const { sweep } = frame;
    const { length: count } = values;
    const state = JSON.stringify([
      playing,
      compiling,
      speed,
      ended,
      follows,
      length,
      held,
      count,
      typed,
      runs,
      sweep?.number,
    ]);
    const now = performance.now();
    if (playing && state === this.told.state && now - this.told.at < STATE_INTERVAL) return;
    this.told = { state, at: now };
    this.element.classList.toggle("nnb-closed", ended !== "");
    this.toolbar.update(frame);
    this.runs.update(frame);
    // What was wrong with what was asked for before is of no interest any more.
    if (sweep !== null && this.sweepBar.element.hidden) this.tell("");
    this.sweepBar.update(frame);
    // Inputs stay as they are until it has ended.
    this.side.inert = sweep !== null;
    this.timeline.update(frame);
    this.sliders.forEach((slider, i) => {
      slider.update(frame.values[i], frame.held[i] ?? []);
    });
    this.expressions.forEach((expression, i) => {
      expression.update(typed[i] ?? "");
    });
  }

  /** A sentence, until the next one, and the lines of the user that it is about. */
  private tell(text: string, lines = ""): void {
    this.notice.hidden = text === "";
    this.notice.textContent = text;
    this.lines.hidden = lines === "";
    this.lines.textContent = lines;
  }

  private copy(code: Code): void {
    void navigator.clipboard.writeText(code.text).then(
      () => {
        this.tell("The code of this view is in the clipboard; paste it into a cell.");
      },
      () => {
        this.tell(code.text);
      },
    );
  }

  /** End the view, as its simulation is gone; only the first reason is shown. */
  end(reason: string): void {
    if (this.element.inert) return;
    this.element.classList.add("nnb-ended");
    this.element.inert = true;
    this.tell(reason);
  }

  private takeKeys(): void {
    const actions = {
      " ": () => {
        this.toolbar.toggle();
      },
      ArrowRight: () => {
        this.toolbar.step();
      },
      r: () => {
        this.send({ type: "Reset" });
      },
      l: () => {
        this.timeline.follow();
      },
    };
    takeKeys(this.element, actions, this.stop.signal);
  }

  remove(): void {
    this.stop.abort();
    this.sound.close();
    for (const keyboard of this.keyboards) keyboard.release();
    for (const card of this.cards.values()) card.remove();
    this.element.remove();
  }
}
