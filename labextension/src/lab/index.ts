/**
 * The JupyterLab extension: what only JupyterLab and Notebook 7 can do. Each plugin is wired here
 * and lives elsewhere.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { page } from "../dom/page";
import { storeAt } from "./arrangements";
import { kernelIn } from "./kernels";
import { networkFactory } from "./diagram";
import { liveFactory } from "./output";
import { panel } from "./panel/plugin";
import { settings } from "./settings";
import { start } from "./start/plugin";
import { serveStop } from "./stop";
import { followTrainings } from "./training";

const INTERRUPT = "notebook:interrupt-kernel";

const bokeh: JupyterFrontEndPlugin<void> = {
  id: "nengo-nb:bokeh",
  description:
    "Brings BokehJS to the page when a figure first needs it, without asking a busy kernel.",
  autoStart: true,
  activate: () => {
    page().loadBokeh = async () => (await import("./bokeh")).default;
  },
};

const output: JupyterFrontEndPlugin<void> = {
  id: "nengo-nb:output",
  description: "Shows a live view where its kernel is alive, and its last picture everywhere else.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, rendermime: IRenderMimeRegistry) => {
    rendermime.addFactory(liveFactory(rendermime));
  },
};

const stop: JupyterFrontEndPlugin<void> = {
  id: "nengo-nb:stop",
  description:
    "Interrupts the kernel of a notebook whose training is to stop, and ends it with its kernel.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.forEach(followTrainings);
    notebooks.widgetAdded.connect((_, panel) => {
      followTrainings(panel);
    });
    void app.restored.then(() => {
      if (!app.commands.hasCommand(INTERRUPT)) return;
      serveStop(document, (button) => {
        const panel = [...app.shell.widgets("main")].find((widget) => widget.node.contains(button));
        if (panel) app.shell.activateById(panel.id);
        void app.commands.execute(INTERRUPT);
      });
    });
  },
};

const networks: JupyterFrontEndPlugin<void> = {
  id: "nengo-nb:networks",
  description:
    "Draws networks as diagrams that can be opened, searched and zoomed, with or without a kernel.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, rendermime: IRenderMimeRegistry) => {
    page().kernelAt = (place) =>
      kernelIn([...app.shell.widgets("main")].find((w) => w.node.contains(place)));
    page().arrangementsAt = (place) => storeAt(place, [...app.shell.widgets("main")]);
    rendermime.addFactory(networkFactory());
  },
};

export default [bokeh, output, stop, networks, start, panel, settings];
