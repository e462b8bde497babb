import { Injectable } from '@nestjs/common';
import type { FiscalSystem } from './fiscal.port.js';
import { SignAt } from './sign-at/sign-at.system.js';

/** All that receipts can be registered with. */
@Injectable()
export class FiscalSystems {
  private readonly byName: ReadonlyMap<string, FiscalSystem>;

  constructor(signAt: SignAt) {
    this.byName = new Map([[signAt.name, signAt]]);
  }

  /** @throws Error, if there is none: what waits for it waits for a release that has it */
  of(name: string): FiscalSystem {
    const system = this.byName.get(name);
    if (!system) throw new Error(`the fiscal system ${name} is not known here`);
    return system;
  }
}
