export const serviceNames = [
  'ocpp-gateway',
  'device-management',
  'sessions',
  'tariffs',
  'payments',
  'ocpi-gateway',
] as const;
export type ServiceName = (typeof serviceNames)[number];
