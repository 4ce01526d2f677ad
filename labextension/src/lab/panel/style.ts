/** The style of the panel, in the colours of JupyterLab's theme. */

export const STYLE = `
.nengo-nb-panel { background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); overflow: auto; min-width: 220px;
  font: var(--jp-ui-font-size1)/1.45 var(--jp-ui-font-family); }
.nengo-nb-board { padding: 10px 12px; }
.nengo-nb-board [hidden] { display: none !important; }
.nengo-nb-board p { margin: 0 0 8px; overflow-wrap: anywhere; }
.nengo-nb-notebook { font-weight: 600; margin-bottom: 8px; overflow-wrap: anywhere; }
.nengo-nb-advice, .nengo-nb-faint { color: var(--jp-ui-font-color2); }
.nengo-nb-faint { font-size: var(--jp-ui-font-size0); font-variant-numeric: tabular-nums; }
.nengo-nb-row { border: 1px solid var(--jp-border-color2); border-radius: 6px; padding: 8px 10px; margin-bottom: 8px; }
.nengo-nb-row header { display: flex; gap: 8px; align-items: baseline; justify-content: space-between; overflow-wrap: anywhere; }
.nengo-nb-state { flex: none; font-size: var(--jp-ui-font-size0); color: var(--jp-ui-font-color2); }
.nengo-nb-row:is([data-state=running], [data-state=cell], [data-state=compiling], [data-state=building]) .nengo-nb-state {
  color: var(--jp-success-color1); font-weight: 600; }
.nengo-nb-row[data-state=error] .nengo-nb-state, .nengo-nb-error { color: var(--jp-error-color1); }
.nengo-nb-error { font-size: var(--jp-ui-font-size0); overflow-wrap: anywhere; }
.nengo-nb-blocked { color: var(--jp-warn-color0); animation: nengo-nb-late 0.6s steps(1); }
@keyframes nengo-nb-late { from { opacity: 0 } to { opacity: 1 } }
.nengo-nb-bar { width: 100%; height: 4px; margin: 4px 0 0; accent-color: var(--jp-brand-color1); display: block; }
.nengo-nb-actions { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 8px; }
.nengo-nb-for { display: inline-flex; gap: 4px; align-items: center; }
.nengo-nb-board button, .nengo-nb-board input { font: inherit; color: inherit; height: 26px; box-sizing: border-box; padding: 0 8px;
  background: var(--jp-layout-color1); border: 1px solid var(--jp-border-color1); border-radius: 4px; }
.nengo-nb-board button { cursor: pointer; }
.nengo-nb-board button:hover:not(:disabled) { background: var(--jp-layout-color2); }
.nengo-nb-board button:disabled { opacity: 0.45; cursor: default; }
.nengo-nb-board :focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
.nengo-nb-actions { font-size: var(--jp-ui-font-size0); }
.nengo-nb-board .nengo-nb-seconds { width: 52px; padding: 0 4px; }
.nengo-nb-tab { overflow: auto; background: var(--jp-layout-color0); padding: 6px; }
.nengo-nb-status { cursor: pointer; font-variant-numeric: tabular-nums; padding: 0 6px; line-height: 24px; white-space: nowrap; }
`;
