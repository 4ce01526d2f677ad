/**
 * Ignore a message that no case of a switch takes: one of another version. A kind of message that
 * the switch forgets is no `never`, so that the types do not fit.
 */
export function ignore(_message: never): void {
  // The page has said by now that the versions differ.
}
