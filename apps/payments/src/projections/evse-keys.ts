/** An eMI3 EVSE-ID as people and labels spell it: without regard to case and separators. */
export function evseKey(evseRef: string): string {
  return evseRef.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
}

/** Under which an EVSE is found: its EVSE-ID whole, and as `evseKey` has it. */
export function evseKeysOf(evseRef: string | undefined): string[] {
  return evseRef === undefined ? [] : [...new Set([evseRef.toUpperCase(), evseKey(evseRef)])];
}
