import { Get, Inject, NotFoundException, Param, Query, Req, Res } from '@nestjs/common';
import { envelope, isVersion, listHeaders, readListQuery } from '@chargemesh/ocpi';
import { Clock } from '@chargemesh/service';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';
import { OcpiRoute } from '../ocpi/ocpi-route.js';
import { PartnerOf } from '../ocpi/partner.guard.js';
import { type Asked, PublicUrl } from '../ocpi/public-url.js';
import type { Partner } from '../partners/partner.entity.js';
import { CdrsService } from './cdrs.service.js';

interface Answer {
  setHeader(name: string, value: string): unknown;
}

@OcpiRoute('ocpi/cpo/:version/cdrs')
export class CdrsController {
  constructor(
    private readonly service: CdrsService,
    private readonly clock: Clock,
    private readonly publicUrl: PublicUrl,
    @Inject(OCPI_SETTINGS) private readonly settings: OcpiSettings,
  ) {}

  @Get()
  async list(
    @PartnerOf() partner: Partner,
    @Param('version') version: string,
    @Query() asked: Record<string, unknown>,
    @Req() request: Asked,
    @Res({ passthrough: true }) answer: Answer,
  ) {
    if (!isVersion(version)) throw new NotFoundException(`version ${version} is not served`);
    const maxLimit = this.settings.OCPI_PAGE_LIMIT;
    const query = readListQuery(asked, maxLimit);
    const { cdrs, total, next } = await this.service.list(partner, version, query);
    const url = `${this.publicUrl.ocpi(request)}/cpo/${version}/cdrs`;
    for (const [name, value] of Object.entries(listHeaders(url, query, { total, maxLimit, next }))) {
      answer.setHeader(name, value);
    }
    return envelope(cdrs, this.clock.now());
  }
}
