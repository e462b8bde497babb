import { DEFAULT_MANAGEMENT_PORT, optional, port, secretKey, string } from '@chargemesh/service';

/** Settings of `npm start`; everything else has its embedded default. */
export const allInOneSettings = {
  PORT: port(8080).means('Port of HTTP, and of the WebSockets of stations.'),
  MANAGEMENT_PORT: optional(port(DEFAULT_MANAGEMENT_PORT)).means(
    'Port of health and metrics; if absent, the usual one, or a free one when somebody has that.',
  ),
  CHARGEMESH_DATA_DIR: string('.chargemesh').means('Folder of the database, the secrets and demo.json.'),
  LOG_LEVEL: string('warn').means('What is logged at least.'),
};

/** Settings of the demo in a platform that runs elsewhere. */
export const demoSettings = {
  INSTALLATION_API_KEY: secretKey.means('That of the platform.'),
  CHARGEMESH_URL: string('http://{service}:8080').means(
    'Where the platform is; `{service}` stands for the name of each service, if they do not share an address.',
  ),
  MANAGEMENT_PORT: port(DEFAULT_MANAGEMENT_PORT).means('Port that answers once the demo is in the platform.'),
};
