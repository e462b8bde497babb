import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, checked, Endpoint, Needs, Problems, Public } from '@chargemesh/service';
import type { Static } from 'typebox';
import { rated } from './prices.decide.js';
import { PriceDisplayQuery, PriceDisplayView, QuoteBody, QuoteView, RateBody, RateView } from './prices.schema.js';
import { PricesService } from './prices.service.js';

@ApiController('tariffs')
export class PricesController {
  constructor(private readonly prices: PricesService) {}

  @Post('quotes')
  @HttpCode(200)
  @Needs('viewer')
  @Problems('no-tariff', 'tariff-invalid', 'cdr-invalid', 'rating-too-large')
  @Endpoint({
    summary: 'What a session of so much energy and time would cost',
    body: QuoteBody,
    answer: QuoteView,
    status: 200,
  })
  quote(@CallerOf() caller: Caller, @Body(checked(QuoteBody)) body: Static<typeof QuoteBody>) {
    return this.prices.quote(caller, body);
  }

  @Get('price-display')
  @Problems('no-tariff')
  @Endpoint({
    summary: 'The prices of a place, exact, in the order of the law and in its language',
    query: PriceDisplayQuery,
    answer: PriceDisplayView,
  })
  show(@CallerOf() caller: Caller, @Query(checked(PriceDisplayQuery)) query: Static<typeof PriceDisplayQuery>) {
    return this.prices.show(caller, query);
  }

  /** Open to anyone: whoever gets an invoice may recompute it. Nothing is stored and no operator's data is seen. */
  @Public()
  @Post('rate')
  @HttpCode(200)
  @Problems('tariff-invalid', 'time-zone-unknown', 'cdr-invalid', 'rating-too-large')
  @Endpoint({
    summary: 'What an OCPI CDR or Session costs by an OCPI tariff, and how that comes about',
    body: RateBody,
    answer: RateView,
  })
  rate(@Body(checked(RateBody)) body: Static<typeof RateBody>) {
    return rated(body);
  }
}
