import { Inject, Injectable } from '@nestjs/common';
import { CdrsService } from '../cdrs/cdrs.service.js';
import { Handshake } from '../connections/handshake.service.js';
import { LocationsService } from '../locations/locations.service.js';
import type { Visitor } from '../partners/partner-tokens.service.js';
import { TokensService } from '../tokens/tokens.service.js';

/** What the rows of the table may use; each names what it needs. */
@Injectable()
export class Ports {
  constructor(
    @Inject(CdrsService) readonly cdrs: CdrsService,
    @Inject(Handshake) readonly handshake: Handshake,
    @Inject(TokensService) readonly tokens: TokensService,
    @Inject(LocationsService) readonly locations: LocationsService,
  ) {}
}

/** What a row is given beside the request. */
export interface Context {
  /** The partner that asks, and the token it came in by. */
  readonly visitor: Visitor;
  readonly ports: Ports;
}
