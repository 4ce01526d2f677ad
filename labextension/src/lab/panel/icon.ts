/** The icon of what shows networks: two of them that meet in a third. */

import { LabIcon } from "@jupyterlab/ui-components";

export const ICON = new LabIcon({
  name: "nengo-nb:network",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3 jp-icon-selectable" ' +
    'fill="#616161"><circle cx="5" cy="6" r="3"/><circle cx="5" cy="18" r="3"/><circle cx="19" cy="12" r="3.5"/>' +
    '<path d="M7 6.2l10 4.8-.7 1.6-10-4.8zM7 17.8l10-4.8-.7-1.6-10 4.8z"/></g></svg>',
});
