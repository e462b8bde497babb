import { type Fields, isObject, present, textIn } from './fields.js';

/** One reading of a register, with everything that it takes over from the reading before it. */
export interface SignedReading {
  /** RFC 3339 with the offset that the meter wrote; absent when the time is not readable. */
  readonly at?: string;
  readonly timeStatus?: TimeStatus;
  /** Why the register was read: `B` begin, `C` charging, `X` exception, `E L R A P` end, `S` suspended, `T` tariff. */
  readonly transaction?: string;
  /** The register as the meter wrote it, with all its digits. */
  readonly value?: string;
  readonly unit?: string;
  /** Which register it is. */
  readonly obis?: string;
  readonly currentType?: string;
  /** Energy that loss compensation has taken off since the begin, in the same unit. */
  readonly cumulatedLoss?: string;
  /** What must not be billed: `E` energy, `t` time. */
  readonly errorFlags?: string;
  /** Status of the meter: `G` is good. */
  readonly status?: string;
}

export type TimeStatus = 'unknown' | 'informative' | 'synchronized' | 'relative';

const TIME_STATUS: Readonly<Record<string, TimeStatus>> = {
  U: 'unknown',
  I: 'informative',
  S: 'synchronized',
  R: 'relative',
};

/** A day of readings every minute and a half. */
const READINGS_MAX = 1_000;
/** OCMF: what is as in the reading before is left out. */
const INHERITED = ['TM', 'TX', 'RV', 'RI', 'RU', 'RT', 'EF', 'ST'] as const;
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(?:(Z)|([+-]\d{2}):?(\d{2}))(?:\s+([A-Z]))?$/i;

/** undefined when it is no list of objects of a bounded length. */
export function readingsOf(list: unknown): SignedReading[] | undefined {
  if (!Array.isArray(list) || list.length === 0 || list.length > READINGS_MAX) return undefined;
  let last: Fields = {};
  const readings: SignedReading[] = [];
  for (const own of list as unknown[]) {
    if (!isObject(own)) return undefined;
    last = { ...inheritedFrom(last), ...own };
    readings.push(readingOf(last));
  }
  return readings;
}

function inheritedFrom(fields: Fields): Fields {
  return Object.fromEntries(INHERITED.map((name) => [name, fields[name]]));
}

function readingOf(fields: Fields): SignedReading {
  return present({
    ...timeOf(textIn(fields, 'TM')?.trim() ?? ''),
    transaction: textIn(fields, 'TX')?.trim(),
    value: textIn(fields, 'RV')?.trim(),
    unit: textIn(fields, 'RU')?.trim(),
    obis: textIn(fields, 'RI')?.trim(),
    currentType: textIn(fields, 'RT')?.trim(),
    cumulatedLoss: textIn(fields, 'CL')?.trim(),
    errorFlags: textIn(fields, 'EF')?.trim(),
    status: textIn(fields, 'ST')?.trim(),
  });
}

/** `2018-07-24T13:22:04,000+0200 S` */
function timeOf(text: string): Pick<SignedReading, 'at' | 'timeStatus'> {
  const [, seconds, fraction = '000', zulu, hours, minutes, status] = TIME.exec(text) ?? [];
  const timeStatus = status === undefined ? undefined : TIME_STATUS[status.toUpperCase()];
  const at = `${seconds}.${fraction}${zulu ? 'Z' : `${hours}:${minutes}`}`;
  return Number.isNaN(Date.parse(at)) ? {} : { at, timeStatus };
}
