import { Inject, Injectable } from '@nestjs/common';
import { CdrsService } from '../cdrs/cdrs.service.js';
import type { Partner } from '../partners/partner.entity.js';

/** What the rows of the table may use; each names what it needs. */
@Injectable()
export class Ports {
  constructor(@Inject(CdrsService) readonly cdrs: CdrsService) {}
}

/** What a row is given beside the request. */
export interface Context {
  readonly partner: Partner;
  readonly ports: Ports;
}
