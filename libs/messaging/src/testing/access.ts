import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  ResourcePatternTypes,
  logLevel,
} from 'kafkajs';

/** What a user may do, in the words of Strimzi. */
export interface AccessRule {
  readonly resource: { readonly type: 'topic' | 'group'; readonly name: string; readonly patternType: string };
  readonly operations: readonly string[];
}

const RESOURCES = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };
const OPERATIONS: Readonly<Record<string, AclOperationTypes>> = {
  Describe: AclOperationTypes.DESCRIBE,
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
};

/** Lets a user do so much, at a broker that refuses everything else; asked as one who may do anything. */
export async function grant(brokers: string[], user: string, rules: readonly AccessRule[]): Promise<void> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl: rules.flatMap((rule) => entriesOf(user, rule)) });
  } finally {
    await admin.disconnect();
  }
}

function entriesOf(user: string, { resource, operations }: AccessRule) {
  const { type, name, patternType } = resource;
  return operations.map((word) => {
    const operation = OPERATIONS[word];
    if (operation === undefined) throw new Error(`${word} is granted to ${user}, and not known here`);
    return {
      resourceType: RESOURCES[type],
      resourceName: name,
      resourcePatternType: patternType === 'prefix' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    };
  });
}
