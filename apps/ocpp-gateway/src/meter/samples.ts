import type { MeterSample, SampledValue, SignedValue } from '@chargemesh/contracts';
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

/** Samples of OCPP 1.6 MeterValue elements; a value that is no number is left out, signed data is kept as it came. */
export function samples16(meterValues: readonly { timestamp: string; sampledValue: readonly Sampled16[] }[] = []) {
  return meterValues.flatMap(({ timestamp, sampledValue }): MeterSample[] => {
    const signed = sampledValue.filter(({ format }) => format === 'SignedData');
    return samplesAt(
      timestamp,
      sampledValue
        .filter(({ format }) => format !== 'SignedData')
        .map((of) => measured(of.value, of, inBaseUnit(of.value, of.measurand || DEFAULT_MEASURAND, of.unit))),
      signed.map(({ value }) => ({ data: value })),
    );
  });
}

/** Samples of OCPP 2.x MeterValueType elements. */
export function samples2(meterValues: readonly { timestamp: string; sampledValue: readonly Sampled2[] }[] = []) {
  return meterValues.flatMap(({ timestamp, sampledValue }): MeterSample[] =>
    samplesAt(
      timestamp,
      sampledValue.map((of) => {
        const { unit, multiplier } = of.unitOfMeasure ?? {};
        const text = String(of.value);
        return measured(text, of, inBaseUnit(text, of.measurand || DEFAULT_MEASURAND, unit, multiplier));
      }),
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

/** An instant as facts carry it: UTC, milliseconds. Stations write offsets and any number of fractional digits. */
export function instant(text: string): string {
  return new Date(text).toISOString();
}

const WORD_LENGTH_MAX = 255;

/** What one sample of a fact holds at most; a station that measured more at one moment has several of them. */
const VALUES_MAX = 200;
const SIGNED_MAX = 50;

function samplesAt(timestamp: string, measured: readonly SampledValue[], signed: readonly SignedValue[]) {
  const at = instant(timestamp);
  const values = measured.filter(({ value }) => Number.isFinite(value));
  const samples: MeterSample[] = [];
  for (let part = 0; part === 0 || part * VALUES_MAX < values.length || part * SIGNED_MAX < signed.length; part++) {
    const own = signed.slice(part * SIGNED_MAX, (part + 1) * SIGNED_MAX);
    samples.push({
      at,
      values: values.slice(part * VALUES_MAX, (part + 1) * VALUES_MAX),
      ...(own.length > 0 ? { signed: own } : {}),
    });
  }
  return samples;
}

function measured(text: string, of: Omit<Sampled16, 'value'>, based: { value: number; unit?: string }): SampledValue {
  const { measurand, phase, location, context } = of;
  return {
    measurand: word(measurand || DEFAULT_MEASURAND),
    // An empty text would count as zero.
    value: text.trim() === '' ? Number.NaN : based.value,
    ...(based.unit === undefined ? {} : { unit: word(based.unit) }),
    ...(phase ? { phase: word(phase) } : {}),
    ...(location ? { location: word(location) } : {}),
    context: word(context || DEFAULT_CONTEXT),
  };
}

/** A word of a station, no longer than facts have room for: what no version knows is kept, and read by nobody. */
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
