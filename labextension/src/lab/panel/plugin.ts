/** The panel as a plugin of JupyterLab: wires the parts, and holds none of their logic. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker, NotebookActions } from "@jupyterlab/notebook";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Widget } from "@lumino/widgets";
import { PanelView } from "./panel_view";
import { KernelFollower } from "./kernel_follower";
import { ICON } from "./icon";
import { StatusItem } from "./status";
import { STYLE } from "./style";
import { Tabs } from "./tabs";

export const SHOW_PANEL = "nengo-nb:show-panel";
const ID = "nengo-nb-panel";

export const panel: JupyterFrontEndPlugin<void> = {
  id: "nengo-nb:panel",
  description:
    "A side panel with the networks of the active notebook's kernel, and what runs in the status bar.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IStatusBar, ICommandPalette, ILayoutRestorer],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  statusBar: IStatusBar | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
): void {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
  const follower = new KernelFollower(tracker);
  const board = new PanelView({
    order: (order) => {
      follower.give(order);
    },
    interrupt: () => {
      void follower.kernel?.interrupt();
    },
    insert: (source) => {
      insertCell(follower, source);
    },
  });
  const side = new Widget();
  side.id = ID;
  side.addClass("nengo-nb-panel");
  side.node.append(board.node);
  side.title.icon = ICON;
  side.title.caption = "Nengo";
  app.shell.add(side, "left", { rank: 550 });
  restorer?.add(side, ID);
  const show = (): void => {
    app.shell.activateById(ID);
  };
  app.commands.addCommand(SHOW_PANEL, { label: "Show Nengo Panel", execute: show });
  palette?.addItem({ command: SHOW_PANEL, category: "Nengo" });
  const status = new StatusItem(show);
  statusBar?.registerStatusItem(ID, { item: status, align: "left", rank: 500 });
  const tabs = new Tabs(app, tracker, follower);
  if (restorer) tabs.restore(restorer);
  follower.watch({
    changed: () => {
      board.show({
        notebook: follower.notebook?.title.label ?? "",
        condition: follower.condition,
        blocked: follower.blocked,
      });
      status.tell(follower.rows);
    },
    noticed: (notice) => {
      board.say(notice);
    },
    output: (output, notebook) => {
      void tabs.show(output, notebook);
    },
    told: (notebook, rows) => {
      tabs.told(notebook, rows);
    },
  });
}

/** Insert a code cell below the active one of the active notebook. */
function insertCell(follower: KernelFollower, source: string): void {
  const notebook = follower.notebook?.content;
  if (!notebook) return;
  NotebookActions.insertBelow(notebook);
  NotebookActions.changeCellType(notebook, "code");
  notebook.activeCell?.model.sharedModel.setSource(source);
}
