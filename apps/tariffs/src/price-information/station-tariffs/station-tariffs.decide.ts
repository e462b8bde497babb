import type { Command, StationTariff } from '@chargemesh/contracts';
import { type Translation, named } from './station-tariff.js';
import { type ToldTariff, isText, mayHavePrice, messageIdOf } from './told-tariff.js';

/** A price in the words of OCPP, if it has such. */
export interface Price {
  readonly tariffId: string;
  readonly tariffVersion: number;
  readonly translation: Translation;
  /** As it is displayed, where that was asked for. */
  readonly words?: Words;
}

/** A price as drivers read it before a session. */
export interface Words {
  readonly language: string;
  readonly content: string;
}

export interface EvseToTell {
  readonly evseId: number;
  /** Of those who have none of their own; undefined: there is none. */
  readonly price: Price | undefined;
  readonly told: ToldTariff | undefined;
}

export interface Say {
  readonly commandId: string;
  readonly command: Command;
}

export interface Subject {
  readonly stationId: string;
  readonly operatorId: string;
  readonly now: Date;
  readonly newId: () => string;
}

/**
 * What is to be said to a station so that it has the prices that apply at its EVSEs, and what is known of it then. What it
 * was told already is not said again, whatever it answered; what OCPP has no words for is taken away rather than left wrong.
 */
export function pricesToTell(evses: readonly EvseToTell[], subject: Subject): { told: ToldTariff[]; says: Say[] } {
  const [first] = evses;
  const everywhere = first !== undefined && evses.every(({ price }) => isSame(price, first.price));
  const said = new Map<string, Say>();
  const told = evses.flatMap((evse) => toldOf(evse, everywhere, subject, said) ?? []);
  return { told, says: [...said.values(), ...textsToClear(evses, subject)] };
}

/** A station that spoke OCPP 2.0.1 before has prices on its display that nobody renews any more. */
function textsToClear(evses: readonly EvseToTell[], { newId }: Subject): Say[] {
  return evses
    .filter(({ told }) => isText(told))
    .map(({ evseId }) => ({
      commandId: newId(),
      command: { name: 'ClearDisplayMessage', messageId: messageIdOf(evseId) },
    }));
}

/** Undefined where nothing changes. Commands are one for all EVSEs where they say the same. */
function toldOf(
  { evseId, price, told }: EvseToTell,
  everywhere: boolean,
  { stationId, operatorId, now: changedAt, newId }: Subject,
  said: Map<string, Say>,
): ToldTariff | undefined {
  const scope = everywhere ? 0 : evseId;
  const say = (key: string, command: Command): string => {
    const one = said.get(key) ?? { commandId: newId(), command };
    said.set(key, one);
    return one.commandId;
  };
  const clear = (): string | null =>
    (told?.saidAs && !isText(told)) || (told && mayHavePrice(told))
      ? say(`clear ${evseId}`, { name: 'ClearTariffs', evseId })
      : null;
  const subject = { stationId, evseId, operatorId, changedAt, detail: null, saidAs: null };
  if (!price) {
    if (!told || (told.tariffId === null && !mayHavePrice(told))) return undefined;
    const commandId = clear();
    const status = commandId === null ? ('accepted' as const) : ('pending' as const);
    return { ...subject, tariffId: null, tariffVersion: null, status, commandId };
  }
  const { tariffId, tariffVersion, translation } = price;
  if ('inexpressible' in translation) {
    const known = told?.tariffId === tariffId && told.tariffVersion === tariffVersion;
    if (known && told.status === 'inexpressible') return undefined;
    clear();
    const detail = translation.inexpressible.join(', ');
    return { ...subject, tariffId, tariffVersion, status: 'inexpressible', detail, commandId: null };
  }
  const tariff = named(translation.tariff, tariffId, scope);
  if (told?.saidAs === tariff.tariffId) return undefined;
  const commandId = say(tariff.tariffId, { name: 'SetDefaultTariff', evseId: scope, tariff });
  return { ...subject, tariffId, tariffVersion, saidAs: tariff.tariffId, status: 'pending', commandId };
}

function isSame(a: Price | undefined, b: Price | undefined): boolean {
  return a?.tariffId === b?.tariffId && a?.tariffVersion === b?.tariffVersion;
}

/** The price of a transaction that began at an EVSE, said to the station if it is not the one that it has there. */
export function driversTariff(price: Price, transactionId: string, told: ToldTariff | undefined): Command | undefined {
  const tariff = isShown(price, told) || refuses(told) ? undefined : ownTariff(price);
  return tariff && { name: 'ChangeTransactionTariff', transactionId, tariff };
}

/** The price of a driver who has not chosen an EVSE yet, if it is one for all of them and not what they show. */
export function tariffAtAll(evses: readonly EvseToTell[]): StationTariff | undefined {
  const price = evses[0]?.price;
  if (!price || !evses.every((evse) => isSame(evse.price, price))) return undefined;
  if (evses.every(({ told }) => isShown(price, told)) || evses.some(({ told }) => refuses(told))) return undefined;
  return ownTariff(price);
}

function isShown({ tariffId, tariffVersion }: Price, told: ToldTariff | undefined): boolean {
  return Boolean(told?.saidAs) && !isText(told) && told?.tariffId === tariffId && told.tariffVersion === tariffVersion;
}

/** It has shown that it does not want to know. */
function refuses(told: ToldTariff | undefined): boolean {
  return told?.status === 'not-supported' || told?.status === 'rejected';
}

function ownTariff({ tariffId, translation }: Price): StationTariff | undefined {
  return 'inexpressible' in translation ? undefined : named(translation.tariff, tariffId, 'driver');
}
