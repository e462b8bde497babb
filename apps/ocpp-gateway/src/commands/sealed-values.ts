import { type Command, sealContextOf } from '@chargemesh/contracts';
import type { SecretBox } from '@chargemesh/service';

export interface OpenedCommand {
  readonly command: Command;
  /** What must not be seen anywhere but at the station. */
  readonly secrets: readonly string[];
}

/** The command as it is said to its station; undefined where a sealed value cannot be opened, such as one of another station. */
export function openedCommand(
  command: Command,
  stationId: string,
  box: Pick<SecretBox, 'open'>,
): OpenedCommand | undefined {
  if (command.name !== 'SetVariables') return { command, secrets: [] };
  const secrets: string[] = [];
  const variables = [];
  for (const { sealed, ...variable } of command.variables) {
    const value = sealed
      ? box.open(Buffer.from(variable.value, 'base64url'), sealContextOf(stationId, variable))
      : variable.value;
    if (value === undefined) return undefined;
    if (sealed) secrets.push(value);
    variables.push({ ...variable, value });
  }
  return { command: { ...command, variables }, secrets };
}

/** What a station said, without the secrets that it repeats. */
export function concealed<Said>(said: Said, secrets: readonly string[]): Said {
  if (secrets.length === 0) return said;
  const text = secrets.reduce(
    (left, secret) => left.replaceAll(JSON.stringify(secret).slice(1, -1), '***'),
    JSON.stringify(said),
  );
  return JSON.parse(text) as Said;
}
