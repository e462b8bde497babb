import { secret, string } from '@chargemesh/service/settings';

/** How the tool reaches a platform. */
export const commandLineSettings = {
  CHARGEMESH_URL: string('http://127.0.0.1:8080').means(
    'Where the platform is; `{service}` in it stands for the name of a service, where each has an address of its own: `http://{service}:8080`.',
  ),
  INSTALLATION_API_KEY: secret.means("Credential of the installation's administrator; `--key-file` comes before it."),
};
