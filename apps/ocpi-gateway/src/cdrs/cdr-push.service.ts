import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type VersionNumber, readAnswer } from '@chargemesh/ocpi';
import type { HttpAnswer } from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { KnownOperators } from '@chargemesh/service';
import {
  type CallKind,
  type CallRequest,
  type NotSent,
  type PartnerCallInHand,
  addressOf,
} from '../calls/partner-call.js';
import { PartnerCalls } from '../calls/partner-calls.service.js';
import type { Connection } from '../connections/connection.js';
import { PartnersStore } from '../partners/partners.store.js';
import { objectOf } from './cdr-object.js';
import type { StoredCdr } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';

const KIND = 'cdr';
/** Partners refuse CDRs that are older. */
const MAX_AGE_MS = 90 * 86_400_000;
const IS_THERE = /\balready\s+(been\s+)?(exists?|known|stored|received|present)\b|\bduplicated?\b/i;

/** A CDR that can be told now. */
export interface Told extends Pick<StoredCdr, 'operatorId' | 'cdrId' | 'cdr'> {
  /** In which it could not be told before. */
  readonly versions: readonly VersionNumber[];
  /** Whether it could not in any. */
  readonly isNew: boolean;
}

/**
 * Sends CDRs to the partner whose token was charged on, and to nobody else. OCPI 2.2.1 and 2.3.0, mod_cdrs, "Receiver
 * Interface", POST.
 */
@Injectable()
export class CdrPush implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly operators: KnownOperators,
    private readonly calls: PartnerCalls,
    private readonly partners: PartnersStore,
    private readonly store: CdrsStore,
  ) {}

  onModuleInit(): void {
    const kind: CallKind = {
      module: 'cdrs',
      maxAgeMs: MAX_AGE_MS,
      request: (call, connection) => this.request(call, connection),
      isRepeated,
    };
    this.calls.define(KIND, kind);
  }

  /**
   * Durable with the transaction; to be called once in it. Partners that have been connected and are not get theirs when they
   * register anew; those that never were read by themselves. Who has had it in another version is not sent it again.
   */
  async add(tx: Transaction, cdrs: readonly Told[]): Promise<void> {
    const owners = cdrs.map(({ operatorId, cdr: { token } }) => ({ ...token, operatorId }));
    const partners = await this.partners.receiversOf(tx, owners);
    const calls = cdrs.flatMap(({ operatorId, cdrId: objectId, cdr, versions, isNew }, index) =>
      // A CDR, what takes it back, and what comes in its place arrive in this order.
      (partners[index] ?? [])
        .filter(({ version }) => (version === null ? isNew : versions.includes(version)))
        .map(({ partnerId }) => {
          return { operatorId, partnerId, kind: KIND, objectId, orderKey: `cdrs of ${cdr.sessionId}` };
        }),
    );
    if (calls.length > 0) await this.calls.add(tx, calls);
  }

  private async request(call: PartnerCallInHand, connection: Connection): Promise<CallRequest | NotSent> {
    const url = addressOf(connection, { module: 'cdrs' }, []);
    if (url === undefined) return { notSent: 'the partner has no receiver of CDRs' };
    const { operatorId, objectId: cdrId, partnerId } = call;
    const { version } = connection;
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    const row = await this.database.transaction([operatorId], async (tx) => {
      const partner = await this.partners.find(tx, partnerId);
      return partner ? this.store.find(tx, partner, version, cdrId) : undefined;
    });
    if (!row) return { notSent: `the CDR is not told to this partner in ${version}` };
    // To a hub itself it would be for all behind it.
    const { countryCode, partyId } = row.cdr.token;
    return { method: 'POST', url, to: { countryCode, partyId }, body: objectOf(row, cpo, version) };
  }
}

/** A CDR never changes, so one that was stored before is the same. OCPI has no status code for it. */
export function isRepeated(answer: Pick<HttpAnswer, 'status' | 'body'>): boolean {
  const read = readAnswer(answer);
  return answer.status === 409 || ('failed' in read && IS_THERE.test(read.failed));
}
