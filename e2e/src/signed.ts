import { randomUUID } from 'node:crypto';
import { type RpcPeer, connectStation } from '@chargemesh/ocpp';
import type { StationSpec } from '@chargemesh/station-simulator';

/** A signed value whose every byte tells: blanks, escapes, other scripts and line ends that a careless hand would lose. */
export const ocmf = (reading: string): string =>
  `OCMF|{"FV" : "1.0","GI":"Zähler \\u00e4 ⚡","PG":"T12","RD":[{"TM":"2026-03-02T10:00:00,000+0100 S","RV":${reading},"RU":"kWh"}]}|{"SD":"3046 02"}\r\n\t `;

/** When what is told happened, so many seconds ago. */
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

export interface Charging {
  /** The transaction's id, as the CDR names it. */
  readonly transactionId: string;
  /** Tells a reading of after the end, in Wh, once the bill is out. */
  late(energyWh: number): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Charges 1,000 Wh at a 1.6 station whose meter signs the begin and the end. */
export async function charge16(url: string, station: StationSpec, idTag: string): Promise<Charging> {
  const peer = await online(url, station, 'ocpp1.6');
  await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  const start = await peer.call('StartTransaction', {
    ...{ connectorId: 1, idTag, meterStart: 0, timestamp: ago(600) },
  });
  const { transactionId } = start;
  const sampled = (context: 'Transaction.Begin' | 'Transaction.End', value: string) => ({
    sampledValue: [{ value, format: 'SignedData' as const, context }],
  });
  await peer.call('StopTransaction', {
    ...{ transactionId, meterStop: 1_000, timestamp: ago(60) },
    transactionData: [
      { timestamp: ago(600), ...sampled('Transaction.Begin', ocmf('0.000')) },
      { timestamp: ago(60), ...sampled('Transaction.End', ocmf('1.000')) },
    ],
  });
  const late = (energyWh: number) =>
    peer.call('StopTransaction', { transactionId, meterStop: energyWh, timestamp: ago(30) });
  return { transactionId: String(transactionId), late, close: () => peer.close() };
}

/** What a meter signs of a charging, and the key that the station says it has. */
export interface SignedBy {
  readonly begin: string;
  readonly end: string;
  readonly publicKey?: string;
}

const UNPROVEN: SignedBy = { begin: ocmf('0.000'), end: Buffer.from(ocmf('1.000')).toString('base64') };

/** The same at a 2.0.1 station, which may put its signed value into base64 as well. */
export async function charge201(
  url: string,
  station: StationSpec,
  idToken: string,
  { begin, end, publicKey = '' }: SignedBy = UNPROVEN,
): Promise<Charging> {
  const peer = await online(url, station, 'ocpp2.0.1');
  await peer.call('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } });
  const transactionId = randomUUID();
  const tell = (
    eventType: 'Started' | 'Ended',
    seqNo: number,
    at: string,
    { energyWh, signed }: { energyWh: number; signed?: string },
  ) =>
    peer.call('TransactionEvent', {
      eventType,
      seqNo,
      timestamp: at,
      triggerReason: eventType === 'Started' ? 'Authorized' : 'StopAuthorized',
      transactionInfo: { transactionId },
      ...(eventType === 'Started' ? { idToken: { idToken, type: 'ISO14443' }, evse: { id: 1, connectorId: 1 } } : {}),
      meterValue: [
        {
          timestamp: at,
          sampledValue: [
            {
              ...{ value: energyWh, measurand: 'Energy.Active.Import.Register' },
              context: eventType === 'Started' ? 'Transaction.Begin' : 'Transaction.End',
              ...(signed === undefined
                ? {}
                : {
                    signedMeterValue: {
                      ...{ signedMeterData: signed, signingMethod: '', encodingMethod: 'OCMF', publicKey },
                    },
                  }),
            },
          ],
        },
      ],
    });
  await tell('Started', 0, ago(600), { energyWh: 0, signed: begin });
  await tell('Ended', 1, ago(60), { energyWh: 1_000, signed: end });
  const late = (energyWh: number) => tell('Ended', 2, ago(30), { energyWh });
  return { transactionId, late, close: () => peer.close() };
}

function online<V extends 'ocpp1.6' | 'ocpp2.0.1'>(
  url: string,
  { id, password }: StationSpec,
  version: V,
): Promise<RpcPeer<V>> {
  const answer = () => Promise.resolve({});
  return connectStation({ url, stationId: id, version, answer, ...(password === undefined ? {} : { password }) });
}
