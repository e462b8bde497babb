import { services } from '@chargemesh/all-in-one';
import type { Environment, Overrides } from '@chargemesh/service';
import { INSTALLATION_API_KEY, startTestServices } from '@chargemesh/testing';
import { type Network, createNetwork } from './network.js';

/** All services in one process on the embedded log, with an operator, its stations and its tokens. */
export interface OnePlatform {
  /** Where stations connect. */
  readonly ocppUrl: string;
  readonly network: Network;
  stop(): Promise<unknown>;
}

export async function startOnePlatform(
  given: { environment?: Environment; stations: number; tokens: number } & Pick<Overrides, 'clock' | 'spanProcessors'>,
): Promise<OnePlatform> {
  const { stations, tokens, ...options } = given;
  const running = await startTestServices(services, options);
  const network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations, tokens });
  return { ocppUrl: `${running.url.replace('http', 'ws')}/ocpp`, network, stop: () => running.stop() };
}
