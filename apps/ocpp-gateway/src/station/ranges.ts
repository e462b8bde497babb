/** The ranges of the contracts (`EvseId`, `ConnectorId`); a sequence number is an OCPP integer of 32 bits. */
const RANGES = { evseId: 1_000_000, connectorId: 1_000_000, seqNo: 2 ** 31 - 1 } as const;

/** The flag of an event from which such a number was left out. */
export const OUT_OF_RANGE = 'value-out-of-range';

type Numbered = { [K in keyof typeof RANGES]?: number | undefined } & { flags?: string[] | undefined };

/** An event's data without numbers out of range, flagged so: the rest of the event still counts. */
export function inRange<T extends Numbered>(data: T): T {
  const wrong = Object.entries(RANGES).filter(([name, most]) => !fits(data[name as keyof typeof RANGES], most));
  if (wrong.length === 0) return data;
  const without = Object.fromEntries(wrong.map(([name]) => [name, undefined]));
  return { ...data, ...without, flags: [...(data.flags ?? []), OUT_OF_RANGE] };
}

function fits(number: number | undefined, most: number): boolean {
  return number === undefined || (Number.isInteger(number) && number >= 0 && number <= most);
}
