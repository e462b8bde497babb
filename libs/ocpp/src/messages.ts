import type { Direction, Side } from './direction.js';
import { ocpp16 } from './ocpp16.js';
import { ocpp201 } from './ocpp201.js';
import { ocpp21 } from './ocpp21.js';
import type { Action, Subprotocol } from './payloads.js';

const tables = { 'ocpp1.6': ocpp16, 'ocpp2.0.1': ocpp201, 'ocpp2.1': ocpp21 };

/** The supported versions, newest first. */
export const subprotocols = ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'] as const satisfies readonly Subprotocol[];

type Sent<T, S extends Side> = { [A in keyof T]: T[A] extends S | 'both' ? A : never }[keyof T] & string;

/** The actions that one side of a version sends. */
export type SideAction<V extends Subprotocol, S extends Side> = V extends Subprotocol
  ? Sent<(typeof tables)[V], S> & Action<V>
  : never;

/** The actions that a station of this version sends. */
export type FromStationAction<V extends Subprotocol> = SideAction<V, 'fromStation'>;

/** The actions that the platform sends to a station of this version. */
export type ToStationAction<V extends Subprotocol> = SideAction<V, 'toStation'>;

/** Who sends the action in this version; undefined where the version does not know it. */
export function directionOf(version: Subprotocol, action: string): Direction | undefined {
  const table: Record<string, Direction> = tables[version];
  return Object.hasOwn(table, action) ? table[action] : undefined;
}

/** Actions are short; a longer text is none in any spelling. */
const actionLengthMax = 100;
const byCase = (table: object) => new Map(Object.keys(table).map((action) => [action.toLowerCase(), action]));
const spellings = { 'ocpp1.6': byCase(ocpp16), 'ocpp2.0.1': byCase(ocpp201), 'ocpp2.1': byCase(ocpp21) };

/** The action that is meant by a text in another case, or with blanks and control characters around it. */
export function actionMeant(version: Subprotocol, text: string): string {
  if (directionOf(version, text) || text.length > actionLengthMax) return text;
  return (
    spellings[version].get(
      text
        .replaceAll(/\p{Cc}/gu, ' ')
        .trim()
        .toLowerCase(),
    ) ?? text
  );
}

/** Whether the action is one that this side of the version sends. */
export function isSentBy<V extends Subprotocol, S extends Side>(
  version: V,
  side: S,
  action: string,
): action is SideAction<V, S> {
  const direction = directionOf(version, action);
  return direction === side || direction === 'both';
}

/** One message of one version, as the coverage page lists it. */
export interface MessageRow {
  version: Subprotocol;
  action: string;
  direction: Direction;
}

/** Every message of every version, oldest version first. */
export function messageRows(): MessageRow[] {
  return subprotocols
    .toReversed()
    .flatMap((version) =>
      Object.entries<Direction>(tables[version]).map(([action, direction]) => ({ version, action, direction })),
    );
}
