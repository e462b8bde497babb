import { createHash } from 'node:crypto';
import type { EvseToTell, Price, Say, Subject, Words } from './station-tariffs.decide.js';
import { type ToldTariff, isText, mayHavePrice, messageIdOf, textNamed } from './told-tariff.js';

/** As much as an OCPP 2.0.1 station has to take. */
const LENGTH = 512;

/** The texts that a station is to display at its EVSEs, where it has not been given them; what they have no room for is taken away. */
export function textsToTell(evses: readonly EvseToTell[], subject: Subject): { told: ToldTariff[]; says: Say[] } {
  const changes = evses.flatMap((evse) => changeOf(evse, subject) ?? []);
  return { told: changes.map(({ told }) => told), says: changes.flatMap(({ says }) => says) };
}

interface Change {
  readonly told: ToldTariff;
  readonly says: readonly Say[];
}

function changeOf(evse: EvseToTell, subject: Subject): Change | undefined {
  const { price, told: known } = evse;
  if (!price) return withoutPrice(evse, subject);
  const { tariffId, tariffVersion, words } = price;
  if (!words || words.content === '' || words.content.length > LENGTH) return withoutWords(evse, price, subject);
  const saidAs = nameOf(tariffId, words);
  if (known?.saidAs === saidAs && known.tariffVersion === tariffVersion) return undefined;
  const [commandId, { evseId }] = [subject.newId(), evse];
  const command = { name: 'SetDisplayMessage', messageId: messageIdOf(evseId), evseId, ...words } as const;
  const told = { ...aboutOf(evse, subject), tariffId, tariffVersion, saidAs, status: 'pending', commandId } as const;
  return { told, says: [{ commandId, command }] };
}

function withoutPrice(evse: EvseToTell, subject: Subject): Change | undefined {
  if (!evse.told || (evse.told.tariffId === null && !mayHavePrice(evse.told))) return undefined;
  const says = cleared(evse, subject);
  const [first] = says;
  const none = withoutTariff(evse, subject);
  return { told: { ...none, status: first ? 'pending' : 'accepted', commandId: first?.commandId ?? null }, says };
}

function withoutWords(
  evse: EvseToTell,
  { tariffId, tariffVersion }: Pick<Price, 'tariffId' | 'tariffVersion'>,
  subject: Subject,
): Change | undefined {
  const { told: known } = evse;
  const isKnown = known?.tariffId === tariffId && known.tariffVersion === tariffVersion;
  if (isKnown && known.status === 'inexpressible') return undefined;
  const says = cleared(evse, subject);
  const [first] = says;
  // What is on the display is taken away first, until the station has answered that; then it is said why nothing is there.
  if (first) return { told: { ...withoutTariff(evse, subject), status: 'pending', commandId: first.commandId }, says };
  const about = { ...aboutOf(evse, subject), tariffId, tariffVersion };
  return { told: { ...about, status: 'inexpressible', detail: 'out-of-range', commandId: null }, says };
}

function withoutTariff(evse: EvseToTell, subject: Subject) {
  return { ...aboutOf(evse, subject), tariffId: null, tariffVersion: null };
}

function aboutOf({ evseId }: EvseToTell, { stationId, operatorId, now: changedAt }: Subject) {
  return { stationId, evseId, operatorId, changedAt, detail: null, saidAs: null };
}

function cleared({ evseId, told }: EvseToTell, { newId }: Subject): Say[] {
  if (!isText(told) && !(told && mayHavePrice(told))) return [];
  return [{ commandId: newId(), command: { name: 'ClearDisplayMessage', messageId: messageIdOf(evseId) } }];
}

function nameOf(tariffId: string, { language, content }: Words): string {
  const digest = createHash('sha256').update(`${language} ${content}`).digest('hex').slice(0, 12);
  return textNamed(tariffId, digest);
}
