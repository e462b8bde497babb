import { commands } from './commands.js';

/** `docs/operations/command-line.md`: what each command says of itself. */
export function commandLinePage(): string {
  const parts = Object.entries(commands).map(
    ([name, { summary, usage }]) => `## ${name}\n\n${capital(summary)}.\n\n\`\`\`text\n${usage}\n\`\`\`\n`,
  );
  return `${HEAD}\n${parts.join('\n')}`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

const HEAD = `# The command-line tool

This page is made from what \`chargemesh <command> --help\` says (\`npm run pages\`); a test compares them.

\`\`\`sh
docker run --rm --env-file chargemesh.env ghcr.io/chargemesh/chargemesh:0.1.0 doctor   # in the image of the services
kubectl exec deploy/chargemesh-sessions -- node /app/apps/cli/bin/chargemesh.mjs doctor
npm run --silent chargemesh -- doctor                     # in a checkout, after npm install and npm run build
\`\`\`

Other pages call it \`chargemesh\`; a shell takes it under that name by one of

\`\`\`sh
chargemesh() { kubectl exec -i deploy/chargemesh-sessions -- node /app/apps/cli/bin/chargemesh.mjs "$@"; }
chargemesh() { npm run --silent chargemesh -- "$@"; }
\`\`\`

Settings are those of the services ([configuration.md](../configuration.md)): a pod or an environment file of a service has what
the tool needs. What has an interface is asked over HTTP with the installation's or an operator's key, so that it is allowed,
audited and bound to the operator like everything else; only the log's topics, migrations and the checks of \`doctor\` and
\`outbox\` reach brokers and databases themselves.
`;
