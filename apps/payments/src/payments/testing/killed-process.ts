import type { Event } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import { PRODUCER, startServices } from '@chargemesh/service';
import { paymentsService } from '../../index.js';
import { Notifications } from '../../providers/notifications.service.js';
import { ProviderRefused } from '../../providers/provider.port.js';
import { SandboxProvider } from '../../providers/sandbox/sandbox.provider.js';
import { CHECKOUT, type Checkout, type Opening } from '../checkout.port.js';
import type { PaymentEvent } from '../payment.events.js';
import { PaymentsService } from '../payments.service.js';

/** What a test has the process do that stations, drivers, providers and time do otherwise. */
export type Asked =
  | { readonly do: 'send'; readonly events: readonly Event[] }
  | { readonly do: 'open'; readonly opening: Opening }
  | { readonly do: 'tell'; readonly operatorId: string; readonly checkoutRef: string; readonly eventId: string }
  | { readonly do: 'stop'; readonly reference: string }
  | { readonly do: 'refuse captures' | 'take captures'; readonly paymentId: string }
  | { readonly do: 'take'; readonly operatorId: string; readonly paymentId: string; readonly event: Decided };
/** What the time and the operator's people bring about. */
type Decided =
  | { readonly type: 'deadline' }
  | Timeless<
      Extract<PaymentEvent, { readonly type: 'refund-asked' | 'capture-asked' | 'release-asked' | 'written-off' }>
    >;
type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never;
export type Answered = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** The service of payments as a process, to be killed: it is asked by its parent instead of by others. */
const running = await startServices({ services: [paymentsService] });
const of = <T>(token: string | symbol | (new (...given: never[]) => T)): T =>
  running.app.get<T>(token, { strict: false });
const checkout = of<Checkout>(CHECKOUT);

/** Payments of which the provider refuses the capture, though it holds enough. */
const refusing = new Set<string>();
const sandbox = of(SandboxProvider);
const capture = sandbox.capture.bind(sandbox);
sandbox.capture = (at, amount) =>
  refusing.has(at.paymentId) ? Promise.reject(new ProviderRefused('not now')) : capture(at, amount);

function carryOut(asked: Asked): Promise<unknown> {
  switch (asked.do) {
    case 'send':
      return of<Producer>(PRODUCER).send(asked.events);
    case 'open':
      return checkout.open(asked.opening);
    case 'tell': {
      const { operatorId, eventId, checkoutRef: reference } = asked;
      return of(Notifications).take({ operatorId, provider: 'sandbox', accountId: null, eventId, reference });
    }
    case 'stop':
      return checkout.stop(asked.reference);
    case 'refuse captures':
      return Promise.resolve(void refusing.add(asked.paymentId));
    case 'take captures':
      return Promise.resolve(void refusing.delete(asked.paymentId));
    case 'take': {
      const { do: _do, event, ...key } = asked;
      return of(PaymentsService).take(key, [{ ...event, at: new Date() } as PaymentEvent]);
    }
  }
}

process.on('message', ({ id, asked }: { id: number; asked: Asked }) => {
  carryOut(asked).then(
    (result) => process.send?.({ id, result } satisfies Answered),
    (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answered),
  );
});
process.send?.({ id: 0, result: 'ready' } satisfies Answered);
