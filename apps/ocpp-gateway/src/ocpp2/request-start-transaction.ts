import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x F01, F02. */
export const requestStartTransaction: ToStation2<'RequestStartTransaction', 'RequestStartTransaction'> = {
  command: 'RequestStartTransaction',
  requests: ({ evseId, idToken, remoteStartId }) => [
    { ...(evseId ? { evseId } : {}), idToken: kindOf(idToken), remoteStartId },
  ],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode),
};

type Kind = 'Central' | 'eMAID' | 'ISO14443' | 'ISO15693' | 'KeyCode' | 'Local' | 'MacAddress' | 'NoAuthorization';
const KINDS: ReadonlySet<string> = new Set<Kind>([
  'Central',
  'eMAID',
  'ISO14443',
  'ISO15693',
  'KeyCode',
  'Local',
  'MacAddress',
  'NoAuthorization',
]);

/** A kind that 2.0.1 does not know is one that the platform made up: `Central`. */
function kindOf({ value, type }: { value: string; type: string }): { idToken: string; type: Kind } {
  return { idToken: value, type: KINDS.has(type) ? (type as Kind) : 'Central' };
}
