/** Charts: what the kernel tells of a box or an arrow, drawn small. */

import { element } from "../dom/element";
import { svg } from "./marks";
import type { Chart, ImageChart, LineChart } from "../protocol/diagram";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [276, 150, 34, 24];
const COLORS = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#D55E00",
  "#CC79A7",
  "#56B4E9",
  "#7b8794",
  "#8833EE",
];

export function chartOf(chart: Chart): HTMLElement {
  const drawn = chart.type === "LineChart" ? linesOf(chart) : imageOf(chart);
  return element("section", {}, element("h4", {}, chart.title), ...drawn);
}

function linesOf(chart: LineChart): Element[] {
  const finite = chart.lines.flat().filter((y): y is number => y !== null && Number.isFinite(y));
  const [low, high] = limits(finite);
  const [start, end] = limits(chart.x);
  const across = (x: number): number => LEFT + ((x - start) / (end - start)) * (WIDTH - LEFT - 4);
  const up = (y: number): number => (HEIGHT - BOTTOM) * (1 - (y - low) / (high - low)) + 4;
  const many = chart.lines.length > COLORS.length;
  const curves = chart.lines.map((line, index) => {
    const points = line.flatMap((y, i) =>
      y === null ? [] : [`${across(chart.x[i] ?? 0)},${up(y)}`],
    );
    const stroke = COLORS[index % COLORS.length] ?? "currentColor";
    return svg("polyline", {
      points: points.join(" "),
      stroke,
      "stroke-opacity": many ? 0.55 : 1,
      "stroke-dasharray": chart.dashed.includes(index) ? "3 3" : "none",
    });
  });
  const base = HEIGHT - BOTTOM + 4;
  const axes = svg("path", { class: "axis", fill: "none", d: `M${LEFT} 4V${base}H${WIDTH - 4}` });
  const label = (x: number, y: number, words: string, anchor: string): SVGElement =>
    svg("text", { x, y, "text-anchor": anchor }, words);
  const drawing = svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": chart.title },
    axes,
    ...curves,
    label(LEFT - 3, 11, short(high), "end"),
    label(LEFT - 3, base, short(low), "end"),
    label(LEFT, base + 11, short(start), "middle"),
    label(WIDTH - 4, base + 11, short(end), "end"),
    label((LEFT + WIDTH) / 2, base + 18, `${chart.y_label} over ${chart.x_label}`, "middle"),
  );
  return chart.names.length > 0 && !many ? [drawing, namesOf(chart.names)] : [drawing];
}

function namesOf(names: string[]): HTMLElement {
  const entries = names.map((name, index) => {
    const entry = element("span", {}, `— ${name}  `);
    entry.style.color = COLORS[index % COLORS.length] ?? "";
    return entry;
  });
  return element("div", { class: "note" }, ...entries);
}

/** Values as colours: blue below zero, red above, and nothing at zero. */
function imageOf(chart: ImageChart): Element[] {
  const columns = Math.max(1, ...chart.values.map((row) => row.length));
  const canvas = element("canvas", {
    class: "chart",
    attributes: { role: "img", "aria-label": chart.title },
  });
  canvas.width = columns;
  canvas.height = Math.max(1, chart.values.length);
  const finite = chart.values.flat().filter((value): value is number => value !== null);
  const most = finite.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
  const context = canvas.getContext("2d");
  const pixels = context?.createImageData(canvas.width, canvas.height);
  if (context && pixels) {
    chart.values.forEach((row, y) => {
      row.forEach((value, x) => {
        const share = most > 0 ? (value ?? 0) / most : 0;
        const [red, green, blue] = share < 0 ? [0, 90, 181] : [220, 50, 32];
        pixels.data.set([red, green, blue, 255 * Math.abs(share)], 4 * (y * canvas.width + x));
      });
    });
    context.putImageData(pixels, 0, 0);
  }
  canvas.style.height = `${Math.min(220, Math.max(24, (276 * canvas.height) / canvas.width))}px`;
  const colors = most > 0 ? `blue is −${short(most)}, red is ${short(most)}` : "all are zero";
  const words = `${chart.rows} down, ${chart.columns} across; ${colors}`;
  return [canvas, element("div", { class: "note" }, words)];
}

function limits(values: number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!(low < high)) return Number.isFinite(low) ? [low - 0.5, high + 0.5] : [0, 1];
  return [low, high];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
