/** Settings of a service that is measured in a process of its own: any ports, the embedded log, few lines. */
export const environment = {
  HOST: '127.0.0.1',
  PORT: '0',
  MANAGEMENT_PORT: '0',
  TRANSPORT: 'embedded',
  SECRET_KEY: 'secret-key-of-a-benchmark-0123456789012345',
  LOG_LEVEL: 'warn',
};
