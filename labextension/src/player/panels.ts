/** Panels: how each kind of recorded plot is drawn at a time. */

import type {
  CloudsPanel,
  ImagesPanel,
  LinesPanel,
  PanelData,
  PathsPanel,
  SpikesPanel,
} from "../protocol/recording";
import { layCloud } from "../live/cloud";
import { axisOf, boundsOf, inkOf, lastAt, readSpikes } from "./recording";
import { HEIGHT, type Shown, type Stage } from "./stage";
import { lineStyle } from "./theme";

/** A value in the legend: its name, its line, and what it is at a time. */
export interface Value {
  label: string;
  index: number;
  at: (time: number) => number;
}

export interface Panel {
  /** Whether time runs to the right in it. */
  readonly isTimed: boolean;
  /** Values that a legend lists. */
  readonly values: Value[];
  /** Positions of lines that are switched off. */
  readonly hidden: Set<number>;
  draw: (stage: Stage, shown: Shown) => void;
}

export function makePanel(data: PanelData, numbers: Float32Array, begin: number): Panel {
  switch (data.type) {
    case "LinesPanel":
      return lines(data, numbers, begin);
    case "SpikesPanel":
      return spikes(data, numbers, begin);
    case "PathsPanel":
      return paths(data, numbers, begin);
    case "ImagesPanel":
      return images(data, numbers, begin);
    case "CloudsPanel":
      return clouds(data, numbers, begin);
  }
}

/** Times, which are stored from the begin on, as simulated seconds. */
function timesOf(
  numbers: Float32Array,
  offset: number,
  count: number,
  begin: number,
): Float64Array {
  return Float64Array.from(numbers.subarray(offset, offset + count), (time) => begin + time);
}

function rowsOf(
  numbers: Float32Array,
  offset: number,
  count: number,
  size: number,
): Float32Array[] {
  return Array.from({ length: count }, (_, i) =>
    numbers.subarray(offset + i * size, offset + (i + 1) * size),
  );
}

/** The indices that are drawn of a window: one more on either side, as lines go on there. */
function visible(times: Float64Array, { begin, end }: Shown): [number, number] {
  return [Math.max(lastAt(times, begin), 0), Math.min(lastAt(times, end) + 1, times.length - 1)];
}

function lines(data: LinesPanel, numbers: Float32Array, begin: number): Panel {
  const times = timesOf(numbers, data.offset, data.points, begin);
  const raw = rowsOf(numbers, data.offset + data.points, data.labels.length, data.points);
  const [low, high] = boundsOf(raw);
  const spread = Math.max(high - low, 1e-30);
  const drawn = data.stacked
    ? raw.map((row, i) => row.map((value) => i + 0.9 * ((value - low) / spread - 0.5)))
    : raw;
  const hidden = new Set(data.hidden);
  const range = (): [number, number] => {
    const [from, to] = data.limits;
    if (from !== undefined && to !== undefined) return [from, to];
    if (data.stacked) return [-0.5, raw.length - 0.5];
    return axisOf(...boundsOf(raw.filter((_, i) => !hidden.has(i))));
  };
  const at = (row: Float32Array, time: number): number => row[lastAt(times, time)] ?? NaN;
  return {
    isTimed: true,
    hidden,
    values: data.stacked
      ? []
      : raw.map((row, index) => ({
          label: data.labels[index] ?? "",
          index,
          at: (time) => at(row, time),
        })),
    draw: (stage, shown) => {
      const [from, to] = range();
      stage.range({ low: shown.begin, high: shown.end }, { low: from, high: to });
      stage.axes("time (s)", data.quantity, data.stacked ? data.labels : undefined);
      const [first, last] = visible(times, shown);
      stage.inside(() => {
        stage.pen.lineWidth = 1.5;
        drawn.forEach((row, i) => {
          if (hidden.has(i)) return;
          const { color, dash } = lineStyle(data.stacked ? 0 : i, shown.dark);
          stage.pen.strokeStyle = color;
          stage.pen.setLineDash(dash);
          stage.line(times, row, first, last);
        });
        stage.pen.setLineDash([]);
        stage.cursor(shown.time);
      });
    },
  };
}

function spikes(data: SpikesPanel, _numbers: Float32Array, begin: number): Panel {
  const trains = readSpikes(data.trains, data.dt, begin);
  const count = Math.max(data.labels.length, 1);
  return {
    isTimed: true,
    hidden: new Set(),
    values: [],
    draw: (stage, shown) => {
      stage.range({ low: shown.begin, high: shown.end }, { low: -0.5, high: count - 0.5 });
      stage.axes("time (s)", "neuron", data.labels);
      const { left, right, top, bottom, pen } = stage;
      const scale = window.devicePixelRatio || 1;
      const width = Math.round(right - left);
      const height = Math.min(count, Math.round(scale * (bottom - top)));
      const times = [shown.begin, shown.end] as const;
      const shares = inkOf(trains, data.step, count, times, width, height);
      const pixels = new ImageData(width, height);
      const ink = (stage.inks.ink.match(/[0-9a-f]{2}/g) ?? []).map((digits) =>
        parseInt(digits, 16),
      );
      shares.forEach((share, i) => {
        if (share > 0) pixels.data.set([...ink, 255 * share], 4 * i);
      });
      stage.inside(() => {
        pen.imageSmoothingEnabled = false;
        pen.drawImage(canvasOf(pixels), left, top, right - left, bottom - top);
        stage.cursor(shown.time);
      });
    },
  };
}

/** Pixels as a canvas of as many. */
function canvasOf(pixels: ImageData): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas;
}

function paths(data: PathsPanel, numbers: Float32Array, begin: number): Panel {
  const drawn = data.paths.map(({ offset, points }) => {
    const [xs = new Float32Array(), ys = xs] = rowsOf(numbers, offset + points, 2, points);
    return { times: timesOf(numbers, offset, points, begin), xs, ys };
  });
  const [from, to] = data.limits;
  const range =
    from !== undefined && to !== undefined
      ? [from, to]
      : axisOf(...boundsOf(drawn.flatMap(({ xs, ys }) => [xs, ys])));
  const [low = 0, high = 1] = range;
  const several = data.paths.length > 1;
  return {
    isTimed: false,
    hidden: new Set(),
    values: several
      ? data.paths.map(({ name }, index) => ({ label: name, index, at: () => NaN }))
      : [],
    draw: (stage, shown) => {
      stage.range({ low, high }, { low, high });
      stage.axes(data.labels[0] ?? "", data.labels[1] ?? "");
      stage.inside(() => {
        drawn.forEach(({ times, xs, ys }, i) => {
          const [first, last] = visible(times, shown);
          const now = lastAt(times, shown.time);
          const { pen } = stage;
          pen.strokeStyle = lineStyle(i, shown.dark).color;
          pen.setLineDash(i ? [7, 4] : []);
          pen.lineWidth = 1.2;
          pen.globalAlpha = 0.25;
          stage.line(xs, ys, first, last);
          pen.globalAlpha = 0.9;
          stage.line(xs, ys, first, Math.min(now, last));
          pen.setLineDash([]);
          pen.globalAlpha = 1;
          if (now < 0) return;
          pen.fillStyle = i ? lineStyle(i, shown.dark).color : stage.inks.cursor;
          pen.beginPath();
          pen.arc(stage.toX(xs[now] ?? 0), stage.toY(ys[now] ?? 0), 4, 0, 2 * Math.PI);
          pen.fill();
        });
      });
    },
  };
}

/** Anchors of the colour map cividis, between which colours are interpolated. */
const CIVIDIS = [
  [0, 34, 78],
  [65, 77, 107],
  [124, 123, 120],
  [188, 175, 111],
  [254, 232, 56],
];

/** Red, green and blue of a share from 0 to 1. */
export function colorOf(share: number, isGrey: boolean): number[] {
  const level = Math.min(Math.max(share, 0), 1);
  if (isGrey) return [255 * level, 255 * level, 255 * level];
  const place = level * (CIVIDIS.length - 1);
  const below = Math.min(Math.floor(place), CIVIDIS.length - 2);
  const [one = [], other = []] = [CIVIDIS[below], CIVIDIS[below + 1]];
  return one.map((value, i) => value + (place - below) * ((other[i] ?? 0) - value));
}

/** An image of values as a canvas of as many pixels. */
function paint(values: Float32Array, data: ImagesPanel): HTMLCanvasElement {
  const pixels = new ImageData(data.columns, data.rows);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    pixels.data.set(colorOf((value - data.low) / (data.high - data.low), data.grey), 4 * i);
    pixels.data[4 * i + 3] = 255;
  });
  return canvasOf(pixels);
}

function images(data: ImagesPanel, numbers: Float32Array, begin: number): Panel {
  const times = timesOf(numbers, data.offset, data.images, begin);
  const size = data.rows * data.columns;
  const all = rowsOf(numbers, data.offset + data.images, data.images, size);
  return {
    isTimed: false,
    hidden: new Set(),
    values: [],
    draw: (stage, shown) => {
      const { pen, left, right, top } = stage;
      const values = all[lastAt(times, shown.time)] ?? all[0];
      const bottom = HEIGHT - 12;
      const [roomX, roomY] = [right - left - 70, bottom - top];
      const side = Math.min(roomX / data.columns, roomY / data.rows);
      const width = data.grey ? side * data.columns : roomX;
      const height = data.grey ? side * data.rows : roomY;
      pen.imageSmoothingEnabled = false;
      if (values) {
        const x = left + (roomX - width) / 2;
        pen.drawImage(paint(values, data), x, top + (roomY - height) / 2, width, height);
      }
      const bar = pen.createLinearGradient(0, bottom, 0, top);
      for (let share = 0; share <= 1; share += 0.125)
        bar.addColorStop(share, `rgb(${colorOf(share, data.grey).map(Math.round).join(" ")})`);
      pen.fillStyle = bar;
      pen.fillRect(right - 58, top, 10, roomY);
      pen.fillStyle = stage.inks.ink;
      pen.textAlign = "left";
      pen.textBaseline = "top";
      pen.fillText(data.high.toPrecision(3), right - 44, top);
      pen.textBaseline = "bottom";
      pen.fillText(data.low.toPrecision(3), right - 44, bottom);
    },
  };
}

function clouds(data: CloudsPanel, numbers: Float32Array, begin: number): Panel {
  const times = timesOf(numbers, data.offset, data.times, begin);
  const size = data.labels.length;
  const all = rowsOf(numbers, data.offset + data.times, data.times, size);
  return {
    isTimed: false,
    hidden: new Set(),
    values: [],
    draw: (stage, shown) => {
      const values = all[lastAt(times, shown.time)] ?? all[0] ?? new Float32Array();
      const { pen } = stage;
      pen.fillStyle = stage.inks.ink;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      for (const name of layCloud(values, data.labels, stage.width - 20, HEIGHT)) {
        pen.globalAlpha = name.alpha;
        pen.font = `${name.size}px system-ui, sans-serif`;
        pen.fillText(name.text, stage.width / 2, (1 - name.y) * HEIGHT);
      }
      pen.globalAlpha = 1;
    },
  };
}
