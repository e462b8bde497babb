import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CdrEvent, cdrs } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { CdrIssuer } from './cdr-issuer.service.js';

/**
 * Reads what this service has issued: a database that was restored to an older moment takes back the CDRs that it has
 * forgotten, and neither issues them again nor gives out their numbers twice.
 */
@Controller()
export class OwnCdrsHandler {
  constructor(private readonly issuer: CdrIssuer) {}

  @Consumes('tariffs', cdrs, { types: ['cdr-issued'] })
  on(@Payload() events: CdrEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.issuer.recall(events, tx);
  }
}
