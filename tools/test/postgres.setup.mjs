import { startTestPostgres } from './postgres.mjs';

/** `TEST_DATABASE_URL` names a server to use instead. */
export default async function setup() {
  globalThis.chargemeshTestServices ??= [];
  if (process.env.TEST_DATABASE_URL) return;
  const server = await startTestPostgres();
  process.env.TEST_DATABASE_URL = server.url;
  globalThis.chargemeshTestServices.push(server);
}
