import { Inject, Injectable } from '@nestjs/common';
import { isCurrency } from '@chargemesh/money';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import type { PaymentProvider } from './provider.port.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';

/** The payment providers of this installation. */
@Injectable()
export class Providers {
  private readonly known: ReadonlyMap<string, PaymentProvider>;

  constructor(sandbox: SandboxProvider, @Inject(PAYMENTS_SETTINGS) { SANDBOX_PAYMENTS }: PaymentsSettings) {
    this.known = new Map<string, PaymentProvider>(SANDBOX_PAYMENTS ? [[sandbox.name, sandbox]] : []);
  }

  /** Where drivers may be led to pay. */
  origins(): string[] {
    return [...this.known.values()].flatMap(({ origins }) => origins);
  }

  /** Who takes new payments in a currency; undefined, if nobody does. */
  forNew(currency: string): PaymentProvider | undefined {
    return isCurrency(currency) ? this.known.values().next().value : undefined;
  }

  /** Whose a payment is. @throws Error, if that one is not set up any more: its payments wait for it */
  of(name: string): PaymentProvider {
    const provider = this.known.get(name);
    if (!provider) throw new Error(`the payment provider ${name} is not set up here`);
    return provider;
  }
}
