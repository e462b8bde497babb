const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone is ahead of UTC, in milliseconds, when its clocks show this time (given as if it were UTC's). */
export function offsetAt(timeZone: string, local: number): number {
  const guess = offsetOn(timeZone, local);
  return offsetOn(timeZone, local - guess);
}

function offsetOn(timeZone: string, at: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      ...fields,
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const of = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(of['year'] ?? 0, (of['month'] ?? 1) - 1, of['day'], of['hour'], of['minute'], of['second']);
  return shown - Math.floor(at / 1_000) * 1_000;
}
