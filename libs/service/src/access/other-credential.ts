import type { Request } from 'express';

/** Optional, from a global module: `OtherCredential`. */
export const OTHER_CREDENTIAL = Symbol('other credential');

/** Reads a request's credential from where a composition keeps it besides the Authorization header, which goes first. */
export type OtherCredential = (request: Request) => string | undefined;
