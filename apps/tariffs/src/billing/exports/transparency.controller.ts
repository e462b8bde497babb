import { Get, Param, Res } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, checked, Endpoint, Problems } from '@chargemesh/service';
import type { Response } from 'express';
import type { Static } from 'typebox';
import { CdrParams } from '../cdrs/cdrs.schema.js';
import { CdrsService } from '../cdrs/cdrs.service.js';
import { transparencyOf } from './transparency.decide.js';

@ApiController('tariffs', 'cdrs/:id/transparency.xml')
export class TransparencyController {
  constructor(private readonly cdrs: CdrsService) {}

  @Get()
  @Problems('no-signed-data', 'signed-data-not-exportable')
  @Endpoint({ summary: 'The signed values of a CDR for the S.A.F.E. transparency software', params: CdrParams })
  async get(
    @CallerOf() caller: Caller,
    @Param(checked(CdrParams)) { id }: Static<typeof CdrParams>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const cdr = await this.cdrs.get(caller, id);
    const file = transparencyOf(cdr);
    response.setHeader('content-type', 'application/xml; charset=utf-8');
    response.setHeader('content-disposition', `attachment; filename="${cdr.number}.xml"`);
    return file;
  }
}
