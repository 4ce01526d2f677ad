/** The style of a diagram: its own, in a shadow, and in the colours of the notebook's theme. */

import { ARROW_KINDS } from "../tables/arrow_kinds";

const KINDS = Object.entries(ARROW_KINDS);
const COLORS = KINDS.map(([kind, { color }]) => `--arrow-${kind}: ${color};`).join(" ");
const DARK_COLORS = KINDS.map(([kind, { darkColor }]) => `--arrow-${kind}: ${darkColor};`).join(
  " ",
);
// One rule for the line of a kind, and one for its dashes, which a solid line has none of.
const ARROWS = KINDS.map(
  ([kind, { dashes }]) =>
    `.arrow.${kind} { --line: var(--arrow-${kind}); } .arrow.${kind} .line { stroke-dasharray: ${dashes || "none"}; }`,
).join("\n");

export const STYLE = `
:host { display: block; color: var(--jp-ui-font-color1, #1f2d3d); font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  --network: #e9edf2; --network-edge: #6b7a8c; --group: #dcebf9; --group-edge: #2f74b5; --node: #fdf0d5; --node-edge: #b07a16;
  --rule: #eee3f8; --rule-edge: #7a4bb0; --ink: #1f2d3d; --soft: #52606d; --quiet: #7b8794; ${COLORS}
  --paper: var(--jp-layout-color0, white); --raised: var(--jp-layout-color1, white); --rim: var(--jp-border-color2, #d8dde3);
  --accent: #0072b2; --active: #e69f00; }
:host(.dark) { --network: #2d3742; --network-edge: #8fa1b5; --group: #183a57; --group-edge: #5aa5e0; --node: #4a3a14; --node-edge: #d9a441;
  --rule: #3a2a52; --rule-edge: #b18ae0; --ink: #f1f4f8; --soft: #b9c4d0; --quiet: #93a1b0; ${DARK_COLORS}
  --accent: #56b4e9; }
* { box-sizing: border-box; }
.card { position: relative; border: 1px solid var(--rim); border-radius: 8px; background: var(--paper); overflow: hidden; }
.head { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center; padding: 8px 12px 6px; }
.title { font-weight: 600; margin-right: auto; overflow-wrap: anywhere; }
.facts { flex-basis: 100%; order: 1; color: var(--jp-ui-font-color2, #52606d); font-size: 12px; overflow-wrap: anywhere; }
.facts b { font-weight: 400; opacity: .75; margin-right: 4px; }
.facts span { margin-right: 14px; display: inline-block; max-width: 100%; }
.tools { display: flex; gap: 4px; align-items: center; }
.tools[hidden] { display: none; }
button, input { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--rim); border-radius: 5px; height: 26px; }
button { min-width: 26px; padding: 0 7px; cursor: pointer; }
button:disabled { opacity: .45; cursor: default; }
button:hover:not(:disabled) { border-color: var(--accent); }
input { width: 150px; padding: 0 8px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.found { color: var(--quiet); font-size: 12px; white-space: nowrap; }
.warning { padding: 0 12px 6px; color: var(--jp-warn-color0, #b45309); font-size: 12px; }
.saved summary { cursor: pointer; }
.saved ul { margin: 4px 0; padding-left: 18px; }
.stage { position: relative; display: flex; border-top: 1px solid var(--rim); }
.plane { flex: 1; min-width: 0; display: block; cursor: grab; touch-action: none; user-select: none; outline-offset: -2px; }
.plane.dragged { cursor: grabbing; }
.plane text { font-family: inherit; text-anchor: middle; pointer-events: none; }
.body { stroke-width: 1.2; }
.network .body { stroke-width: 1.8; }
.network .body, .mixed .body { fill: var(--network); stroke: var(--network-edge); }
.ensemble .body, .array .body { fill: var(--group); stroke: var(--group-edge); }
.node .body { fill: var(--node); stroke: var(--node-edge); }
.passthrough .body { fill: var(--quiet); stroke: var(--quiet); }
.rule .body { fill: var(--rule); stroke: var(--rule-edge); }
.activity { fill: var(--active); fill-opacity: 0; pointer-events: none; }
.box { cursor: pointer; outline: none; }
.box:hover .body, .box:focus-visible .body, .box.chosen .body { stroke: var(--accent); stroke-width: 2.2; }
.box.match .body { stroke: var(--active); stroke-width: 2.6; }
.faded .box:not(.match), .faded .arrow { opacity: .35; }
.name { font-size: 13px; font-weight: 600; fill: var(--ink); }
.rule .name { font-size: 11px; }
.size { font-size: 11px; fill: var(--soft); }
.under { font-size: 10px; fill: var(--quiet); }
.plus circle { fill: var(--paper); stroke: var(--network-edge); }
.plus path { stroke: var(--network-edge); stroke-width: 1.4; }
.box:hover .plus circle { fill: var(--accent); stroke: var(--accent); }
.box:hover .plus path { stroke: white; }
.eye circle { fill: white; stroke: #1f2d3d; stroke-width: 1.2; }
.eye .pupil { fill: #1f2d3d; }
.frame { cursor: pointer; outline: none; }
.plane.moving, .plane.moving .box, .plane.moving .frame { cursor: grabbing; }
.frame rect.grip { fill: transparent; stroke: none; cursor: move; }
.frame rect { fill: var(--quiet); fill-opacity: .09; stroke: var(--quiet); stroke-opacity: .6; }
.frame:focus-visible > rect:not(.grip), .frame.match > rect:not(.grip) { stroke: var(--accent); stroke-opacity: 1; stroke-width: 2; }
.frame text { font-size: 12px; font-weight: 600; fill: var(--soft); text-anchor: start; }
.frame .minus { stroke: var(--soft); stroke-width: 1.6; }
.arrow { cursor: pointer; outline: none; }
${ARROWS}
.arrow path { fill: none; }
.arrow .line { stroke: var(--line); stroke-linejoin: round; }
.arrow .hit { stroke: transparent; stroke-width: 12; }
.arrow .head { padding: 0; fill: var(--line); }
.arrow .bar { stroke: var(--line); stroke-width: 3; stroke-linecap: round; }
.arrow .ring { fill: var(--paper); stroke: var(--line); stroke-width: 1.5; }
.arrow:hover, .arrow:focus-visible, .arrow.chosen { --line: var(--accent); }
.badge { cursor: pointer; outline: none; }
.badge circle { fill: var(--active); stroke: var(--paper); stroke-width: 1.5; }
.badge text { font-size: 11px; font-weight: 700; fill: #1f2d3d; }
.badge:hover circle, .badge:focus-visible circle { stroke: var(--accent); stroke-width: 2; }
.check.found-some { border-color: var(--active); }
.finding { margin: 8px 0; padding: 2px 8px; border-left: 3px solid var(--active); font-size: 12px; }
.finding h4 { margin: 2px 0; }
.finding p { margin: 2px 0; }
.remedy { color: var(--soft); }
.tip { position: absolute; z-index: 2; max-width: 320px; padding: 6px 10px; border: 1px solid var(--rim); border-radius: 6px;
  background: var(--raised); box-shadow: 0 2px 8px rgb(0 0 0 / .2); font-size: 12px; pointer-events: none; overflow-wrap: anywhere; }
.tip[hidden] { display: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 10px; margin: 4px 0; font-size: 12px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.details { width: 300px; flex: none; max-height: 620px; overflow: auto; padding: 8px 12px; border-left: 1px solid var(--rim); background: var(--raised); }
.details[hidden] { display: none; }
.details header { display: flex; gap: 8px; align-items: start; }
.details h3 { flex: 1; margin: 2px 0; font-size: 13px; overflow-wrap: anywhere; }
.details h4 { margin: 10px 0 2px; font-size: 12px; }
.details .note { color: var(--quiet); font-size: 12px; margin: 6px 0; }
.details label { display: block; margin: 4px 0; font-size: 12px; }
.link { display: inline; min-width: 0; height: auto; padding: 0; border: 0; background: none; color: var(--accent); font: inherit; text-align: left; overflow-wrap: anywhere; }
.link:hover { text-decoration: underline; }
.links { list-style: none; margin: 0; padding: 0; font-size: 12px; }
.links .note { margin: 0; font-size: 11px; }
.details label input { width: 64px; }
.offers { display: flex; flex-wrap: wrap; gap: 4px; margin: 4px 0; }
.offers button { font-size: 12px; }
.live header { display: flex; align-items: center; gap: 8px; margin: 8px 2px 0; }
.live h3 { flex: 1; margin: 0; font-size: 13px; }
.live[hidden] { display: none; }
.live figure { margin: 8px 2px 0; }
.live img { max-width: 100%; display: block; }
.live figcaption { padding: 4px 0; font-size: 11px; color: var(--quiet); }
.chart { width: 100%; display: block; }
.chart text { font-size: 9px; fill: var(--soft); }
.chart .axis { stroke: var(--rim); }
.chart polyline { fill: none; stroke-width: 1.1; }
canvas.chart { image-rendering: pixelated; border: 1px solid var(--rim); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 3px 12px 6px; font-size: 11px; color: var(--quiet); }
.legend svg { vertical-align: middle; margin-right: 6px; }
.error { padding: 10px 12px; }
`;
