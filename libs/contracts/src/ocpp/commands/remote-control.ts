import { Type } from 'typebox';
import { ConnectorId, EvseId, TransactionId, optional, text } from '../../fields.js';
import { IdToken } from '../vocabulary.js';

/** OCPP 2.x functional block F: transactions that are started and stopped remotely, connectors that are unlocked, messages that are asked for. */
export const remoteControl = [
  Type.Object({
    name: Type.Literal('RequestStartTransaction'),
    evseId: optional(EvseId),
    idToken: IdToken,
    remoteStartId: Type.Integer({ minimum: 1 }),
  }),
  Type.Object({ name: Type.Literal('RequestStopTransaction'), transactionId: TransactionId }),
  Type.Object({
    name: Type.Literal('UnlockConnector'),
    evseId: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    connectorId: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  }),
  Type.Object({
    name: Type.Literal('TriggerMessage'),
    message: text(40),
    evseId: optional(EvseId),
    connectorId: optional(ConnectorId),
  }),
] as const;
