import { describe, expect, it } from '@jest/globals';
import { LogAway, NotDurable } from '@chargemesh/messaging';
import { outageOf } from './outage-of.js';

const coded = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });
const named = (name: string) => Object.assign(new Error('it failed'), { name });
const said = (type: string) => Object.assign(named('KafkaJSProtocolError'), { type });
const caused = (error: Error, cause: Error) => Object.assign(error, { cause });
const away = named('KafkaJSConnectionError');

describe('an error is a part of an outage', () => {
  it.each([
    ['of PostgreSQL, when it refuses connections', coded('ECONNREFUSED'), 'PostgreSQL'],
    ['of PostgreSQL, when it shuts down', coded('57P01'), 'PostgreSQL'],
    ['of PostgreSQL, when its disk is full', coded('53100'), 'PostgreSQL'],
    ['of PostgreSQL, when it is set to read only', coded('25006'), 'PostgreSQL'],
    ['of PostgreSQL, when it is beneath another error', caused(new Error('x'), coded('08006')), 'PostgreSQL'],
    [
      "of PostgreSQL, when the embedded log's is away",
      caused(new NotDurable('x'), coded('ECONNREFUSED')),
      'PostgreSQL',
    ],
    ['of the log, when it took nothing', caused(new NotDurable('x'), named('KafkaJSConnectionError')), 'the log'],
    ['of the log, when too much waits for it', new NotDurable('too much is waiting for the log'), 'the log'],
    ['of the log, when kafkajs cannot connect', named('KafkaJSConnectionClosedError'), 'the log'],
    ['of the log, when kafkajs has given up', named('KafkaJSNumberOfRetriesExceeded'), 'the log'],
    ['of the log, when there is no broker', named('KafkaJSNoBrokerAvailableError'), 'the log'],
    ['of the log, when a broker has only just come back', said('GROUP_LOAD_IN_PROGRESS'), 'the log'],
    ['of the log, when a partition has no leader', caused(new Error('x'), said('LEADER_NOT_AVAILABLE')), 'the log'],
    ['of nothing, when a broker refuses what is asked', said('TOPIC_AUTHORIZATION_FAILED'), undefined],
    ['of the log, when kafkajs said so in its log', new LogAway('connect ECONNREFUSED'), 'the log'],
    ['of nothing, when somebody was in the way', coded('40P01'), undefined],
    ['of nothing, when somebody was in the way of one of several', new AggregateError([coded('40P01')]), undefined],
    ['of the log, when it was away for one of several', new AggregateError([named('KafkaJSTimeout'), away]), 'the log'],
    ['of nothing, when a lock was not had in time', coded('55P03'), undefined],
    ['of nothing, when a statement took too long', coded('57014'), undefined],
    ['of nothing, when it is a defect', new TypeError('x is not a function'), undefined],
    ['of nothing, when a value does not fit', coded('22P02'), undefined],
    ['of nothing, when it is none', 'a text', undefined],
  ])('%s', (_, error, resource) => expect(outageOf(error)).toBe(resource));

  it('of nothing, when it is its own cause', () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(outageOf(error)).toBeUndefined();
  });
});
