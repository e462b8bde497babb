import { Get, NotFoundException, Param, Req } from '@nestjs/common';
import { envelope, isVersion, versionDetails, versionList } from '@chargemesh/ocpi';
import { Clock } from '@chargemesh/service';
import { OcpiRoute } from './ocpi-route.js';
import { type Asked, PublicUrl } from './public-url.js';

@OcpiRoute('ocpi')
export class VersionsController {
  constructor(
    private readonly clock: Clock,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get('versions')
  versions(@Req() request: Asked) {
    return envelope(versionList(this.publicUrl.ocpi(request)), this.clock.now());
  }

  @Get(':version')
  details(@Param('version') version: string, @Req() request: Asked) {
    if (!isVersion(version)) throw new NotFoundException(`version ${version} is not served`);
    return envelope(versionDetails(this.publicUrl.ocpi(request), version), this.clock.now());
  }
}
