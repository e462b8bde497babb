import { type TSchema, Type } from 'typebox';

/** OCPI status codes that we answer with. OCPI 2.3.0 §5. */
export const statusCodes = {
  success: 1000,
  clientError: 2000,
  invalidParameters: 2001,
  unknownToken: 2004,
  serverError: 3000,
  /** We could not use the API of who asks. */
  unusableApi: 3001,
  noCommonVersion: 3002,
  noEndpoints: 3003,
} as const;
export type StatusCode = (typeof statusCodes)[keyof typeof statusCodes];

/** What every OCPI answer is wrapped in. OCPI 2.3.0 §4.1.7. */
export interface Envelope<T = unknown> {
  readonly data?: T;
  readonly status_code: StatusCode;
  readonly status_message?: string;
  readonly timestamp: string;
}

const Status = {
  status_code: Type.Integer(),
  status_message: Type.Optional(Type.String()),
  timestamp: Type.String(),
};
/** The schema of an envelope, for the API description. */
export const EnvelopeOf = <T extends TSchema>(data: T) => Type.Object({ data, ...Status });
/** The schema of an envelope that says why a request failed: its status code is 2xxx or 3xxx, and it has no data. */
export const Fault = Type.Object(Status);

export function envelope<T>(data: T, now: Date): Envelope<T> {
  return { data, status_code: statusCodes.success, status_message: 'Success', timestamp: now.toISOString() };
}

export function fault(code: StatusCode, message: string, now: Date): Envelope<never> {
  return { status_code: code, status_message: message, timestamp: now.toISOString() };
}

/** A call that OCPI has a status code for. */
export class OcpiRefusal extends Error {
  override readonly name = 'OcpiRefusal';

  constructor(
    readonly code: StatusCode,
    message: string,
    /** Of what is not there to be read. */
    readonly status: 200 | 404 = 200,
  ) {
    super(message);
  }
}
