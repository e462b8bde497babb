import { type Verdict, tellsWhole, verifySession, verifySignedData } from '@chargemesh/signed-data';
import type { VerifyBody } from './signed-data.schema.js';

/** What became of a transaction that one value tells whole. */
type Transaction = Pick<ReturnType<typeof verifySession>, 'result' | 'reason' | 'energyWh'>;

export function verdictOn({ encoding, value, publicKey }: VerifyBody): Verdict & { transaction?: Transaction } {
  const data = { encoding, value };
  const verdict = verifySignedData(data, publicKey);
  if (verdict.result !== 'valid' || !verdict.read || !tellsWhole(verdict.read)) return verdict;
  const { result, reason, energyWh } = verifySession([data], () => publicKey);
  return { ...verdict, transaction: { result, reason, ...(energyWh !== undefined && { energyWh }) } };
}
