import { Controller, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Uuid, oneOf } from '@chargemesh/contracts';
import { type HttpRequest, Problems, Public, TakesBody, checked } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { PROVIDERS } from '../provider.adapter.js';
import { WEBHOOKS } from './webhook.path.js';
import { WebhooksService } from './webhooks.service.js';

const Params = Type.Object({ provider: oneOf(...PROVIDERS), operatorId: Uuid, accountId: Uuid });
/** Far above any event; what is longer is not read. */
const LONGEST = 262_144;

/** What providers call: open to anyone, since what counts is the signature. */
@Public()
@ApiExcludeController()
@Controller(WEBHOOKS)
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post(':provider/:operatorId/:accountId')
  @HttpCode(200)
  @Header('content-type', 'text/plain')
  @Problems('webhook-unverified')
  @TakesBody({ as: 'raw', types: ['application/json'], limitBytes: LONGEST })
  take(@Param(checked(Params)) to: Static<typeof Params>, @Req() { body, headers }: HttpRequest): Promise<string> {
    return this.webhooks.take(to, { body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers });
  }
}
