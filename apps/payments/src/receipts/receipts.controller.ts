import { Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '@chargemesh/persistence';
import { Clock, type HttpRequest, type HttpResponse, Public, TakesBody, problem } from '@chargemesh/service';
import { isForeign } from '../checkout/browser.js';
import { type LanguageCode, isLanguage, languageFor } from '../checkout/languages/languages.js';
import { PageErrors, refuse } from '../checkout/page-errors.js';
import { PAGE_HEADERS } from '../checkout/pages/layout.js';
import { facturXOf } from '../invoices/factur-x.js';
import { isForm, readBuyer } from '../invoices/invoice.form.js';
import { invoiceOf, isInvoiceable } from '../invoices/invoices.js';
import { ublOf } from '../invoices/ubl.js';
import { driverPage } from '../payments/checkout.port.js';
import { DriverReceipts, type Issued } from './driver-receipts.js';
import { ReceiptMails } from '../mail/receipt-mails.service.js';
import { rawSignedValuesOf } from './raw-signed-values.js';
import { signedValuesOf } from './signed-values.js';
import { type ReceiptPage, receiptPage } from './receipt.page.js';
import { receiptPdf } from './receipt.pdf.js';
import { ReceiptsStore } from './receipts.store.js';

/** The receipt of a payment, and the invoice that it becomes on request, for who has its reference. */
@ApiExcludeController()
@Public()
@UseFilters(PageErrors)
@Controller('pay/p/:reference')
export class ReceiptsController {
  constructor(
    private readonly receipts: DriverReceipts,
    private readonly mails: ReceiptMails,
    private readonly database: Database,
    private readonly store: ReceiptsStore,
    private readonly clock: Clock,
  ) {}

  /** PDF for who wants that more than HTML. */
  @Get('receipt')
  async show(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    const issued = await this.receipts.of(reference);
    const language = languageFor(request, issued.payment.language);
    if (request.accepts(['text/html', 'application/pdf']) === 'application/pdf')
      return sendReceipt(response, issued, language);
    const isMailAsked = request.query['mail'] === 'asked';
    response.set(PAGE_HEADERS).type('html').send(this.pageOf(issued, { language, isMailAsked }));
  }

  @Get('receipt.pdf')
  async save(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    const issued = await this.receipts.of(reference);
    await sendReceipt(response, issued, languageFor(request, issued.payment.language));
  }

  /** Makes the receipt an invoice, once: who asks again gets what is there. */
  @Post('invoice')
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async ask(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    if (isForeign(request)) return refuse(request, response, 'foreign-form', 403);
    const issued = await this.receipts.of(reference);
    const { payment, documents } = issued;
    const language = languageFor(request, payment.language);
    if (isInvoiceable(documents[0])) {
      const buyer = readBuyer(new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''));
      if (isForm(buyer)) {
        const page = this.pageOf(issued, { language, form: buyer });
        return void response.status(422).set(PAGE_HEADERS).type('html').send(page);
      }
      const { operatorId, paymentId } = payment;
      const askedAt = this.clock.now();
      await this.database.transaction([operatorId], (tx) =>
        this.store.addBuyer(tx, { operatorId, paymentId, buyer, askedAt }),
      );
    }
    response.set(PAGE_HEADERS).redirect(303, `${driverPage(reference)}/receipt?lang=${language}`);
  }

  /** UBL as `.xml`, Factur-X as `.pdf`, of the receipt or one of its credit notes. */
  @Get('invoices/:file')
  async invoice(
    @Param('reference') reference: string,
    @Param('file') file: string,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const { payment, documents } = await this.receipts.of(reference);
    const [, number, type] = /^([\w-]+)\.(xml|pdf)$/.exec(file) ?? [];
    const document = documents.find((one) => one.number === number);
    const language = isLanguage(payment.language) ? payment.language : 'en';
    const invoice = document && invoiceOf(document, language);
    if (!document || !invoice) throw problem('not-found');
    const bytes = type === 'xml' ? Buffer.from(ublOf(invoice)) : await facturXOf(document, invoice, language);
    response.set({ ...PAGE_HEADERS, 'content-disposition': `attachment; filename="${file}"` });
    response.type(type === 'xml' ? 'application/xml' : 'application/pdf').send(bytes);
  }

  /** What the meter signed, for the transparency software with which a driver checks it. */
  @Get('signed-values.xml')
  async signedValues(@Param('reference') reference: string, @Res() response: HttpResponse) {
    const { payment } = await this.receipts.of(reference);
    const file = payment.cdr && signedValuesOf(payment.cdr);
    if (file === undefined) throw problem('not-found');
    response.set({ ...PAGE_HEADERS, 'content-disposition': 'attachment; filename="signed-values.xml"' });
    response.type('application/xml').send(file);
  }

  /** The same as it came, for any other software. */
  @Get('signed-values.json')
  async rawSignedValues(@Param('reference') reference: string, @Res() response: HttpResponse) {
    const { payment } = await this.receipts.of(reference);
    const file = payment.cdr && rawSignedValuesOf(payment.cdr);
    if (file === undefined) throw problem('not-found');
    response.set({ ...PAGE_HEADERS, 'content-disposition': 'attachment; filename="signed-values.json"' });
    response.type('application/json').send(JSON.stringify(file, null, 2));
  }

  private pageOf({ payment, documents }: Issued, more: Pick<ReceiptPage, 'language' | 'form' | 'isMailAsked'>): string {
    return receiptPage(documents, {
      ...more,
      driverPath: driverPage(payment.reference),
      isMailOffered: this.mails.isOffered,
      signedValues: {
        xml: payment.cdr !== undefined && signedValuesOf(payment.cdr) !== undefined,
        json: payment.cdr !== undefined && rawSignedValuesOf(payment.cdr) !== undefined,
      },
    });
  }
}

async function sendReceipt(response: HttpResponse, { documents }: Issued, language: LanguageCode): Promise<void> {
  const bytes = await receiptPdf(documents, language);
  const name = `${documents[0].number}.pdf`;
  response.set({ ...PAGE_HEADERS, 'content-disposition': `inline; filename="${name}"` });
  response.type('application/pdf').send(bytes);
}
