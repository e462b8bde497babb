const ECHOED = ['X-Request-ID', 'X-Correlation-ID'];
const LONGEST = 128;

/** The headers that an answer repeats from its request, so that both sides can find it in their logs. */
export function echoed(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const found = ECHOED.map((name) => [name, headers[name.toLowerCase()]] as const);
  return Object.fromEntries(
    found.flatMap(([name, value]) => (typeof value === 'string' && value.length <= LONGEST ? [[name, value]] : [])),
  );
}
