import type { Command } from '@chargemesh/contracts';
import type { FromStationAction, Request, Response, ToStationAction } from '@chargemesh/ocpp';
import type { ToStation } from '../commands/to-station.js';
import type { MessageContext } from '../station/message-context.js';
import type { Ports } from '../station/ports.js';

export type Ocpp2 = 'ocpp2.0.1' | 'ocpp2.1';

type FromBoth = FromStationAction<'ocpp2.0.1'> & FromStationAction<'ocpp2.1'>;
type ToBoth = ToStationAction<'ocpp2.0.1'> & ToStationAction<'ocpp2.1'>;

/** A handler of both 2.x versions: it reads what either says, and answers what both understand. */
export type FromStation2<A extends FromBoth, Needs extends keyof Ports = never> = (
  request: Request<Ocpp2, A>,
  context: MessageContext,
  ports: Pick<Ports, Needs>,
) => Answer<A> | Promise<Answer<A>>;

type Answer<A extends FromBoth> = Response<'ocpp2.0.1', A> & Response<'ocpp2.1', A>;

/** A row of 2.1 only. */
export type ToStation21<A extends ToStationAction<'ocpp2.1'>, Name extends Command['name']> = ToStation<
  'ocpp2.1',
  A,
  Name
>;

/** A row of both 2.x versions. */
export type ToStation2<A extends ToBoth, Name extends Command['name']> = ToStation<'ocpp2.0.1', A, Name> &
  ToStation<'ocpp2.1', A, Name>;
