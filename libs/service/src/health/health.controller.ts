import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../http/caller.js';
import { PLATFORM, type Platform } from '../platform/platform.js';

/** For who runs the process: restart it when it is not live, send it no work while it is not ready. */
@Controller('health')
@Public()
@ApiExcludeController()
export class HealthController {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Get('live')
  live(@Res() response: Response): void {
    const { live, alarms } = this.platform.transport.health();
    response.status(live ? 200 : 503).json({ live, alarms });
  }

  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const readiness = await this.platform.readiness.read();
    response.status(readiness.ready ? 200 : 503).json(readiness);
  }
}
