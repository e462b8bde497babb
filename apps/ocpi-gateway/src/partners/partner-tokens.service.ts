import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, SecretHasher } from '@chargemesh/service';
import type { Partner } from './partner.entity.js';
import { type TokenKind, PartnerTokensStore, type TokenRow } from './partner-tokens.store.js';
import { PartnersStore } from './partners.store.js';

const TOKEN_BYTES = 32;
/** A partner whose answer got lost still has the token of before, and tries again with it. */
const RENEWED_FOR_MS = 3_600_000;

type Key = Pick<Partner, 'operatorId' | 'partnerId'>;

/** Who comes in, and by what. */
export interface Visitor {
  readonly partner: Partner;
  readonly token: { readonly said: string; readonly kind: TokenKind };
}

/** The tokens by which partners come in. They are kept as hashes: nobody but their partner ever sees one again. */
@Injectable()
export class PartnerTokens {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly hasher: SecretHasher,
    private readonly store: PartnerTokensStore,
    private readonly partners: PartnersStore,
  ) {}

  /** Makes the partner's only token: all others are dead at once. */
  async replace(tx: Transaction, key: Key, kind: TokenKind): Promise<string> {
    await this.store.removeAll(tx, key);
    return this.add(tx, key, kind);
  }

  /** Makes a token beside the ones before, which are good until it is used, or for an hour. An invitation is dead at once. */
  async renew(tx: Transaction, key: Key): Promise<string> {
    const token = await this.add(tx, key, 'access');
    await this.endOlder(tx, key, token);
    return token;
  }

  /** Only this token goes on; those before it are good until it is used, or for an hour. An invitation is dead at once. */
  async endOlder(tx: Transaction, key: Key, token: string): Promise<void> {
    const now = this.clock.now();
    const goodUntil = new Date(now.getTime() + RENEWED_FOR_MS);
    await this.store.end(tx, key, this.hasher.hashesOf(token), { now, goodUntil });
  }

  /** Makes an invitation in place of the one before. */
  async invite(tx: Transaction, key: Key): Promise<string> {
    await this.store.removeInvitations(tx, key);
    return this.add(tx, key, 'invitation');
  }

  /** Makes a token beside all others. */
  async add(tx: Transaction, { operatorId, partnerId }: Key, kind: TokenKind): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await this.store.add(tx, { hash: this.hasher.hash(token), operatorId, partnerId, kind });
    return token;
  }

  /** The token is dead at once. */
  async remove(tx: Transaction, token: string): Promise<void> {
    for (const hash of this.hasher.hashesOf(token)) await this.store.remove(tx, hash);
  }

  async removeAll(tx: Transaction, key: Key): Promise<void> {
    await this.store.removeAll(tx, key);
  }

  /** Whose one of these tokens is. */
  identify(said: readonly string[]): Promise<Visitor | undefined> {
    const hashes = said.flatMap((token) => this.hasher.hashesOf(token).map((hash) => ({ token, hash })));
    return this.database.transaction([], async (tx) => {
      const rows = await this.store.find(
        tx,
        hashes.map(({ hash }) => hash),
      );
      for (const row of rows.filter((found) => this.isGood(found))) {
        const match = hashes.find(({ hash }) => this.hasher.equal(hash, row.hash));
        if (match) return this.visitor(tx, row, match.token);
      }
      return undefined;
    });
  }

  private isGood({ goodUntil }: TokenRow): boolean {
    return goodUntil === null || goodUntil > this.clock.now();
  }

  private async visitor(tx: Transaction, row: TokenRow, said: string): Promise<Visitor | undefined> {
    await tx.see([row.operatorId]);
    if (row.goodUntil === null) await this.store.removeRenewed(tx, row);
    const partner = await this.partners.find(tx, row.partnerId);
    return partner ? { partner, token: { said, kind: row.kind } } : undefined;
  }
}
