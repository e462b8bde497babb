import { deviceManagementService } from '@chargemesh/device-management';
import { ocpiGatewayService } from '@chargemesh/ocpi-gateway';
import { ocppGatewayService } from '@chargemesh/ocpp-gateway';
import { paymentsService } from '@chargemesh/payments';
import type { ServiceDefinition } from '@chargemesh/service';
import { sessionsService } from '@chargemesh/sessions';
import { tariffsService } from '@chargemesh/tariffs';

/** The six services, in the order in which a session passes them. */
export const services: readonly ServiceDefinition[] = [
  deviceManagementService,
  ocppGatewayService,
  sessionsService,
  tariffsService,
  paymentsService,
  ocpiGatewayService,
];
