import { pipeline } from 'node:stream/promises';
import { Get, Inject, Query, Res } from '@nestjs/common';
import type { Logger } from '@chargemesh/messaging';
import { ApiController, type Caller, CallerOf, Endpoint, LOGGER, checked } from '@chargemesh/service';
import type { Response } from 'express';
import type { Static } from 'typebox';
import { ExportQuery } from './exports.schema.js';
import { ExportsService } from './exports.service.js';

@ApiController('tariffs', 'cdrs/export')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  @Endpoint({ summary: 'All CDRs of a time, credits included, as one file', query: ExportQuery })
  async get(
    @CallerOf() caller: Caller,
    @Query(checked(ExportQuery)) query: Static<typeof ExportQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const { contentType, fileName, content } = this.exports.open(caller, query);
    response.setHeader('content-type', contentType);
    response.setHeader('content-disposition', `attachment; filename="${fileName}"`);
    try {
      await pipeline(content, response);
    } catch (error) {
      // The connection is cut, so that nobody takes a part for the whole.
      this.logger.warn({ err: error }, 'an export of CDRs was not finished');
    }
  }
}
