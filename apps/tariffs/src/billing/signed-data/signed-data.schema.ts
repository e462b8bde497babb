import { DecimalString, Instant, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { PUBLIC_KEY_CHARS_MAX, VALUE_BYTES_MAX, reasons } from '@chargemesh/signed-data';
import { Type, type Static } from 'typebox';

/** Twice the bytes, since a value may come in hexadecimal digits. */
const VALUE_CHARS_MAX = 2 * VALUE_BYTES_MAX;

export const VerifyBody = Type.Object({
  /** The encoding's name in OCPP (`encodingMethod`) or OCPI, in any case; `OCMF` is read. */
  encoding: Type.Optional(Type.String({ maxLength: 50 })),
  /** The signed value: the OCMF text itself, or base64 or hex of it. */
  value: Type.String({ minLength: 1, maxLength: VALUE_CHARS_MAX }),
  /** PEM, SubjectPublicKeyInfo or a bare point in hex or base64, or as OCPP sends it. */
  publicKey: Type.Optional(Type.String({ maxLength: PUBLIC_KEY_CHARS_MAX })),
});
export type VerifyBody = Static<typeof VerifyBody>;

const Written = text(VALUE_CHARS_MAX);

const Device = Type.Object({
  vendor: Type.Optional(Written),
  model: Type.Optional(Written),
  serial: Type.Optional(Written),
  firmware: Type.Optional(Written),
});

const Reading = Type.Object({
  at: Type.Optional(Instant),
  timeStatus: Type.Optional(Type.Enum(['unknown', 'informative', 'synchronized', 'relative'])),
  /** `B` begin, `C` charging, `X` exception, `E`, `L`, `R`, `A`, `P` end, `S` suspended, `T` tariff change. */
  transaction: Type.Optional(Written),
  /** As the meter wrote it, with all its digits. */
  value: Type.Optional(Written),
  unit: Type.Optional(Written),
  obis: Type.Optional(Written),
  currentType: Type.Optional(Written),
  cumulatedLoss: Type.Optional(Written),
  /** What must not be billed: `E` energy, `t` time. */
  errorFlags: Type.Optional(Written),
  /** `G` is good. */
  status: Type.Optional(Written),
});

/** What a value says, in words; members that it does not say are absent. */
export const RecordView = Type.Object({
  formatVersion: Type.Optional(Written),
  gateway: Device,
  meter: Device,
  pagination: Type.Optional(Type.Object({ context: Type.Enum(['T', 'F']), number: Written })),
  user: Type.Object({
    assigned: Type.Optional(Type.Boolean()),
    level: Type.Optional(Written),
    flags: Type.Optional(Type.Array(Written)),
    type: Type.Optional(Written),
    id: Type.Optional(Written),
  }),
  chargePoint: Type.Object({ type: Type.Optional(Written), id: Type.Optional(Written) }),
  tariffText: Type.Optional(Written),
  controllerFirmware: Type.Optional(Written),
  lossCompensation: Type.Optional(
    Type.Object({
      name: Type.Optional(Written),
      id: Type.Optional(Written),
      resistance: Type.Optional(Written),
      unit: Type.Optional(Written),
    }),
  ),
  readings: Type.Array(Reading),
});

const Result = Type.Enum(['valid', 'invalid', 'no-key', 'unreadable']);
const Reason = Type.Enum(Object.keys(reasons) as [keyof typeof reasons]);

export const VerdictView = Type.Object({
  result: Result,
  reason: Reason,
  read: Type.Optional(RecordView),
  /** SubjectPublicKeyInfo, in hex, of the key that the value was checked with. */
  publicKey: Type.Optional(Written),
  /** For a valid value that tells the begin and the end of a transaction: whether it may be billed, and how much. */
  transaction: Type.Optional(Type.Object({ result: Result, reason: Reason, energyWh: Type.Optional(DecimalString) })),
});
export type VerdictView = Static<typeof VerdictView>;

nameSchemas({ SignedDataBody: VerifyBody, Record: RecordView, SignedDataVerdict: VerdictView });
