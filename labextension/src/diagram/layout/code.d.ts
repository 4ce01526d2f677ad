/** The code of `worker.ts` with all it needs, which the build writes as text. */
declare module "*/code.json" {
  const code: string;
  export default code;
}
