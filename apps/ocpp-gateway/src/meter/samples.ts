import type { MeterSample, SampledValue, SignedValue, UnreadValue } from '@chargemesh/contracts';
import { type MaybePromise, flatMapInSlices } from '@chargemesh/ocpp';
import { inBaseUnit } from './units.js';

const DEFAULT_MEASURAND = 'Energy.Active.Import.Register';
const DEFAULT_CONTEXT = 'Sample.Periodic';

/** An OCPP 1.6 SampledValue: values are text, and signed ones are told apart by their format. */
interface Sampled16 {
  value: string;
  context?: string;
  format?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unit?: string;
}

/** What all OCPP 2.x versions say of a sampled value. */
interface Sampled2 {
  value: number;
  context?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  signedMeterValue?: { signedMeterData: string; signingMethod?: string; encodingMethod?: string; publicKey?: string };
  unitOfMeasure?: { unit?: string; multiplier?: number };
}

/** Samples of OCPP 1.6 MeterValue elements; a value that is no number is kept as text, signed data byte for byte. */
export function samples16(
  meterValues: readonly { timestamp: string; sampledValue: readonly Sampled16[] }[] = [],
): MaybePromise<MeterSample[]> {
  return flatMapInSlices(meterValues, ({ timestamp, sampledValue }) => {
    const signed = sampledValue.filter(({ format }) => format === 'SignedData');
    return samplesAt(
      timestamp,
      sampledValue.filter(({ format }) => format !== 'SignedData').map((of) => measured(of.value, of, of.unit)),
      signed.map(({ value }) => ({ data: value })),
    );
  });
}

/** Samples of OCPP 2.x MeterValueType elements. */
export function samples2(
  meterValues: readonly { timestamp: string; sampledValue: readonly Sampled2[] }[] = [],
): MaybePromise<MeterSample[]> {
  return flatMapInSlices(meterValues, ({ timestamp, sampledValue }) =>
    samplesAt(
      timestamp,
      sampledValue.map((of) => measured(String(of.value), of, of.unitOfMeasure?.unit, of.unitOfMeasure?.multiplier)),
      sampledValue.flatMap(({ signedMeterValue: signed }) => (signed ? [signature(signed)] : [])),
    ),
  );
}

/** The energy register at the moment a 1.6 transaction began or ended, which it reports beside its samples. */
export function registerSample(at: string, wattHours: number, context: 'Transaction.Begin' | 'Transaction.End') {
  return {
    at,
    values: [{ measurand: DEFAULT_MEASURAND, value: wattHours, unit: 'Wh', context }],
  } satisfies MeterSample;
}

/** The form that events carry, of a day that every month has: returned as it is, without parsing. */
const CANONICAL_INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** An instant as events carry it: UTC, milliseconds. Stations write offsets and any number of fractional digits. */
export function instant(text: string): string {
  return CANONICAL_INSTANT.test(text) ? text : new Date(text).toISOString();
}

const WORD_LENGTH_MAX = 255;

/** The size of one sample; a station that measured more at one moment gets several. */
const VALUES_MAX = 200;
const SIGNED_MAX = 50;

function samplesAt(timestamp: string, measured: readonly Measured[], signed: readonly SignedValue[]) {
  const at = instant(timestamp);
  const values = measured.filter((value) => 'value' in value);
  const unread = measured.filter((value) => 'written' in value && value.written !== '') as UnreadValue[];
  const parts = Math.max(
    ...[1, values.length / VALUES_MAX, unread.length / VALUES_MAX, signed.length / SIGNED_MAX].map(Math.ceil),
  );
  return Array.from({ length: parts }, (_, part): MeterSample => {
    const own = <T>(all: readonly T[], most: number): T[] => all.slice(part * most, (part + 1) * most);
    const [signatures, doubtful] = [own(signed, SIGNED_MAX), own(unread, VALUES_MAX)];
    return {
      at,
      values: own(values, VALUES_MAX),
      ...(signatures.length > 0 ? { signed: signatures } : {}),
      ...(doubtful.length > 0 ? { unread: doubtful } : {}),
    };
  });
}

type Measured = SampledValue | UnreadValue;

function measured(text: string, of: Omit<Sampled16, 'value' | 'unit'>, said?: string, multiplier = 0): Measured {
  const { measurand, phase, location, context } = of;
  const { value, unit } = inBaseUnit(text, measurand || DEFAULT_MEASURAND, said, multiplier);
  // An empty text would count as zero.
  const isRead = text.trim() !== '' && Number.isFinite(value);
  const shownUnit = isRead ? unit : `${said ?? ''}${multiplier === 0 ? '' : ` × 10^${multiplier}`}`;
  const shown = word(measurand || DEFAULT_MEASURAND);
  // Member by member, in the order that digests of samples know: a message has many values.
  const sampled: Measured = isRead ? { measurand: shown, value } : { measurand: shown, written: word(text.trim()) };
  if (shownUnit) sampled.unit = word(shownUnit);
  if (phase) sampled.phase = word(phase);
  if (location) sampled.location = word(location);
  sampled.context = word(context || DEFAULT_CONTEXT);
  return sampled;
}

/** A station's text, cut to the length that events allow. */
function word(text: string): string {
  return text.length <= WORD_LENGTH_MAX ? text : text.slice(0, WORD_LENGTH_MAX).toWellFormed();
}

function signature(signed: NonNullable<Sampled2['signedMeterValue']>): SignedValue {
  const { signedMeterData: data, encodingMethod: encoding, signingMethod: method, publicKey } = signed;
  return {
    data,
    ...(encoding ? { encoding } : {}),
    ...(method ? { method } : {}),
    ...(publicKey ? { publicKey } : {}),
  };
}
