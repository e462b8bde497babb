import { type ArgumentsHost, Catch, type RpcExceptionFilter, UseFilters, applyDecorators } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { Event, Topic } from '@chargemesh/contracts';
import { type Observable, throwError } from 'rxjs';

/** How a handler reads its topic; carried in the pattern's extras to the transport strategy. */
export interface Subscription {
  readonly mode: 'consume' | 'answer' | 'listen';
  readonly service: string;
  readonly topic: Topic;
  /** Event types to take; others are passed over without an inbox row. All, if absent. */
  readonly types?: readonly string[];
  /** Whether all it does goes by versions: it needs no inbox, and its group may go back to the beginning of the topic. */
  readonly versioned?: boolean;
  /** Name of the aggregate whose lock the event needs; its key, if absent. */
  readonly lockBy?: (event: Event) => string;
  /** Topics that the same service consumes and whose facts it needs: it begins when it has handled what they hold. */
  readonly after?: readonly Topic[];
  /** What a request is answered that cannot be answered for what is in it. Without it nothing is, until its deadline. */
  readonly refused?: (request: never) => Event;
}

type ConsumeOptions = Pick<Subscription, 'types' | 'lockBy' | 'after'>;

/** Nest's default filter would replace the error by "Internal server error"; retry and parking need the real one. */
@Catch()
class PassOnErrors implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks `(@Payload() events: E[], @Ctx() tx: Transaction) => Promise<void>` as the durable consumer of a topic.
 * It gets each fact once, in order per key, many at a time, inside one transaction that holds the aggregates' locks
 * and the inbox rows and sees the rows of the batch's operators. Group and Nest pattern are `<service>.<topic>`.
 */
export function Consumes(service: string, topic: Topic, options: ConsumeOptions = {}): MethodDecorator {
  return subscribed({ mode: 'consume', service, topic, ...options });
}

/**
 * Marks a handler as `Consumes` does, for what keeps a projection: it may be given a state again, and acts only on those
 * that the projection says are newer.
 */
export function Projects(
  service: string,
  { topic }: { readonly topic: Topic },
  options: Pick<Subscription, 'lockBy'> = {},
): MethodDecorator {
  return subscribed({ mode: 'consume', service, topic, versioned: true, ...options });
}

/**
 * Marks `(@Payload() requests: E[], @Ctx() tx: Transaction) => Promise<Event[]>` as the answerer of a request topic.
 * The returned replies are produced after the commit. A request may be answered more than once; expired ones are dropped.
 */
export function Answers(service: string, topic: Topic, options: Pick<Subscription, 'refused'> = {}): MethodDecorator {
  return subscribed({ mode: 'answer', service, topic, ...options });
}

/**
 * Marks `(@Payload() event: E) => void | Promise<void>` as a broadcast reader: every process gets every event that was
 * produced after it became ready, offsets are not kept, and what is past its `expiresAt` is dropped.
 */
export function Listens(service: string, topic: Topic): MethodDecorator {
  return subscribed({ mode: 'listen', service, topic });
}

function subscribed(subscription: Subscription): MethodDecorator {
  return applyDecorators(
    EventPattern(patternOf(subscription), undefined, { subscription }),
    UseFilters(PassOnErrors),
  ) as MethodDecorator;
}

/** The consumer group, the Nest pattern and the inbox scope of a subscription. */
export function patternOf({ service, topic }: Pick<Subscription, 'service' | 'topic'>): string {
  return `${service}.${topic.name}`;
}
