/** The extension's BokehJS, a chunk of its own that is loaded when a figure first needs it. */

import bokehjs from "@bokeh/bokehjs/build/js/bokeh.esm.min.js";
import type { Bokeh } from "../loader/bokeh";

export default bokehjs as Bokeh;
