import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { VatPartyBody, VatPartyParams } from './parties.schema.js';
import { type Sale, type VatParty, type VatTreatment, treatmentOf } from './treatment.decide.js';

export type VatPartyRow = VatPartyParams & VatParty;

/** Of `vat_parties AS t`. */
export const PARTY_COLUMNS = `t.country_code AS "countryCode", t.party_id AS "partyId", t.established_in AS "establishedIn",
  t.vat_number AS "vatNumber", t.dealer AS "isDealer"`;

/** A sale whose parties are looked up. */
export interface AskedSale extends Partial<VatPartyParams> {
  readonly id: string;
  readonly operatorId: string;
  /** Of the charging point, ISO 3166-1 alpha-3. */
  readonly country: string;
  readonly isAdHoc: boolean;
  /** By the clock of the charging point, `2026-01-31`: rates have a day from which they hold. */
  readonly day: string;
}

type Found = Pick<Sale, 'country' | 'hasOwnRate'> & {
  readonly id: string;
  readonly isAdHoc: boolean;
  /** Whether somebody else issued the token. */
  readonly isPartner: boolean | null;
  readonly seller: VatParty | null;
  readonly buyer: VatParty | null;
};

const PARTY = (name: string) => `CASE WHEN ${name}.party_id IS NOT NULL THEN jsonb_build_object(
  'establishedIn', ${name}.established_in, 'vatNumber', ${name}.vat_number, 'isDealer', ${name}.dealer) END`;

/** What the VAT of sales goes by, and what it makes of them. */
@Injectable()
export class VatPartiesStore {
  /** Who owes the VAT of these sales, by id. */
  async treatments(tx: Transaction, sales: readonly AskedSale[]): Promise<Map<string, VatTreatment>> {
    const { from, parameters } = unnest(sales, {
      ...{
        id: 'text',
        operatorId: 'uuid',
        country: 'text',
        isAdHoc: 'boolean',
        day: 'date',
        countryCode: 'text',
        partyId: 'text',
      },
    });
    const found = await tx.query<Found>(
      `SELECT rows.id, rows.country, rows.is_ad_hoc AS "isAdHoc",
         (rows.country_code, rows.party_id) <> (o.country_code, o.party_id) AS "isPartner",
         EXISTS (SELECT FROM vat_rates v WHERE v.operator_id = rows.operator_id AND v.country = rows.country
           AND v.valid_from <= rows.day) AS "hasOwnRate",
         ${PARTY('seller')} AS seller, ${PARTY('buyer')} AS buyer
       FROM ${from} LEFT JOIN known_operators o ON o.operator_id = rows.operator_id
       LEFT JOIN vat_parties seller ON seller.operator_id = rows.operator_id
         AND seller.country_code = o.country_code AND seller.party_id = o.party_id
       LEFT JOIN vat_parties buyer ON buyer.operator_id = rows.operator_id
         AND buyer.country_code = rows.country_code AND buyer.party_id = rows.party_id`,
      parameters,
    );
    return new Map(found.map((row) => [row.id, treatmentOf(saleOf(row))]));
  }

  async find(tx: Transaction, { countryCode, partyId }: VatPartyParams): Promise<VatPartyRow | undefined> {
    const [row] = await tx.query<VatPartyRow>(
      `SELECT ${PARTY_COLUMNS} FROM vat_parties AS t WHERE country_code = $1 AND party_id = $2`,
      [countryCode, partyId],
    );
    return row;
  }

  async save(tx: Transaction, operatorId: string, party: VatPartyParams & VatPartyBody): Promise<void> {
    const { countryCode, partyId, establishedIn, vatNumber = null, dealer } = party;
    await tx.query(
      `INSERT INTO vat_parties (operator_id, country_code, party_id, established_in, vat_number, dealer)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (operator_id, country_code, party_id) DO UPDATE
       SET established_in = EXCLUDED.established_in, vat_number = EXCLUDED.vat_number, dealer = EXCLUDED.dealer`,
      [operatorId, countryCode, partyId, establishedIn, vatNumber, dealer],
    );
  }

  async remove(tx: Transaction, { countryCode, partyId }: VatPartyParams): Promise<void> {
    await tx.query('DELETE FROM vat_parties WHERE country_code = $1 AND party_id = $2', [countryCode, partyId]);
  }
}

function saleOf({ isAdHoc, isPartner, seller, buyer, ...sale }: Found): Sale {
  const kind = isAdHoc ? 'ad-hoc' : isPartner ? 'roaming' : 'own-customer';
  return { ...sale, kind, seller: seller ?? undefined, buyer: buyer ?? undefined };
}
