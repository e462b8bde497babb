import { ChosenUuid, EvseId, Instant, KeyTrust, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { PUBLIC_KEY_CHARS_MAX } from '@chargemesh/signed-data';
import { Type, type Static } from 'typebox';

const about = {
  stationId: StationId,
  /** Of one EVSE; of all of the station, if absent. */
  evseId: Type.Optional(EvseId),
  /** As the meter, or its gateway, writes it in its values; whatever it is, if absent. */
  meterSerial: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
};

export const MeterKeyBody = Type.Object({
  ...about,
  /** PEM, SubjectPublicKeyInfo or an uncompressed point, in hex or base64. */
  publicKey: Type.String({ minLength: 1, maxLength: PUBLIC_KEY_CHARS_MAX }),
});
export type MeterKeyBody = Static<typeof MeterKeyBody>;

export const KeyStatus = oneOf('active', 'retired', 'refused');

export const MeterKeyView = Type.Object({
  id: Uuid,
  ...about,
  /** SubjectPublicKeyInfo in hex. */
  publicKey: text(1_024),
  /** `first-use`: the station was the first to say it, and nobody has confirmed it. */
  trust: KeyTrust,
  /** `refused`: a station said it although another key is in use. */
  status: KeyStatus,
  seenAt: Instant,
});
export type MeterKeyView = Static<typeof MeterKeyView>;
export const meterKeyTag = new ETag<MeterKeyView>(({ seenAt: _seen, ...key }) => key);

export const MeterKeyParams = Type.Object({ meterKeyId: ChosenUuid });

nameSchemas({ MeterKeyBody, MeterKey: MeterKeyView });
