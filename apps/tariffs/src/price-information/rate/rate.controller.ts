import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiController, Endpoint, Public, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { rated } from './rate.decide.js';
import { RateBody, RateView } from './rate.schema.js';

/** Open to anyone: whoever gets an invoice may recompute it. Nothing is stored and no operator's data is seen. */
@Public()
@ApiController('tariffs', 'rate')
export class RateController {
  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'What an OCPI CDR or Session costs by an OCPI tariff, and how that comes about',
    body: RateBody,
    answer: RateView,
  })
  rate(@Body(checked(RateBody)) body: Static<typeof RateBody>) {
    return rated(body);
  }
}
