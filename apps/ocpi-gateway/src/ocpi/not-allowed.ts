import { MethodNotAllowedException } from '@nestjs/common';

/** This verb is not served here, or not now; others are (`Allow`, RFC 9110 §15.5.6). OCPI names the status for credentials. */
export class NotAllowed extends MethodNotAllowedException {
  constructor(
    message: string,
    readonly allowed: readonly string[],
  ) {
    super(message);
  }
}
