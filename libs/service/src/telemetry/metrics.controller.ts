import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../http/caller.js';
import { PLATFORM, type Platform } from '../platform/platform.js';

@Controller('metrics')
@Public()
@ApiExcludeController()
export class MetricsController {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  /** Prometheus text format. */
  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.platform.telemetry.scrape();
  }
}
