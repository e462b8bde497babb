import { port, string } from '@chargemesh/service';

/** Settings of `npm start`; everything else has its embedded default. */
export const allInOneSettings = {
  PORT: port(8080),
  /** Folder of the database, the secrets and demo.json. */
  CHARGEMESH_DATA_DIR: string('.chargemesh'),
  LOG_LEVEL: string('warn'),
};
