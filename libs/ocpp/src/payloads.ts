import type { Call as Call16 } from 'typed-ocpp/dist/ocpp16/call.js';
import type { CheckedCallResult as Result16 } from 'typed-ocpp/dist/ocpp16/callresult.js';
import type { Call as Call201 } from 'typed-ocpp/dist/ocpp20/call.js';
import type { CheckedCallResult as Result201 } from 'typed-ocpp/dist/ocpp20/callresult.js';
import type { Call as Call21 } from 'typed-ocpp/dist/ocpp21/call.js';
import type { CheckedCallResult as Result21 } from 'typed-ocpp/dist/ocpp21/callresult.js';

type AnyCall = readonly [type: unknown, id: string, action: string, payload: unknown];
type RequestsOf<C extends AnyCall> = { [M in C as `${M[2]}`]: M[3] };

/** The payload types of every action, per version; the keys are the WebSocket subprotocols (OCPP-J 1.6 §3.3, 2.1 Part 4 §3.2). */
interface Payloads {
  'ocpp1.6': { request: RequestsOf<Call16>; response: { [M in Call16 as `${M[2]}`]: Result16<M>[2] } };
  'ocpp2.0.1': { request: RequestsOf<Call201>; response: { [M in Call201 as `${M[2]}`]: Result201<M>[2] } };
  'ocpp2.1': { request: RequestsOf<Call21>; response: { [M in Call21 as `${M[2]}`]: Result21<M>[2] } };
}

/** A version of OCPP, named by its WebSocket subprotocol. */
export type Subprotocol = keyof Payloads;

/** Every action of a version, whoever sends it. */
export type Action<V extends Subprotocol> = V extends Subprotocol ? keyof Payloads[V]['request'] & string : never;

/** The payload of an action's CALL (or SEND), e.g. `Request<'ocpp1.6', 'StartTransaction'>`. */
export type Request<V extends Subprotocol, A extends Action<V>> = V extends Subprotocol
  ? A extends keyof Payloads[V]['request']
    ? Payloads[V]['request'][A]
    : never
  : never;

/** The payload of an action's CALLRESULT. */
export type Response<V extends Subprotocol, A extends Action<V>> = V extends Subprotocol
  ? A extends keyof Payloads[V]['response']
    ? Payloads[V]['response'][A]
    : never
  : never;
