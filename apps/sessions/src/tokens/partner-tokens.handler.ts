import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type PartnerTokenEvent, anyCase } from '@chargemesh/contracts';
import { Projects } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { knownPartnerTokens } from '../projections/projections.js';
import { tokensOf } from './partner-tokens.decide.js';
import { TokensService, locksOf } from './tokens.service.js';
import { TokensStore } from './tokens.store.js';

/** Makes tokens of what partners told. */
@Controller()
export class PartnerTokensHandler {
  constructor(
    private readonly tokens: TokensService,
    private readonly store: TokensStore,
  ) {}

  @Projects('sessions', knownPartnerTokens)
  async on(@Payload() events: PartnerTokenEvent[], @Ctx() tx: Transaction): Promise<void> {
    const states = events.map(({ data }) => data);
    await tx.lock(states.flatMap((state) => locksOf(state, state.uid)));
    const newer = await knownPartnerTokens.newer(tx, states);
    if (newer.length === 0) return;
    await knownPartnerTokens.save(tx, newer);
    const uids = [...new Set(newer.map(({ uid }) => anyCase(uid)))];
    const [said, known] = [await this.store.saidByPartners(tx, uids), await this.store.withUids(tx, uids)];
    await this.tokens.write(tx, tokensOf(said, known));
  }
}
