import type { SignedValue, StationEvent } from '@chargemesh/contracts';
import { canonicalKey } from '@chargemesh/signed-data';
import type { MeterKey } from './meter-key.entity.js';

/** A key that a station says is its meter's. */
export interface SaidKey {
  readonly stationId: string;
  /** 0 when it names none. */
  readonly evseId: number;
  /** SubjectPublicKeyInfo in hex. */
  readonly publicKey: string;
  readonly at: Date;
}

/** So many keys a station can bring here at most; one that makes up new ones is not heard any more. */
const KEYS_PER_STATION = 50;
/** A meter has one; more beside the values of one message are not read. */
const KEYS_PER_EVENT = 5;

/** OCPP 2.x names the key in the device model; 1.6 stations in configuration keys, one per connector. */
const VARIABLES: readonly RegExp[] = [
  /^FiscalMetering PublicKey$/i,
  /^Configuration MeterPublicKey(?:\[?(\d{1,6})\]?)?$/i,
];

/** The keys that stations say in reports and beside signed values, each once. */
export function saidKeys(events: readonly StationEvent[]): SaidKey[] {
  const said = new Map<string, SaidKey>();
  for (const event of events) {
    for (const { evseId, text } of textsIn(event)) {
      const publicKey = canonicalKey(text);
      const { stationId, receivedAt } = event.data;
      const key = `${stationId}/${evseId}/${publicKey}`;
      if (publicKey !== undefined && !said.has(key))
        said.set(key, { stationId, evseId, publicKey, at: new Date(receivedAt) });
    }
  }
  return [...said.values()];
}

function textsIn(event: StationEvent): { evseId: number; text: string }[] {
  switch (event.type) {
    case 'report-data-received':
      return event.data.variables.flatMap(({ component, variable, evseId, value }) => {
        const named = VARIABLES.flatMap((pattern) => pattern.exec(`${component} ${variable}`) ?? []);
        return named.length > 0 && value ? [{ evseId: evseId ?? Number(named[1] ?? 0), text: value }] : [];
      });
    case 'transaction-started':
    case 'transaction-ended': {
      const { samples, evseId = 0 } = event.data;
      const texts = samples.flatMap(({ signed = [] }) => signed.flatMap((value) => keyBeside(value) ?? []));
      return [...new Set(texts)].slice(0, KEYS_PER_EVENT).map((text) => ({ evseId, text }));
    }
    default:
      return [];
  }
}

/** 2.x has a member for it; 1.6 stations put the same object, as JSON, into the text of the value. */
function keyBeside({ data, publicKey }: SignedValue): string | undefined {
  if (publicKey !== undefined || !/^\s*\{/.test(data)) return publicKey;
  try {
    const { publicKey: wrapped } = JSON.parse(data) as { publicKey?: unknown };
    return typeof wrapped === 'string' && wrapped !== '' ? wrapped : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What stations teach about their keys: the first key of a meter is trusted on first use, another one afterwards is
 * refused and kept to be looked at. A key that is known, in use or not, is nothing new.
 * @param known all keys of the stations
 */
export function learned(
  known: readonly MeterKey[],
  said: readonly SaidKey[],
  operatorOf: (stationId: string) => string | undefined,
  newId: () => string,
): MeterKey[] {
  const keys = [...known];
  for (const { stationId, evseId, publicKey, at } of said) {
    const operatorId = operatorOf(stationId);
    const own = keys.filter((key) => key.stationId === stationId);
    const concerned = own.filter((key) => evseId === 0 || key.evseId === 0 || key.evseId === evseId);
    if (operatorId === undefined || own.length >= KEYS_PER_STATION) continue;
    if (concerned.some((key) => key.publicKey === publicKey)) continue;
    const status = concerned.some((key) => key.status === 'active') ? 'refused' : 'active';
    keys.push({
      ...{ meterKeyId: newId(), operatorId, version: 1, stationId, evseId, meterSerial: '' },
      ...{ publicKey, trust: 'first-use', status, seenAt: at },
    });
  }
  return keys.slice(known.length);
}
