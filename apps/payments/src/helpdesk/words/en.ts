import type { HelpdeskWords } from './helpdesk-words.js';

export const en: HelpdeskWords = {
  states: {
    authorizing: {
      happened: 'The driver was sent to the payment page and has not finished there. Nothing is held.',
      next: 'Send the link again, or have the driver begin anew at the charging point; what is not finished expires by itself.',
    },
    starting: {
      happened: 'The amount is held, and the charging point was asked to start. It has not answered yet.',
      next: 'Wait some seconds. If it does not start, the driver can give up, and the hold is released.',
    },
    'waiting-for-plug': {
      happened: 'The amount is held, and the charging point is ready. No car is plugged in.',
      next: 'Have the driver plug in before the time on the page is over; otherwise the hold is released by itself.',
    },
    'start-failed': {
      happened:
        'The charging point did not start. The amount stays held for some minutes, so that another try needs no second hold.',
      next: 'Start again from here, or have the driver try a charging point beside it; otherwise the hold is released by itself.',
    },
    charging: {
      happened: 'The car charges, or the charging point was told to stop and has not yet.',
      next: 'Stop the session if the driver wants it. If the cable does not come out then, unlock the connector; if that fails, ask who looks after the charging point.',
    },
    ended: {
      happened: 'Charging has ended. The price is worked out from the meter values.',
      next: 'Nothing: it is captured within minutes. If the cable does not come out then, unlock the connector; if that fails, ask who looks after the charging point.',
    },
    checking: {
      happened:
        'Charging has ended, and the meter values have to be looked at by a person before anything is captured.',
      next: 'Ask who reviews sessions, with the role operator: they decide the session, or release the hold.',
    },
    capturing: { happened: 'The provider was asked for what is due.', next: 'Nothing: it is done within minutes.' },
    captured: {
      happened: 'What was due was paid. Whatever was held beyond it is free again.',
      next: 'Send the link to the receipt. If the driver is right to complain, give back a part or all.',
    },
    'capture-failed': {
      happened: 'Charging was not paid: the provider did not give what is due.',
      next: 'Ask who has the role operator: they try the capture again while the hold is there, or write it off.',
    },
    refunded: { happened: 'All that was paid was given back.', next: 'Nothing: banks take some days to show it.' },
    releasing: { happened: 'The hold is being released.', next: 'Nothing: it is done within a minute.' },
    released: {
      happened: 'Nothing was charged; the hold was released.',
      next: 'Nothing: banks take some days to show it.',
    },
    declined: { happened: 'The card was declined. Nothing was held.', next: 'Have the driver try another card.' },
    failed: { happened: 'The payment did not come about. Nothing was held.', next: 'Have the driver begin anew.' },
  },
  reasons: {
    declined: 'The bank declined it.',
    expired: 'The payment page was not finished in time.',
    cancelled: 'It was given up.',
    'provider-unavailable': 'The payment provider could not be reached.',
    'provider-refused': 'The payment provider did not accept it.',
    'amount-differs': 'The provider held, or the CDR says, another amount or currency than was agreed.',
    'evse-taken': 'Somebody else had paid there first.',
    'start-rejected': 'The charging point refused to start.',
    'not-connected': 'The charging point was not connected.',
    'evse-unknown': 'The charging point is not known.',
    'start-timed-out': 'The charging point did not answer in time.',
    'not-plugged-in': 'No car was plugged in in time.',
    'nothing-to-pay': 'Nothing was due.',
    'hold-lost': 'The provider no longer holds the amount.',
    'not-priced-in-time': 'The price was not known before the hold ended.',
    'capture-refused': 'The provider refused the capture.',
    'operator-released': 'The operator released the hold.',
  },
  session: {
    never: 'Nobody charged by it.',
    notYet: 'Charging has not begun yet.',
    began: 'Charging began on {at}.',
    ended: 'It ended on {at}.',
    energy: '{energy} were charged.',
    energySoFar: '{energy} were charged so far.',
    cost: 'It has cost {amount} so far.',
  },
  money: {
    nothing: 'Nothing is held, and nothing was paid.',
    held: '{amount} are held on the card.',
    due: 'The session costs {amount}.',
    captured: '{amount} were taken from the card.',
    refunded: '{amount} were given back.',
    refunding: '{amount} are still to be given back.',
    short: '{amount} are due and were not paid.',
    writtenOff: 'What nobody paid was given up.',
  },
  actions: {
    start: 'Ask the charging point to start again, by the same hold.',
    stop: 'Stop charging, or give up what has not begun.',
    unlock: 'Unlock the connector, if the cable does not come out.',
    'send-link': 'Send the driver the link of the page by e-mail.',
    release: 'Release what is held.',
    refund: 'Give back a part or all of what was paid.',
    'retry-capture': 'Try once more to take what is due.',
    'write-off': 'Give up what nobody pays.',
  },
  mails: {
    waiting: 'The mail has not been sent yet.',
    sent: 'The mail server has taken the mail.',
    refused: 'The mail server refused the mail: ask for the address again.',
  },
};
