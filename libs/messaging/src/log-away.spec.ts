import { describe, expect, it } from '@jest/globals';
import { isRetryable } from './log-away.js';
import { LogAway } from './transport.js';

const named = (name: string, more: object = {}) => Object.assign(new Error('it failed'), { name, ...more });
const coded = (code: string) => Object.assign(new Error('it failed'), { code });

describe('a request to the log', () => {
  it.each([
    ['kafkajs cannot connect', named('KafkaJSConnectionError')],
    ['kafkajs said so in its log', new LogAway('connect ECONNREFUSED')],
    ['a partition has no leader', named('KafkaJSProtocolError', { type: 'LEADER_NOT_AVAILABLE' })],
    ['no broker answers, beneath another error', new Error('x', { cause: named('KafkaJSNumberOfRetriesExceeded') })],
    ['one of several brokers does not answer', new AggregateError([named('KafkaJSRequestTimeoutError')])],
    ['the database of an embedded log is away', coded('ECONNREFUSED')],
    ['somebody else was in the way', coded('40P01')],
  ])('is retried when %s', (_, error) => expect(isRetryable(error)).toBe(true));

  it.each([
    ['the broker refuses what is asked', named('KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED' })],
    ['it is a defect', new TypeError('x is not a function')],
    ['no error is thrown', 'a text'],
  ])('is not retried when %s', (_, error) => expect(isRetryable(error)).toBe(false));
});
