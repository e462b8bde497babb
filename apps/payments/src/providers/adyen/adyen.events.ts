/** An item of a webhook, verified. */
export interface AdyenEvent {
  readonly pspReference: string;
  readonly eventCode: string;
  readonly success: boolean;
  /** The payment it is about: Adyen's name of it, and ours. */
  readonly paymentReference: string;
  readonly merchantReference: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
  readonly eventAt: Date;
  readonly details: {
    readonly disputeStatus: string | null;
    readonly defensePeriodEndsAt: string | null;
    /** Of a reversal: what it came to be. */
    readonly action: string | null;
  };
}

/** Something that Adyen took to do; what came of it, it tells later. */
export interface AdyenRequest {
  readonly pspReference: string;
  readonly kind: 'capture' | 'cancel' | 'refund';
  readonly requestKey: string;
  readonly amount: number;
}

/** All that is known of a payment: what Adyen told, what it was asked, and its page. */
export interface AtAdyen {
  readonly events: readonly AdyenEvent[];
  readonly requests: readonly AdyenRequest[];
  /** As Adyen says it now; `unknown` where the answer was lost, and null where no page was asked for. */
  readonly link: string | null;
}

/** Whether something happened; what was tried in vain is told by the same code. */
export function is(code: string): (event: AdyenEvent) => boolean {
  return ({ eventCode, success }) => success && eventCode === code;
}
