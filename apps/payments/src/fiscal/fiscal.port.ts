import type { ReceiptDocument } from '../receipts/receipt.document.js';
import type { Registration } from './registration.js';

/** The fiscal systems that receipts can be registered with. */
export const FISCAL_SYSTEMS = ['fiskaly-sign-at'] as const;
export type FiscalSystemName = (typeof FISCAL_SYSTEMS)[number];

export function isFiscalSystem(name: string): name is FiscalSystemName {
  return FISCAL_SYSTEMS.some((one) => one === name);
}

/** What an operator has at a fiscal system, with its secret. */
export interface FiscalAccess {
  /** Of the operator's register there: a till, a device, a place of business. */
  readonly register: string;
  readonly secret: string;
}

/** A receipt or credit note as it was issued. */
export interface FiscalReceipt {
  /** The same in every attempt: what is registered under it already is answered, and not registered again. */
  readonly receiptId: string;
  readonly document: ReceiptDocument;
}

/** It would refuse the same again: a person has to look. Any other error is tried again. */
export class FiscalRefused extends Error {
  override readonly name = 'FiscalRefused';
}

/** The account is wrong, so that nothing was registered: it is tried again, by the account as it is then. */
export class FiscalAccountRefused extends Error {
  override readonly name = 'FiscalAccountRefused';
}

/** A system that signs or registers sales for the tax authorities of a country. */
export interface FiscalSystem {
  readonly name: FiscalSystemName;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  /** Once, however often it is asked. @throws FiscalRefused, FiscalAccountRefused */
  register(receipt: FiscalReceipt, access: FiscalAccess, signal: AbortSignal): Promise<Registration>;
}
