import { Module } from '@nestjs/common';
import { type ReadSettings, SETTINGS, ServiceModule } from '@chargemesh/service';
import { CdrsController } from './cdrs/cdrs.controller.js';
import { CdrsHandler } from './cdrs/cdrs.handler.js';
import { CdrsService } from './cdrs/cdrs.service.js';
import { CdrsStore } from './cdrs/cdrs.store.js';
import { HeldCdrsController } from './cdrs/held-cdrs.controller.js';
import { HeldCdrsService } from './cdrs/held-cdrs.service.js';
import { HeldCdrsStore } from './cdrs/held-cdrs.store.js';
import { HeldCdrsWatch } from './cdrs/held-cdrs-watch.service.js';
import { OCPI_SETTINGS, settings } from './config.js';
import { PublicUrl } from './ocpi/public-url.js';
import { VersionsController } from './ocpi/versions.controller.js';
import { PartnersController } from './partners/partners.controller.js';
import { PartnersService } from './partners/partners.service.js';
import { PartnersStore } from './partners/partners.store.js';

@Module({
  imports: [ServiceModule.for('ocpi-gateway')],
  controllers: [PartnersController, VersionsController, CdrsController, HeldCdrsController, CdrsHandler],
  providers: [
    { provide: OCPI_SETTINGS, inject: [SETTINGS], useFactory: (read: ReadSettings) => read(settings) },
    PublicUrl,
    PartnersService,
    PartnersStore,
    CdrsService,
    CdrsStore,
    HeldCdrsService,
    HeldCdrsStore,
    HeldCdrsWatch,
  ],
})
export class OcpiGatewayModule {}
