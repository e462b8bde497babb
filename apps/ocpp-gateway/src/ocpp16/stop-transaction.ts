import { type EventOf, type MeterSample, TransactionEnded, TransactionUpdated, newEvent } from '@chargemesh/contracts';
import { digestOf, instant, registerSample, samples16 } from '../meter/samples.js';
import {
  type Call,
  type FromStation,
  Nonsense,
  type Quarantined,
  about,
  onConnection,
  present,
} from '../station/call.js';
import { idTagInfo, idToken } from './id-tag.js';

/** What a 1.6 stop reason is in OCPP 2.x: the reason, and what triggered the event. */
const REASON: Readonly<Record<string, readonly [reason: string, trigger: string]>> = {
  DeAuthorized: ['DeAuthorized', 'Deauthorized'],
  EmergencyStop: ['EmergencyStop', 'AbnormalCondition'],
  EVDisconnected: ['EVDisconnected', 'EVDeparted'],
  HardReset: ['ImmediateReset', 'ResetCommand'],
  Local: ['Local', 'StopAuthorized'],
  Other: ['Other', 'AbnormalCondition'],
  PowerLoss: ['PowerLoss', 'AbnormalCondition'],
  Reboot: ['Reboot', 'AbnormalCondition'],
  Remote: ['Remote', 'RemoteStop'],
  SoftReset: ['ImmediateReset', 'ResetCommand'],
  UnlockCommand: ['Other', 'UnlockCommand'],
};
const OTHER = ['Other', 'AbnormalCondition'] as const;

/** As many samples as one fact carries at ease; a day of them may come with a stop. */
const SAMPLES_PER_FACT = 1_000;

/** OCPP 1.6 §4.10. The transaction's data may come again with the stop; equal samples are equal facts for the readers. */
export const stopTransaction: FromStation<'ocpp1.6', 'StopTransaction'> = async (request, call, abilities) => {
  // A station that never got an id for its start says -1 (errata 3.18): which start is meant, nobody knows.
  if (request.transactionId < 1) throw new Nonsense(`transaction ${request.transactionId} was never given out`);
  const transactionId = String(request.transactionId);
  const at = instant(request.timestamp);
  const token = idToken(request.idTag ?? '');
  const authorization = token && (await abilities.authorize(call, { idToken: token, transactionId }));
  // Without a reason it was stopped at the station (errata 2.6).
  const [stoppedReason, trigger] = REASON[request.reason ?? 'Local'] ?? OTHER;
  const samples = samples16(request.transactionData);
  const early = samples.slice(0, -SAMPLES_PER_FACT);
  const ended = {
    ...onConnection(call),
    transactionId,
    at,
    offline: false,
    trigger,
    idToken: token,
    authorization: authorization && { status: authorization.status, by: authorization.by },
    stoppedReason,
    samples: [...samples.slice(early.length), registerSample(at, request.meterStop, 'Transaction.End')],
  };
  await abilities.tell([
    ...updates(call, transactionId, early),
    newEvent(TransactionEnded, { ...about(call), time: at, data: present(ended) }),
  ]);
  return authorization ? { idTagInfo: idTagInfo(authorization) } : {};
};

/** The answer to a stop says nothing that a station could miss. */
export const stopQuarantined: Quarantined<'ocpp1.6', 'StopTransaction'> = () => Promise.resolve({});

function updates(call: Call, transactionId: string, samples: readonly MeterSample[]) {
  const facts: EventOf<typeof TransactionUpdated>[] = [];
  for (let first = 0; first < samples.length; first += SAMPLES_PER_FACT) {
    const part = samples.slice(first, first + SAMPLES_PER_FACT);
    const at = (part.at(-1) as MeterSample).at;
    const data = { ...onConnection(call), transactionId, digest: digestOf(part), at, offline: false, samples: part };
    facts.push(
      newEvent(TransactionUpdated, { ...about(call), time: at, data: { ...data, trigger: 'MeterValuePeriodic' } }),
    );
  }
  return facts;
}
