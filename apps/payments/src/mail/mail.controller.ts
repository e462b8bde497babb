import { Controller, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HttpRequest, type HttpResponse, Public, TakesBody, problem } from '@chargemesh/service';
import { isForeign } from '../checkout/browser.js';
import { languageFor } from '../checkout/languages/languages.js';
import { PageErrors, refuse } from '../checkout/page-errors.js';
import { PAGE_HEADERS } from '../checkout/pages/layout.js';
import { driverPage } from '../payments/checkout.port.js';
import { DriverReceipts } from '../receipts/driver-receipts.js';
import { readAddress } from './mail.form.js';
import { ReceiptMails } from './receipt-mails.service.js';

/** The receipt by mail, for who has the payment's reference and gives an address. */
@ApiExcludeController()
@Public()
@UseFilters(PageErrors)
@Controller('pay/p/:reference/mail')
export class MailController {
  constructor(
    private readonly receipts: DriverReceipts,
    private readonly mails: ReceiptMails,
  ) {}

  @Post()
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async send(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    if (isForeign(request)) return refuse(request, response, 'foreign-form', 403);
    if (!this.mails.isOffered) throw problem('not-found');
    const { payment } = await this.receipts.of(reference);
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const address = readAddress(new URLSearchParams(body));
    const language = languageFor(request, payment.language);
    const { operatorId, paymentId } = payment;
    const isAsked = address !== undefined && (await this.mails.ask({ operatorId, paymentId, address, language }));
    const said = isAsked ? '&mail=asked' : '';
    response.set(PAGE_HEADERS).redirect(303, `${driverPage(reference)}/receipt?lang=${language}${said}`);
  }
}
