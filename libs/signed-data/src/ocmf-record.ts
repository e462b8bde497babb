import { isObject, parseFields, present, textIn, type Fields } from './fields.js';
import { type SignedReading, readingsOf } from './ocmf-readings.js';
import type { Reason } from './reasons.js';

/** What a signed value says, in words. Members that it does not say are absent; all texts are as the meter wrote them. */
export interface OcmfRecord {
  readonly formatVersion?: string;
  readonly gateway: Device;
  readonly meter: Device;
  /** Context `T` is a transaction, `F` a reading without one; each counts for itself, without gaps. */
  readonly pagination?: { readonly context: 'T' | 'F'; readonly number: string };
  readonly user: User;
  readonly chargePoint: { readonly type?: string; readonly id?: string };
  readonly tariffText?: string;
  readonly controllerFirmware?: string;
  readonly lossCompensation?: LossCompensation;
  readonly readings: readonly SignedReading[];
}

export interface Device {
  readonly vendor?: string;
  readonly model?: string;
  readonly serial?: string;
  readonly firmware?: string;
}

/** Who charges, and how well the meter knows. */
export interface User {
  readonly assigned?: boolean;
  readonly level?: string;
  readonly flags?: readonly string[];
  readonly type?: string;
  readonly id?: string;
}

/** The resistance of the cable whose losses the meter takes off. */
export interface LossCompensation {
  readonly name?: string;
  readonly id?: string;
  readonly resistance?: string;
  readonly unit?: string;
}

const FLAGS_MAX = 16;

export function recordOf(payload: Buffer): OcmfRecord | Reason {
  const fields = parseFields(payload);
  if (!fields) return 'payload-not-json';
  const formatVersion = textIn(fields, 'FV');
  if (formatVersion !== undefined && !/^\s*[01](\.\d{1,3}){0,2}\s*$/.test(formatVersion))
    return 'version-not-supported';
  const readings = readingsOf(fields.RD);
  if (!readings) return 'readings-missing';
  return {
    ...present({
      formatVersion,
      pagination: paginationOf(textIn(fields, 'PG')),
      tariffText: textIn(fields, 'TT'),
      controllerFirmware: textIn(fields, 'CF'),
      lossCompensation: lossCompensationOf(fields.LC),
    }),
    gateway: present({ model: textIn(fields, 'GI'), serial: textIn(fields, 'GS'), firmware: textIn(fields, 'GV') }),
    meter: meterOf(fields),
    user: userOf(fields),
    chargePoint: present({ type: textIn(fields, 'CT'), id: textIn(fields, 'CI') }),
    readings,
  };
}

function paginationOf(text: string | undefined): OcmfRecord['pagination'] {
  const [, context, number] = /^\s*([TF])\s*(\d{1,20})\s*$/.exec(text ?? '') ?? [];
  if (number === undefined) return undefined;
  return { context: context === 'F' ? 'F' : 'T', number };
}

function meterOf(fields: Fields): Device {
  const [vendor, model] = [textIn(fields, 'MV'), textIn(fields, 'MM')];
  return present({ vendor, model, serial: textIn(fields, 'MS'), firmware: textIn(fields, 'MF') });
}

function userOf(fields: Fields): User {
  const flags = Array.isArray(fields.IF) ? fields.IF.slice(0, FLAGS_MAX).map(String) : undefined;
  const assigned = typeof fields.IS === 'boolean' ? fields.IS : undefined;
  const level = textIn(fields, 'IL');
  return present({ assigned, level, flags, type: textIn(fields, 'IT'), id: textIn(fields, 'ID') });
}

function lossCompensationOf(value: unknown): LossCompensation | undefined {
  if (!isObject(value)) return undefined;
  const [name, id] = [textIn(value, 'LN'), textIn(value, 'LI')];
  return present({ name, id, resistance: textIn(value, 'LR'), unit: textIn(value, 'LU') });
}
