import { DEFAULT_MANAGEMENT_PORT, optional, port, string } from '@chargemesh/service';

/** Settings of `npm start`; everything else has its embedded default. */
export const allInOneSettings = {
  PORT: port(8080),
  /** Of health and metrics; if absent, the usual one, or a free one when somebody has that. */
  MANAGEMENT_PORT: optional(port(DEFAULT_MANAGEMENT_PORT)),
  /** Folder of the database, the secrets and demo.json. */
  CHARGEMESH_DATA_DIR: string('.chargemesh'),
  LOG_LEVEL: string('warn'),
};
