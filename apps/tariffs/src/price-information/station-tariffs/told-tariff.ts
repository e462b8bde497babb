import type { CommandStatus } from '@chargemesh/commands';

/** What became of telling a station a price; `inexpressible` in OCPP 2.1, so that it was not told. */
export type ToldStatus = CommandStatus | 'inexpressible';

/** What a station was told at last of the price at an EVSE, or could not be told. */
export interface ToldTariff {
  readonly stationId: string;
  readonly evseId: number;
  readonly operatorId: string;
  /** Null: it was told that there is no price. */
  readonly tariffId: string | null;
  readonly tariffVersion: number | null;
  /** The tariff's id at the station, which names its content; null where it has none. */
  readonly saidAs: string | null;
  readonly status: ToldStatus;
  /** The station's own words, or what OCPP has none for. */
  readonly detail: string | null;
  readonly commandId: string | null;
  readonly changedAt: Date;
}

/** Ids of other messages are below: those that somebody entered at the station itself. */
const FIRST_MESSAGE = 71_000;
const TEXT = ':text';

/** Of the text on the display of an EVSE. */
export function messageIdOf(evseId: number): number {
  return FIRST_MESSAGE + evseId;
}

/** The name of a text; that of a tariff ends otherwise. */
export function textNamed(tariffId: string, digest: string): string {
  return `${tariffId}:${digest}${TEXT}`;
}

/** Whether a station was given its price as a text to display. */
export function isText(told: Pick<ToldTariff, 'saidAs'> | undefined): boolean {
  return told?.saidAs?.endsWith(TEXT) ?? false;
}

/** Without an answer nobody knows whether the station did it. */
export const LOST: readonly CommandStatus[] = ['timed-out', 'failed', 'unknown'];

/** Nobody knows what it has: it may have the price that was to be taken away, or one that was to be set and is none any more. */
export function mayHavePrice({ status }: Pick<ToldTariff, 'status'>): boolean {
  return LOST.some((lost) => lost === status);
}

/** By station and EVSE. */
export function byEvse(told: readonly ToldTariff[]): Map<string, ToldTariff> {
  return new Map(told.map((one) => [`${one.stationId}/${one.evseId}`, one]));
}
