import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, SecretHasher } from '@chargemesh/service';
import type { Partner } from './partner.entity.js';
import { type TokenKind, PartnerTokensStore, type TokenRow } from './partner-tokens.store.js';
import { PartnersStore } from './partners.store.js';

const TOKEN_BYTES = 32;
/** A partner whose answer got lost still has the token of before, and tries again with it. */
const GOES_AFTER_MS = 3_600_000;

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
  async only(tx: Transaction, key: Key, kind: 'invitation' | 'access'): Promise<string> {
    await this.store.removeAll(tx, key);
    return this.add(tx, key, kind, null);
  }

  /** Makes an invitation in place of the one before; what else the partner has stays good. */
  async invite(tx: Transaction, key: Key): Promise<string> {
    await this.store.removeInvitations(tx, key);
    return this.add(tx, key, 'invitation', null);
  }

  /** Makes the partner's token anew: what it has used so far is good until it uses this one, or for an hour. */
  async renew(tx: Transaction, key: Key): Promise<string> {
    await this.store.replace(tx, key, this.inAnHour());
    return this.add(tx, key, 'access', null);
  }

  /** Makes a token that the partner is told of; it is good already, since it reads us before it answers. */
  propose(tx: Transaction, key: Key): Promise<string> {
    return this.add(tx, key, 'proposed', this.inAnHour());
  }

  /** The partner has taken what was proposed. */
  async accept(tx: Transaction, key: Key, token: string): Promise<void> {
    await this.take(tx, key, this.hasher.hashesOf(token));
  }

  /** The partner has refused what was proposed. */
  async withdraw(tx: Transaction, token: string): Promise<void> {
    await this.store.remove(tx, this.hasher.hashesOf(token));
  }

  async removeAll(tx: Transaction, key: Key): Promise<void> {
    await this.store.removeAll(tx, key);
  }

  /** Whose one of these tokens is. */
  identify(said: readonly string[]): Promise<Visitor | undefined> {
    return this.database.transaction([], async (tx) => {
      const found = await this.find(tx, said);
      if (!found) return undefined;
      const { row, token } = found;
      await tx.see([row.operatorId]);
      if (row.kind === 'proposed') await this.take(tx, row, [row.hash]);
      else if (row.kind === 'access' && row.hasGoing) await this.store.removeReplaced(tx, row);
      const partner = await this.partners.find(tx, row.partnerId);
      return partner ? { partner, token: { said: token, kind: row.kind } } : undefined;
    });
  }

  /** Whether it still lets in who came in by it. */
  async isGood(tx: Transaction, token: string): Promise<boolean> {
    return (await this.find(tx, [token])) !== undefined;
  }

  private async find(tx: Transaction, said: readonly string[]): Promise<{ row: TokenRow; token: string } | undefined> {
    const hashes = said.flatMap((token) => this.hasher.hashesOf(token).map((hash) => ({ token, hash })));
    const rows = await this.store.find(
      tx,
      hashes.map(({ hash }) => hash),
    );
    const now = this.clock.now();
    for (const row of rows.filter(({ goodUntil }) => goodUntil === null || goodUntil > now)) {
      const match = hashes.find(({ hash }) => this.hasher.equal(hash, row.hash));
      if (match) return { row, token: match.token };
    }
    return undefined;
  }

  private async take(tx: Transaction, key: Key, hashes: readonly string[]): Promise<void> {
    await this.store.replace(tx, key, this.inAnHour());
    await this.store.accept(tx, hashes);
  }

  private async add(tx: Transaction, { operatorId, partnerId }: Key, kind: TokenKind, goodUntil: Date | null) {
    await this.store.removeOver(tx, { operatorId, partnerId }, this.clock.now());
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await this.store.add(tx, { hash: this.hasher.hash(token), operatorId, partnerId, kind, goodUntil });
    return token;
  }

  private inAnHour(): Date {
    return new Date(this.clock.now().getTime() + GOES_AFTER_MS);
  }
}
