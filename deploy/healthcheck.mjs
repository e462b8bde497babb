/** Ends with 0 if the service in this container says that it is ready: for Compose, whose checks are commands. */
import { env } from 'node:process';

const ANSWERS_WITHIN_MS = 10_000;

const port = env.MANAGEMENT_PORT || '9464';
const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
  signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
}).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
