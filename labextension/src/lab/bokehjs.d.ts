declare module "@bokeh/bokehjs/build/js/bokeh.esm.min.js" {
  const bokehjs: unknown;
  export default bokehjs;
}
