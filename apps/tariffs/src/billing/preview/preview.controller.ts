import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, checked, Endpoint, Needs, Problems } from '@chargemesh/service';
import type { Static } from 'typebox';
import { TariffParams } from '../../price-list/tariffs/tariffs.schema.js';
import { PreviewBody, PreviewView } from './preview.schema.js';
import { PreviewService } from './preview.service.js';

@ApiController('tariffs', 'tariffs')
export class PreviewController {
  constructor(private readonly previews: PreviewService) {}

  @Post(':tariffId/preview')
  @HttpCode(200)
  @Needs('viewer')
  @Problems('no-draft', 'tariff-invalid', 'price-per-minute-inexact')
  @Endpoint({
    summary: 'What the CDRs of a period would have cost by another version of a tariff; nothing is changed',
    params: TariffParams,
    body: PreviewBody,
    answer: PreviewView,
  })
  preview(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Body(checked(PreviewBody)) body: Static<typeof PreviewBody>,
  ) {
    return this.previews.preview(caller, tariffId, body);
  }
}
