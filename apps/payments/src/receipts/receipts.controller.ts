import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HttpRequest, type HttpResponse, Public, problem } from '@chargemesh/service';
import { type LanguageCode, languageFor } from '../checkout/languages/languages.js';
import { PageErrors } from '../checkout/page-errors.js';
import { PAGE_HEADERS } from '../checkout/pages/layout.js';
import { CHECKOUT, type Checkout, driverPage } from '../payments/checkout.port.js';
import type { ReceiptDocument } from './receipt.document.js';
import { receiptPage } from './receipt.page.js';
import { receiptPdf } from './receipt.pdf.js';
import { ReceiptsStore } from './receipts.store.js';

interface Issued {
  readonly documents: [ReceiptDocument, ...ReceiptDocument[]];
  readonly language: LanguageCode;
}

/** The receipt of a payment, for who has its reference. */
@ApiExcludeController()
@Public()
@UseFilters(PageErrors)
@Controller('pay/p/:reference')
export class ReceiptsController {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly store: ReceiptsStore,
  ) {}

  /** PDF for who wants that more than HTML. */
  @Get('receipt')
  async show(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    const issued = await this.issuedOf(reference, request);
    if (request.accepts(['text/html', 'application/pdf']) === 'application/pdf') return sendPdf(response, issued);
    const { documents, language } = issued;
    const pdfPath = `${driverPage(reference)}/receipt.pdf`;
    response
      .set(PAGE_HEADERS)
      .type('html')
      .send(receiptPage(documents, { language, path: request.path, pdfPath }));
  }

  @Get('receipt.pdf')
  async save(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    await sendPdf(response, await this.issuedOf(reference, request));
  }

  private async issuedOf(reference: string, request: HttpRequest): Promise<Issued> {
    const payment = await this.checkout.view(reference);
    const documents = payment ? await this.store.ofPayment(payment.operatorId, payment.paymentId) : [];
    if (payment === undefined || !isSome(documents)) throw problem('not-found');
    return { documents, language: languageFor(request, payment.language) };
  }
}

async function sendPdf(response: HttpResponse, { documents, language }: Issued): Promise<void> {
  const bytes = await receiptPdf(documents, language);
  const name = `${documents[0].number}.pdf`;
  response.set({ ...PAGE_HEADERS, 'content-disposition': `inline; filename="${name}"` });
  response.type('application/pdf').send(bytes);
}

function isSome<T>(items: T[]): items is [T, ...T[]] {
  return items.length > 0;
}
