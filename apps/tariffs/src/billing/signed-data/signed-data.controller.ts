import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiController, Endpoint, Public, TakesBody, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { verdictOn } from './signed-data.decide.js';
import { VerdictView, VerifyBody } from './signed-data.schema.js';

/** Open to anyone: whoever pays may check what the meter signed. Nothing is stored and no operator's data is seen. */
@Public()
@ApiController('tariffs', 'signed-data')
export class SignedDataController {
  @Post('verify')
  @HttpCode(200)
  @TakesBody({ as: 'json-of-any-text' })
  @Endpoint({
    summary: 'Whether a signed meter value was written by the meter with that key, and what it says',
    body: VerifyBody,
    answer: VerdictView,
  })
  verify(@Body(checked(VerifyBody)) body: Static<typeof VerifyBody>) {
    return verdictOn(body);
  }
}
