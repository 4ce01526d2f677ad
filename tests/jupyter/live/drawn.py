"""Comparison of a page's drawings with the recorded samples, frame by frame: none may be lost.

``RECORD`` runs in the page and keeps the times and the extremes of every line in every frame, and
which neurons have ink; ``COMPARE`` runs in the kernel and finds the frames in which something of
the recorded samples is missing.
"""

RECORD = """
() => {
  const view = document.querySelector(".nnb-root");
  const named = new Map();
  for (const page of Bokeh.documents) {
    for (const model of page._all_models.values()) if (model.name === "data") named.set(model, null);
  }
  const sources = [...named.keys()];
  const extremes = values => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
    return [low, high];
  };
  const lines = data => {
    const ranges = Object.keys(data).filter(name => name !== "t").map(name => extremes(data[name]));
    return {begin: data.t.at(0), end: data.t.at(-1), ranges};
  };
  const inked = ({image: [pixels]}) => {
    const [rows, columns] = pixels.shape;
    return Array.from({length: rows}, (_, row) => pixels.subarray(row * columns, (row + 1) * columns).some(Boolean));
  };
  window.drawn = [];
  new MutationObserver(() => {
    const data = sources.map(source => source.data);
    window.drawn.push({
      lines: data.filter(each => each.t?.length).map(lines),
      rasters: data.filter(each => each.image).map(each => ({
        begin: each.x[0], end: each.x[0] + each.w[0], inked: inked(each),
      })),
    });
  }).observe(view, {attributeFilter: ["data-frame"]});
}
"""

COMPARE = """
import json
import numpy as np
lines = [sim.data[plot.probe] for plot in view.widget.layout_state.plots if plot.kind == "lines"]
rasters = [sim.data[plot.probe] for plot in view.widget.layout_state.plots if plot.kind == "raster"]

def part(data, drawn):
    return data[max(round(drawn["begin"] / sim.dt) - 1, 0) : round(drawn["end"] / sim.dt)]

def missing(frame):
    for data, drawn in zip(lines, frame["lines"], strict=True):
        recorded = part(data, drawn)
        ranges = np.stack([recorded.min(axis=0), recorded.max(axis=0)], axis=1)
        if not np.array_equal(ranges, np.array(drawn["ranges"], np.float32)):
            return True
    for data, drawn in zip(rasters, frame["rasters"], strict=True):
        spiked = np.flatnonzero(part(data, drawn).any(axis=0))
        inked = np.array(drawn["inked"])
        # Where there are fewer pixels than neurons, several of these share a row.
        if not inked[spiked * len(inked) // data.shape[1]].all():
            return True
    return False

frames = [frame for frame in json.load(open("drawn.json")) if frame["lines"]]
steps = [(round(f["lines"][0]["begin"] / sim.dt), round(f["lines"][0]["end"] / sim.dt)) for f in frames]
gaps = sum(later[0] > before[1] + 1 for before, later in zip(steps, steps[1:]))
compared = len(frames), steps[-1][1], sum(map(missing, frames)), gaps
"""
