import { Injectable } from '@nestjs/common';
import type { CdrIssued, DataOf } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import type { PinnedVat } from '../../price-list/pricing/pin.js';

/** A CDR that counts, with the VAT that its session was pinned to. */
export interface PastCdr {
  readonly issuedAt: Date;
  readonly number: string;
  readonly document: DataOf<typeof CdrIssued>;
  readonly vatPercent: PinnedVat['vatPercent'];
  readonly vatTreatment: PinnedVat['vatTreatment'];
}

@Injectable()
export class PreviewStore {
  /** CDRs of one tariff in the order of issue, after the last one; neither credits nor what they credit. */
  page(
    tx: Transaction,
    operatorId: string,
    tariffId: string,
    { issuedAt, number }: Pick<PastCdr, 'issuedAt' | 'number'>,
    to: Date,
    take: number,
  ): Promise<PastCdr[]> {
    return tx.query<PastCdr>(
      `SELECT c.issued_at AS "issuedAt", c.number, c.document, p.vat_percent AS "vatPercent",
         p.vat_treatment AS "vatTreatment"
       FROM cdrs c JOIN pins p USING (session_id)
       WHERE c.operator_id = $6 AND p.tariff_id = $1 AND (c.issued_at, c.number) > ($2, $3) AND c.issued_at < $4 AND c.kind <> 'credit'
         AND NOT EXISTS (SELECT FROM cdrs credit WHERE credit.credits_cdr_id = c.cdr_id)
       ORDER BY c.issued_at, c.number LIMIT $5`,
      [tariffId, issuedAt, number, to, take, operatorId],
    );
  }
}
