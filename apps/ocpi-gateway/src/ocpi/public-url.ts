import { Inject, Injectable } from '@nestjs/common';
import { problem } from '@chargemesh/service';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';

/** What of a request tells how its sender reaches us. */
export interface Asked {
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const HOST = /^[A-Za-z0-9.:[\]_-]{1,255}$/;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Our own address as partners see it: OCPI's links are absolute. */
@Injectable()
export class PublicUrl {
  constructor(@Inject(OCPI_SETTINGS) private readonly settings: OcpiSettings) {}

  /** Where the OCPI routes lie, without a slash at its end. */
  ocpi({ protocol, headers }: Asked): string {
    const { host } = headers;
    const own = typeof host === 'string' && HOST.test(host) ? host : 'localhost';
    return `${this.settings.PUBLIC_URL ?? `${protocol}://${own}`}/ocpi`;
  }

  /** The same, to tell a partner by itself: not by how somebody else reaches us, unless all are on this machine. */
  toTell(asked: Asked): string {
    const { host } = asked.headers;
    const isHere = typeof host === 'string' && LOOPBACK.test(host);
    if (this.settings.PUBLIC_URL === undefined && !isHere) throw problem('public-url-missing');
    return this.ocpi(asked);
  }
}
