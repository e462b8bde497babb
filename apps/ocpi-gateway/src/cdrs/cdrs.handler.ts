import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CdrEvent, cdrs } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { CdrsService } from './cdrs.service.js';

@Controller()
export class CdrsHandler {
  constructor(private readonly service: CdrsService) {}

  @Consumes('ocpi-gateway', cdrs, { types: ['cdr-issued'] })
  on(@Payload() events: CdrEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.service.keep(events, tx);
  }
}
