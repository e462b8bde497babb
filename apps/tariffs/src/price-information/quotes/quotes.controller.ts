import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, Needs, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { QuoteBody, QuoteView } from './quotes.schema.js';
import { QuotesService } from './quotes.service.js';

@ApiController('tariffs', 'quotes')
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Post()
  @HttpCode(200)
  @Needs('viewer')
  @Endpoint({
    summary: 'What a session of so much energy and time would cost',
    body: QuoteBody,
    answer: QuoteView,
    status: 200,
  })
  quote(@CallerOf() caller: Caller, @Body(checked(QuoteBody)) body: Static<typeof QuoteBody>) {
    return this.quotes.quote(caller, body);
  }
}
