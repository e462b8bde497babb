export { ocppGatewayService } from './definition.js';
export { OcppGatewayModule } from './ocpp-gateway.module.js';
