import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, ForHotline, Problems, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PaymentPath } from '../payments/payments.schema.js';
import { LinkMail, SentLink } from './link-mails.schema.js';
import { LinkMails } from './link-mails.service.js';

/** For who has a driver on the phone. */
@ApiController('payments', 'payments/:paymentId')
export class LinkMailsController {
  constructor(private readonly mails: LinkMails) {}

  @Post('link-mails')
  @ForHotline()
  @HttpCode(202)
  @Problems('mails-not-configured')
  @Endpoint({
    summary: 'Send the driver the link of the page by mail; the address is erased once it is sent',
    ...{ params: PaymentPath, body: LinkMail, answer: SentLink, status: 202 },
  })
  send(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Static<typeof PaymentPath>,
    @Body(checked(LinkMail)) mail: LinkMail,
  ) {
    return this.mails.send(caller, paymentId, mail);
  }
}
