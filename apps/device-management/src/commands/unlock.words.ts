import type { CommandStatus } from '@chargemesh/commands';

/** What somebody on the phone is told. */
export interface SpokenAnswer {
  readonly en: string;
  readonly de: string;
}

/** By the station's own status where it gave one, else by what became of the command. */
const WORDS = {
  pending: {
    en: 'The charging point was asked to unlock the connector and has not answered yet.',
    de: 'Der Ladepunkt wurde gebeten, den Stecker zu entriegeln, und hat noch nicht geantwortet.',
  },
  accepted: {
    en: 'The connector is unlocked. The cable can be pulled out now.',
    de: 'Der Stecker ist entriegelt. Das Kabel lässt sich jetzt herausziehen.',
  },
  rejected: {
    en: 'The charging point refused to unlock the connector.',
    de: 'Der Ladepunkt hat es abgelehnt, den Stecker zu entriegeln.',
  },
  'not-supported': {
    en: 'This charging point cannot unlock connectors from afar. A cable that is fixed to it is held by the car: unlock it there.',
    de: 'Dieser Ladepunkt kann Stecker nicht aus der Ferne entriegeln. Ein fest angebrachtes Kabel hält das Auto fest: Entriegeln Sie es dort.',
  },
  'timed-out': {
    en: 'The charging point did not answer in time. Whether the connector is unlocked is not known.',
    de: 'Der Ladepunkt hat nicht rechtzeitig geantwortet. Ob der Stecker entriegelt ist, ist nicht bekannt.',
  },
  failed: {
    en: 'The charging point could not be asked to unlock the connector. Try again.',
    de: 'Der Ladepunkt konnte nicht gebeten werden, den Stecker zu entriegeln. Versuchen Sie es noch einmal.',
  },
  unknown: {
    en: 'The charging point may have got the command; what it made of it is not known. Ask whether the cable comes out.',
    de: 'Der Ladepunkt hat den Befehl vielleicht erhalten; was er daraus gemacht hat, ist nicht bekannt. Fragen Sie, ob sich das Kabel lösen lässt.',
  },
  UnlockFailed: {
    en: 'The charging point tried to unlock the connector and could not. Have the driver push the plug in, unlock the car, and try again; otherwise somebody has to come.',
    de: 'Der Ladepunkt konnte den Stecker nicht entriegeln. Lassen Sie den Stecker hineindrücken und das Auto entriegeln, und versuchen Sie es noch einmal; sonst muss jemand kommen.',
  },
  OngoingAuthorizedTransaction: {
    en: 'Somebody is charging there, so the charging point keeps the connector locked. Stop the session first.',
    de: 'Dort wird gerade geladen, deshalb bleibt der Stecker verriegelt. Beenden Sie zuerst den Ladevorgang.',
  },
  UnknownConnector: {
    en: 'The charging point knows no such connector.',
    de: 'Der Ladepunkt kennt diesen Stecker nicht.',
  },
} as const satisfies Record<CommandStatus, SpokenAnswer> & Record<string, SpokenAnswer>;

/** What became of a command to unlock, for the driver who waits for it. */
export function unlockWords({ status, detail }: { status: CommandStatus; detail: string | null }): SpokenAnswer {
  const [said = ''] = (detail ?? '').split(':');
  return status === 'rejected' && isKnown(said) ? WORDS[said] : WORDS[status];
}

function isKnown(said: string): said is keyof typeof WORDS {
  return Object.hasOwn(WORDS, said);
}
