/** What a problem says: its HTTP status, what it means, and what to do about it. */
export type Entry = readonly [status: number, title: string, remedy: string];

interface Domain {
  readonly title: string;
  readonly about: string;
  readonly problems: Readonly<Record<string, Entry>>;
}

/** RFC 9457 problem catalogue, by domain: every error that the HTTP interfaces give. `docs/errors.md` is made from it. */
export const catalogue = {
  requests: {
    title: 'Requests',
    about: 'What any operation may answer, whatever it is about.',
    problems: {
      'bad-request': [400, 'The request does not fit its schema.', 'Compare it with the API description.'],
      'text-not-storable': [
        400,
        'A text holds what no text of the database can.',
        'Leave out the character NUL and unpaired surrogates, in names of members too.',
      ],
      'parameter-unknown': [
        400,
        'The query has a parameter that this does not take.',
        'Leave it out, or send the one that the detail names.',
      ],
      unauthorized: [401, 'The request carries no valid credentials.', 'Send an API key or an access token as Bearer.'],
      forbidden: [
        403,
        'The credentials do not allow this.',
        'Use credentials with the role that the API description names.',
      ],
      'not-found': [404, 'There is no such resource.', 'Check the id; resources of other operators are not visible.'],
      'link-expired': [
        410,
        'The link to this payment has expired.',
        'Ask the operator of the charging station for the receipt.',
      ],
      'precondition-failed': [
        412,
        'The resource is not as the request expects.',
        'Read it again, with its ETag, and decide anew: somebody else has changed, created or removed it.',
      ],
      'idempotency-key-in-progress': [
        409,
        'A request with this Idempotency-Key is being answered.',
        'Wait a moment and send it again with the same key.',
      ],
      'idempotency-key-reused': [
        422,
        'The Idempotency-Key was that of another request.',
        'Send the request of before under it, or choose a new key for a new one.',
      ],
      'idempotent-answer-unreadable': [
        409,
        'The request was carried out, and its answer can no longer be read.',
        'The key of secrets was changed since: look at what the request was about, do not send it under another key.',
      ],
      'payload-too-large': [413, 'The body is larger than accepted.', 'Send less at a time.'],
      'unsupported-media-type': [415, 'The body is of a kind that is not accepted.', 'Send application/json in UTF-8.'],
      'too-many-requests': [429, 'Too many requests in a short time.', 'Wait as long as Retry-After says.'],
      internal: [500, 'The request failed for a reason on our side.', 'Try again; quote the trace id if it persists.'],
      unavailable: [503, 'A part that this needs is not reachable right now.', 'Try again shortly.'],
    },
  },
  resources: {
    title: 'Resources',
    about: 'Of whatever is created, changed and removed.',
    problems: {
      'id-taken': [409, 'The id is in use already.', 'Choose another one.'],
      conflict: [409, 'The resource is in a state that does not allow this.', 'Read it again and decide anew.'],
      'in-use': [409, 'Something still depends on the resource.', 'Remove or end what the detail names first.'],
    },
  },
  stations: {
    title: 'Stations, locations and meters',
    about: 'Of what stands at a place, and of commands to it.',
    problems: {
      'station-id-taken': [
        409,
        'Another operator has a station with this id.',
        'Station ids are unique in the installation: choose another one.',
      ],
      'evse-uid-taken': [409, 'An EVSE uid is, or was, that of another EVSE.', 'Leave it out, or choose another one.'],
      'evse-unknown': [
        409,
        'The station has no such EVSE.',
        'Name one that it has, or leave it out: the station chooses.',
      ],
      'location-unknown': [409, 'The operator has no such location.', 'Create the location first.'],
      'station-not-connected': [409, 'The station is not connected right now.', 'Try again when it is.'],
      'token-not-accepted': [409, 'The token may not charge.', 'Use a token that is valid.'],
      'token-of-partner': [409, 'A partner tells of this token.', 'Have the partner change it.'],
      'public-key-unreadable': [
        422,
        'This is no public key of a curve that meters sign on.',
        'Send it as PEM, as SubjectPublicKeyInfo or as an uncompressed point, in hex or base64.',
      ],
      'meter-key-taken': [
        409,
        'Another key is in use for the same station, EVSE and meter.',
        'Retire that one first, or name the serial number of the meter.',
      ],
    },
  },
  messages: {
    title: 'Messages of stations',
    about: 'Of what stations said and nobody could read.',
    problems: {
      'quarantine-settled': [409, 'The message has been dealt with already.', 'Read it again; its status says how.'],
      'message-unreadable': [
        422,
        'The message still says nothing that could be taken in.',
        'Correct what the detail names in the payload, as OCPP has it, and send it along.',
      ],
    },
  },
  tariffs: {
    title: 'Tariffs',
    about: 'Of tariffs and of what they apply to.',
    problems: {
      'tariff-unknown': [409, 'The operator has no such tariff.', 'Publish the tariff first.'],
      'tariff-invalid': [422, 'The tariff cannot be rated.', 'Mend what the errors name.'],
      'price-per-minute-inexact': [
        422,
        'An hourly price cannot be shown exactly per minute.',
        'Choose hourly prices that divide by 60 to at most four decimals; the errors name the nearest.',
      ],
      'afir-components': [
        422,
        'At 50 kW and more the ad hoc price is per kWh, with at most an occupancy fee per minute.',
        'Assign another tariff to ad hoc customers or to the EVSEs that the detail names first, or leave out its other prices.',
      ],
      'currency-not-of-location': [
        422,
        'The tariff has another currency than a location where it would apply.',
        'Assign a tariff in the currency of the locations that the detail names, there or by a group of locations.',
      ],
      'no-draft': [409, 'The tariff has no draft.', 'Save a draft first.'],
      'valid-from-past': [
        422,
        'Sessions may have been priced by the version that was valid then.',
        'Leave validFrom out, or choose a time to come.',
      ],
      'tariff-not-yet-valid': [
        409,
        'No version of the tariff is valid when the assignment begins.',
        'Begin it when the first version is valid, or publish one that is valid before.',
      ],
      'assignment-conflict': [
        409,
        'Another assignment of the same target and audience is valid at the same time.',
        'End the one that the detail names, or choose another validity.',
      ],
      'assignment-begun': [
        409,
        'Sessions may have been priced by this assignment.',
        'Of one that has begun only the end can be moved, and not into the past.',
      ],
      'location-group-unknown': [409, 'The operator has no such location group.', 'Create the location group first.'],
      'location-grouped': [
        409,
        'A location is in another location group.',
        'Take it out of the one that the detail names first; a location is in one group at most.',
      ],
      'no-tariff': [404, 'No tariff applies there at that time.', 'Assign a tariff to the operator, location or EVSE.'],
    },
  },
  markets: {
    title: 'Prices of markets',
    about: 'Of series of prices that tariffs follow.',
    problems: {
      'price-series-unknown': [
        409,
        'The tariff follows a market whose prices the operator does not have.',
        'Create the price series first.',
      ],
      'price-series-currency': [
        422,
        'The tariff has another currency than the market that it follows.',
        'Follow a price series in the currency of the tariff.',
      ],
      'price-series-fixed': [
        409,
        'The currency and time zone of a price series stay as they are.',
        'Create another price series.',
      ],
      'market-prices-count': [
        422,
        'These are not the prices of a whole day.',
        'Give one for each quarter hour or each hour of the day; the problem names how many that is.',
      ],
      'time-zone-unknown': [422, 'There is no such time zone.', 'Name it as the IANA database does: Europe/Berlin.'],
    },
  },
  cdrs: {
    title: 'CDRs',
    about: 'Of what was charged, and of what it costs.',
    problems: {
      'cdr-not-live': [
        409,
        'The CDR is a credit, or has been credited.',
        'Only the newest CDR of a session can be corrected.',
      ],
      'cdr-invalid': [422, 'The CDR does not say what was used.', 'Mend what the error names.'],
      'rating-too-large': [
        422,
        'To rate this takes too long.',
        'Ask for fewer days or periods, or for a tariff of fewer elements and times of day; the detail counts them.',
      ],
      'no-signed-data': [
        404,
        'The CDR has no signed meter values.',
        'Only meters that sign their values can be checked.',
      ],
      'signed-data-not-exportable': [
        409,
        'The signed values cannot be put into the form of the transparency software.',
        'Read them from the CDR; the detail says what is wrong with them.',
      ],
    },
  },
  roaming: {
    title: 'Roaming partners',
    about: 'Of partners, and of what they answered when they were called.',
    problems: {
      'partner-connected': [
        409,
        'The partner has registered, or we have registered there.',
        'Renew the connection, or end it first.',
      ],
      'partner-not-connected': [
        409,
        'Nobody has registered yet.',
        'Register at the partner, or give it an invitation to register here.',
      ],
      'partner-busy': [
        409,
        'Something else is being agreed with this partner at the moment.',
        'Try again in half a minute.',
      ],
      'public-url-missing': [
        409,
        'Partners cannot be told where we are.',
        'Set `PUBLIC_URL` to the address under which partners reach us.',
      ],
      'partner-failed': [
        502,
        'The partner could not be reached, or did not answer as OCPI wants it.',
        'Show the detail to the partner: it says which call failed, and how.',
      ],
    },
  },
  'payment-providers': {
    title: 'Payment providers',
    about: 'Of accounts at payment providers, and of what those tell.',
    problems: {
      'provider-account-known': [
        409,
        'This account at the provider is entered already.',
        'Change the one that the detail names.',
      ],
      'provider-currency-taken': [
        409,
        'Another account takes payments in this currency.',
        'Disable the one that the detail names, or take the currency out of it first.',
      ],
      'provider-currency-unknown': [
        422,
        'The provider takes no payments in this currency.',
        'Leave out the currency that the problem names.',
      ],
      'merchant-account-missing': [
        422,
        'The keys of this provider are for several merchant accounts, and none is named.',
        'Name the one that is paid as `merchantAccount`.',
      ],
      'ad-hoc-not-cleared': [
        409,
        'Sales to drivers without a contract are not cleared in this country.',
        'Look up what its tax law asks of each sale (`GET /api/payments/v1/ad-hoc-clearance` says what is known), and clear it with a reason.',
      ],
      'webhook-unverified': [
        401,
        'The signature of the webhook does not fit, or is too old.',
        'Send it signed with a key that the account has; a deployment has the keys of before and after while they are renewed.',
      ],
    },
  },
  mails: {
    title: 'Mails to drivers',
    about: 'Of mails that are sent to drivers.',
    problems: {
      'mails-not-configured': [
        409,
        'No mails with links are sent here.',
        'Read the link to the driver, or send it by other means; the detail names the setting that is missing.',
      ],
    },
  },
} as const satisfies Record<string, Domain>;

type Catalogue = typeof catalogue;
type CodesOf<D extends Domain> = D extends Domain ? Extract<keyof D['problems'], string> : never;

export type ProblemCode = CodesOf<Catalogue[keyof Catalogue]>;
/** A problem that not any operation may answer, so that those that may declare it (`Problems`). */
export type OwnProblem = Exclude<ProblemCode, CodesOf<Catalogue['requests']>>;

/** All of them, by code. */
export const problems = Object.fromEntries(
  Object.values<Domain>(catalogue).flatMap((domain) => Object.entries(domain.problems)),
) as Readonly<Record<ProblemCode, Entry>>;

/** Whether any operation may answer it. */
export function isOfAny(code: ProblemCode): boolean {
  return code in catalogue.requests.problems;
}
