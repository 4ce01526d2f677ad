/** The icon: two neurons, one of which excites the other. */

import { LabIcon } from "@jupyterlab/ui-components";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3" fill="#616161">
    <circle cx="7" cy="8" r="4"/><circle cx="17" cy="17" r="4"/>
    <path d="M9.6 11.2l1.4-1.3 3.4 3.5-1.4 1.4z"/>
    <path d="M3 19h3l1-4 1.500 6 1-2h1.500v1.200H9.200L8 22.500 7 18.800l-.4 1.400H3z"/>
  </g>
</svg>`;

export const icon = new LabIcon({ name: "nengo-nb:neurons", svgstr: SVG });
