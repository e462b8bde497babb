import { CHARGED_WH } from '../transactions/billed-from.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { STANDBY_W } from './registers-around.js';

/** A register that is named for the begin or the end, and the moment of that. */
interface NamedRegister {
  readonly wh: number | null;
  readonly at: Date;
}

/** Begin and end as they are named, and what the connector delivers in W. */
interface NamedRegisters {
  readonly begin: NamedRegister;
  readonly end: NamedRegister;
  readonly maxW: number;
}

/** Less than a cent: one way to tell a register rounds it, or is some seconds old. */
const ROUNDED_WH = 10;

/**
 * The reading or, where it lies below the begin or above the end by no more than may have flowed between it and that, the
 * register which is named: it contradicts nothing. A register of 0 may not have been read.
 */
export function asNamed(register: number, at: Date, { begin, end, maxW }: NamedRegisters): number {
  const beforeMs = begin.at.getTime() - at.getTime();
  const afterMs = at.getTime() - end.at.getTime();
  const isBegin = begin.wh !== null && register < begin.wh && register !== 0;
  if (isBegin && begin.wh - register <= possibleWh(beforeMs, maxW)) return begin.wh;
  const isEnd = end.wh !== null && register > end.wh;
  return isEnd && register - end.wh <= possibleWh(afterMs, maxW) ? end.wh : register;
}

/** Within a minute what the connector delivers, outside the session what the station itself uses, and never what is charging. */
function possibleWh(outsideMs: number, maxW: number): number {
  const isNear = Math.abs(outsideMs) <= CLOCKS_APART_MS;
  const flowedWh = (isNear ? maxW * Math.abs(outsideMs) : STANDBY_W * Math.max(0, outsideMs)) / MS_PER_HOUR;
  return Math.min(CHARGED_WH, ROUNDED_WH + flowedWh);
}
