import type { Server } from 'node:http';
import { ConfigurationError } from '../settings/index.js';

/** Somebody else listens at the port that a setting names. */
export class PortInUse extends ConfigurationError {
  constructor(setting: string, port: number) {
    super(`Port ${port} is in use; set ${setting} to another one.`);
  }
}

/** Rejects with `PortInUse` when what binds the port of a setting finds it taken. */
export async function binding<T>(setting: string, port: number, bind: () => Promise<T>): Promise<T> {
  try {
    return await bind();
  } catch (error) {
    throw (error as { code?: string }).code === 'EADDRINUSE' ? new PortInUse(setting, port) : error;
  }
}

export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
