import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HttpRequest, type HttpResponse, Public, TakesBody, problem } from '@chargemesh/service';
import { CHECKOUT, type Checkout, driverPage } from '../payments/checkout.port.js';
import { isForeign } from './browser.js';
import { DriverPages } from './driver-pages.js';
import { keepLanguage, languageFor } from './languages/languages.js';
import { PageErrors, refuse } from './page-errors.js';
import { PAGE_HEADERS } from './pages/layout.js';
import { paymentPage } from './pages/payment.page.js';

/** The driver's page of a payment. Who has its reference may see it and stop; there is nothing personal on it. */
@ApiExcludeController()
@Public()
@UseFilters(PageErrors)
@Controller('pay/p/:reference')
export class PaymentController {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly pages: DriverPages,
  ) {}

  @Get()
  async show(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    keepLanguage(request, response);
    let page = await this.pages.of(reference);
    if (page?.payment.state === 'authorizing') {
      // The browser may be back from the provider; what has become of the payment is read there.
      await this.checkout.returned(reference);
      page = await this.pages.of(reference);
    }
    if (!page) return refuse(request, response, 'payment-unknown', 404);
    const { operatorId, language } = page.payment;
    const texts = await this.pages.textsOf(operatorId, languageFor(request, language));
    response
      .set(PAGE_HEADERS)
      .type('html')
      .send(paymentPage({ ...page, texts }));
  }

  @Post('stop')
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async stop(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    if (isForeign(request)) return refuse(request, response, 'foreign-form', 403);
    if (!(await this.checkout.view(reference))) throw problem('not-found');
    await this.checkout.stop(reference);
    response.set(PAGE_HEADERS).redirect(303, driverPage(reference));
  }
}
