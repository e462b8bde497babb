import type { AnyContract, Topic } from './contract.js';

/** The AsyncAPI 3.0 description of the topics, made from the same schemas that validate the events. */
export function asyncApi(topics: readonly Topic[], version: string): Record<string, unknown> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'chargemesh events',
      version,
      description: 'CloudEvents 1.0 in binary content mode: the attributes are ce_* headers, the value is JSON.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topics.map((topic) => [topic.name, channel(topic)])),
    components: { messageTraits: { cloudEvent: { headers: cloudEventHeaders } } },
  };
}

function channel(topic: Topic): Record<string, unknown> {
  return {
    address: topic.name,
    messages: Object.fromEntries([...topic.events.values()].map((contract) => [contract.type, message(contract)])),
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: topic.compacted
          ? { 'cleanup.policy': ['compact'] }
          : { 'cleanup.policy': ['delete'], 'retention.ms': topic.retentionMs },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function message(contract: AnyContract): Record<string, unknown> {
  return {
    name: contract.type,
    payload: contract.schema,
    traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
    'x-identity': contract.identity,
    'x-park-by': contract.parkBy,
    bindings: {
      kafka: { key: { type: 'string', description: contract.topic.key.join('/') }, bindingVersion: '0.5.0' },
    },
  };
}

const text = { type: 'string' };
const cloudEventHeaders = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_operatorid'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', format: 'uuid', description: 'Derived from the fact: equal in every sending of it.' },
    ce_type: text,
    ce_source: { ...text, description: 'The service that says it.' },
    ce_time: { type: 'string', format: 'date-time', description: 'When the fact happened.' },
    ce_operatorid: { type: 'string', format: 'uuid' },
    traceparent: { ...text, description: 'W3C trace context of the cause.' },
  },
};
