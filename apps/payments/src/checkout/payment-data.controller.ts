import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { present } from '@chargemesh/contracts';
import { formatAmount, parseDecimal } from '@chargemesh/money';
import { type HttpRequest, type HttpResponse, Live, Public, eventOf, problem } from '@chargemesh/service';
import { driverPage } from '../payments/checkout.port.js';
import { DriverPages } from './driver-pages.js';
import { languageFor } from './languages/languages.js';
import { PaymentWatch } from './payment-watch.js';
import { type PaymentPage, isOver, partsOf } from './pages/payment.page.js';

/** What the driver's page shows, for programs and for its own script. */
@ApiExcludeController()
@Public()
@Controller('pay/p/:reference')
export class PaymentDataController {
  constructor(
    private readonly pages: DriverPages,
    private readonly watch: PaymentWatch,
    private readonly live: Live,
  ) {}

  @Get('state')
  async state(@Param('reference') reference: string, @Req() request: HttpRequest) {
    const page = await this.pages.of(reference);
    if (!page) throw problem('not-found');
    return dataOf(page, `${request.protocol}://${request.get('host')}`);
  }

  /** Server-sent events: the parts of the page, whenever they change. */
  @Get('live')
  async follow(@Param('reference') reference: string, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    const page = await this.pages.of(reference);
    if (!page) throw problem('not-found');
    // Nothing more will change: a browser asks no more after this (WHATWG HTML, 9.2).
    if (isOver(page)) return void response.status(204).end();
    const { operatorId, language } = page.payment;
    const texts = await this.pages.textsOf(operatorId, languageFor(request, language));
    const stream = this.live.begin(`payment ${reference}`, response);
    let told = '';
    const tell = (current: Omit<PaymentPage, 'texts'>): void => {
      const html = String(partsOf({ ...current, texts }));
      if (html !== told) stream.send(eventOf('item', JSON.stringify({ html })));
      told = html;
      if (isOver(current)) stream.close();
    };
    tell(page);
    const leave = this.watch.follow(reference, tell);
    await stream.closed.finally(leave);
  }
}

function dataOf({ payment, receipt }: Omit<PaymentPage, 'texts'>, origin: string) {
  const { reference, state, reason, startedAt, endedAt, currency, limit, hold, powerW } = payment;
  const nothing = startedAt === undefined ? formatAmount(parseDecimal('0'), currency) : undefined;
  return present({
    ...{ state, reason, energyWh: payment.energyWh ?? 0, cost: payment.cost ?? nothing, limit, hold, currency, powerW },
    startedAt: startedAt?.toISOString(),
    endedAt: endedAt?.toISOString(),
    capturedAmount: payment.capturedAmount,
    refundedAmount: payment.refundedAmount,
    receiptUrl: receipt === 'there' ? `${origin}${driverPage(reference)}/receipt` : undefined,
  });
}
