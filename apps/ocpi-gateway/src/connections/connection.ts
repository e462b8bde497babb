import type { PartyRole, TokenForm, VersionNumber } from '@chargemesh/ocpi';

/** By what we come in at a partner. */
export interface Access {
  readonly token: string;
  readonly tokenForm: TokenForm;
}

/** What of a partner's platform can be called. */
export interface Endpoint {
  /** ModuleID, those included that we do not know. */
  readonly identifier: string;
  /** Absent in 2.1.1, and without meaning for credentials. */
  readonly role?: string | undefined;
  readonly url: string;
}

/** How a partner's platform is reached since both sides have registered. */
export interface Connection {
  readonly operatorId: string;
  readonly partnerId: string;
  readonly version: VersionNumber;
  readonly versionsUrl: string;
  readonly roles: readonly PartyRole[];
  readonly hubPartyId?: string | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly connectedAt: Date;
}

/** The address of a partner's module, if it has one; `role` is the partner's. */
export function endpointOf(
  { endpoints }: Pick<Connection, 'endpoints'>,
  identifier: string,
  role?: 'SENDER' | 'RECEIVER',
): string | undefined {
  const fits = (endpoint: Endpoint): boolean =>
    endpoint.identifier === identifier && (role === undefined || (endpoint.role ?? role).toUpperCase() === role);
  return endpoints.find(fits)?.url;
}
