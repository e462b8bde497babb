import { Type } from 'typebox';
import { DecimalString, EvseId, TransactionId, optional, text } from '../../fields.js';
import { StationTariff } from '../../station-tariff.js';

/** OCPP 2.x functional blocks I and O: what charging costs, and how it is shown. All about tariffs is of OCPP 2.1 only. */
export const tariffAndCost = [
  /** What a transaction costs so far, or at last, taxes included, in the currency of its tariff. */
  Type.Object({ name: Type.Literal('CostUpdated'), transactionId: TransactionId, totalCost: DecimalString }),
  /** The price at an EVSE, or at all (0), of those who have none of their own. */
  Type.Object({ name: Type.Literal('SetDefaultTariff'), evseId: EvseId, tariff: StationTariff }),
  Type.Object({ name: Type.Literal('GetTariffs'), evseId: EvseId }),
  /** These tariffs, or all; of one EVSE, or of all. */
  Type.Object({
    name: Type.Literal('ClearTariffs'),
    tariffIds: optional(Type.Array(text(60), { minItems: 1, maxItems: 100 })),
    evseId: optional(EvseId),
  }),
  /** The price of a running transaction, from now on. */
  Type.Object({ name: Type.Literal('ChangeTransactionTariff'), transactionId: TransactionId, tariff: StationTariff }),
  /** A text at an EVSE while nobody charges there, in place of the one with this id. */
  Type.Object({
    name: Type.Literal('SetDisplayMessage'),
    messageId: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    evseId: EvseId,
    /** ISO 639-1. */
    language: text(8),
    content: Type.String({ minLength: 1, maxLength: 512 }),
  }),
  Type.Object({
    name: Type.Literal('ClearDisplayMessage'),
    messageId: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
  }),
] as const;
